package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Network;
import dev.moat.core.Problem;
import dev.moat.core.Settings;
import java.util.List;

/**
 * How one gateway behaves.
 *
 * @param exchangesMax questions answered at the same time; further ones are told to come again
 * @param guardThreads threads for texts that are too long for an event loop
 * @param guardWaitingMax such texts that may wait
 * @param refusalText what the caller reads in place of what the guard blocked
 * @param trustedProxies where reverse proxies are whose {@code x-forwarded-for} is believed
 * @param ledgerFailure what happens to questions while the ledger cannot be written
 * @param attempted what attempts to attack cost
 */
public record GatewaySettings(
    int exchangesMax,
    int guardThreads,
    int guardWaitingMax,
    String refusalText,
    List<Network> trustedProxies,
    LedgerFailure ledgerFailure,
    Attempted attempted) {
  /**
   * What attempts to attack cost a caller.
   *
   * @param requests how many questions of its rate each takes
   * @param blockedMax how many may be blocked within an hour; 0 is any number
   */
  public record Attempted(int requests, int blockedMax) {
    private static final int REQUESTS = 10;
    private static final int REQUESTS_MAX = 10_000;
    private static final int BLOCKED = 20;
    private static final int BLOCKED_MAX = 1_000;

    private static Attempted read(Settings.Section section) {
      return new Attempted(
          (int)
              section.integer(
                  "attempt-requests",
                  REQUESTS,
                  0,
                  REQUESTS_MAX,
                  "how many questions of a caller's requests-per-minute a flagged or blocked"
                      + " attack takes; 0 is none"),
          (int)
              section.integer(
                  "attempts-blocked-max",
                  BLOCKED,
                  0,
                  BLOCKED_MAX,
                  "blocked attacks within an hour from which on a caller is turned away; 0 is"
                      + " never"));
    }
  }

  /** What happens to questions while the ledger cannot be written. */
  public enum LedgerFailure {
    /** They are refused: nothing is answered that is not recorded. */
    STOP,
    /** They are answered, and counted; the ledger gets the count when it can be written again. */
    SERVE;

    private static LedgerFailure read(Settings.Section section) {
      String word =
          section.choice(
              "ledger-failure",
              "stop",
              List.of("stop", "serve"),
              "what happens to calls while the ledger cannot be written: refused, or unrecorded");
      return word.equals("serve") ? SERVE : STOP;
    }
  }

  private static final String REFUSAL =
      "This content was withheld because it does not comply with the content policy.";

  /** Settings by which nothing is answered that is not recorded. */
  public GatewaySettings(
      int exchangesMax,
      int guardThreads,
      int guardWaitingMax,
      String refusalText,
      List<Network> trustedProxies) {
    this(
        exchangesMax,
        guardThreads,
        guardWaitingMax,
        refusalText,
        trustedProxies,
        LedgerFailure.STOP,
        new Attempted(Attempted.REQUESTS, Attempted.BLOCKED));
  }

  /** Checks that the limits are positive. */
  public GatewaySettings {
    trustedProxies = List.copyOf(trustedProxies);
    positive("exchanges-max", exchangesMax);
    positive("guard-threads", guardThreads);
    positive("guard-waiting-max", guardWaitingMax);
    if (refusalText.isBlank()) {
      throw new Failure(
          new Problem.Invalid("gateway refusal-text: empty; write a sentence", "refusal-text"));
    }
  }

  /** What suits a small machine. */
  public static GatewaySettings defaults() {
    return read(Settings.standard().section("gateway"));
  }

  /** Reads the section {@code gateway}. */
  public static GatewaySettings read(Settings.Section section) {
    return new GatewaySettings(
        (int)
            section.integer(
                "exchanges-max", 2_048, 1, 100_000, "questions answered at the same time"),
        (int) section.integer("guard-threads", 2, 1, 64, "threads that judge long texts"),
        (int) section.integer("guard-waiting-max", 256, 1, 100_000, "long texts that may wait"),
        section.text("refusal-text", REFUSAL, "what stands in place of what the guard blocked"),
        TrustedProxies.read(section),
        LedgerFailure.read(section),
        Attempted.read(section));
  }

  /** The same with that for a ledger that cannot be written. */
  public GatewaySettings with(LedgerFailure otherFailure) {
    return new GatewaySettings(
        exchangesMax,
        guardThreads,
        guardWaitingMax,
        refusalText,
        trustedProxies,
        otherFailure,
        attempted);
  }

  /** The same with that for attempts to attack. */
  public GatewaySettings with(Attempted otherAttempted) {
    return new GatewaySettings(
        exchangesMax,
        guardThreads,
        guardWaitingMax,
        refusalText,
        trustedProxies,
        ledgerFailure,
        otherAttempted);
  }

  private static void positive(String name, int value) {
    if (value < 1) {
      throw new Failure(
          new Problem.Invalid("gateway " + name + ": " + value + " is not positive", name));
    }
  }
}
