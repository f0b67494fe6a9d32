package dev.moat.serve;

import dev.moat.core.Settings;
import dev.moat.guard.Guard;
import dev.moat.guard.Spotlight;
import dev.moat.trust.Project;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * How the exchanges of one release are treated.
 *
 * @param guards what judges texts that go in and out
 * @param guarding what follows when it blocks, and when it cannot say
 * @param caching which answers are kept to be given again
 */
public record RoutePolicy(GuardChoice guards, Guarding guarding, Caching caching) {
  /** A policy with that guard for everybody. */
  public RoutePolicy(Guard guard, Guarding guarding, Caching caching) {
    this(GuardChoice.only(NamedGuard.of(guard)), guarding, caching);
  }

  /** A policy with that guard and the defaults of everything else. */
  public RoutePolicy(Guard guard) {
    this(guard, Guarding.defaults(), Caching.off());
  }

  /** The guard of everybody, or of the caller if it is the policy of one. */
  public Guard guard() {
    return named().guard();
  }

  /** The same guard, with its name. */
  NamedGuard named() {
    return guards.standard();
  }

  /** Whether it is the same for every caller at all times. */
  boolean isFixed() {
    return guards.isFixed();
  }

  /** The same policy as it is for that caller's project at that time. */
  RoutePolicy of(Project project, Instant now) {
    return new RoutePolicy(GuardChoice.only(guards.of(project, now)), guarding, caching);
  }

  /** What becomes of a text on which the guard fails. */
  public enum OnFailure {
    /** It counts as blocked. */
    CLOSED,
    /** It goes on, and the record says that nobody judged it. */
    OPEN;

    /** The word in settings and in the ledger. */
    public String word() {
      return this == CLOSED ? "closed" : "open";
    }
  }

  /** What the caller gets in place of what was blocked. */
  public enum OnBlock {
    /** An answer that ends as a content filter ends it. */
    ANSWER,
    /** An error. */
    ERROR
  }

  /**
   * What follows when a guard blocks, and when it cannot say.
   *
   * @param spotlight how retrieved texts are marked before a model reads them
   * @param patience how long one judgement may take; a guard that takes longer has failed
   */
  public record Guarding(
      OnFailure onFailure, Duration patience, OnBlock onBlock, Spotlight spotlight) {
    private static final int MILLIS = 5_000;
    private static final int MILLIS_MAX = 600_000;

    /** The same where retrieved texts stay as they are. */
    public Guarding(OnFailure onFailure, Duration patience, OnBlock onBlock) {
      this(onFailure, patience, onBlock, Spotlight.OFF);
    }

    /** Fail closed after five seconds, and answer what is blocked. */
    public static Guarding defaults() {
      return new Guarding(OnFailure.CLOSED, Duration.ofMillis(MILLIS), OnBlock.ANSWER);
    }

    private static Guarding read(Settings.Section section) {
      String failure =
          section.choice(
              "guard-failure",
              "closed",
              List.of("closed", "open"),
              "what a text counts as on which the guard fails: blocked, or let through unjudged");
      long millis =
          section.integer(
              "guard-millis",
              MILLIS,
              1,
              MILLIS_MAX,
              "how long one judgement of the guard may take");
      String blocked =
          section.choice(
              "blocked",
              "answer",
              List.of("answer", "error"),
              "what a caller gets for what is blocked: an answer with finish_reason"
                  + " content_filter, or an error 400 content_policy_violation");
      String spotlight =
          section.choice(
              "spotlight",
              "off",
              List.of("off", "delimit", "mark"),
              "how retrieved texts are marked before a model reads them: between delimiters that"
                  + " nobody can guess, or with a mark in place of each blank");
      return new Guarding(
          failure.equals("open") ? OnFailure.OPEN : OnFailure.CLOSED,
          Duration.ofMillis(millis),
          blocked.equals("error") ? OnBlock.ERROR : OnBlock.ANSWER,
          Spotlight.of(spotlight));
    }
  }

  /**
   * Which answers are kept to be given again.
   *
   * @param life how long after it was made; zero keeps none
   * @param sampled also where the caller leaves the choice of tokens to chance
   */
  public record Caching(Duration life, int entriesMax, long bytesMax, boolean sampled) {
    /** Keeps none. */
    public static Caching off() {
      return new Caching(Duration.ZERO, 1, 1, false);
    }

    /** Reads the group {@code route}: by the name of the release. */
    public static Map<String, Caching> read(Settings settings) {
      return settings.named("route", Caching::read);
    }

    boolean on() {
      return !life.isZero();
    }

    private static Caching read(Settings.Section section) {
      return new Caching(
          Duration.ofSeconds(
              section.integer(
                  "cache-seconds", 0, 0, 604_800, "How long an answer is kept; 0 keeps none.")),
          (int)
              section.integer(
                  "cache-entries-max", 1_000, 1, 1_000_000, "How many answers are kept."),
          section.integer(
              "cache-bytes-max", 64 << 20, 1_024, 16L << 30, "How much memory they may take."),
          section.flag(
              "cache-sampled", false, "Keep answers too that were left to chance by the caller."));
    }
  }

  /** Reads of each section of the group {@code route} what it says of guards. */
  public static Map<String, Guarding> read(Settings settings) {
    return settings.named("route", Guarding::read);
  }
}
