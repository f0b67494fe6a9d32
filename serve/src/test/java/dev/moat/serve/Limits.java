package dev.moat.serve;

import dev.moat.core.Settings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Limits and wishes that tests of quotas share. */
final class Limits {
  /** A dollar for a million tokens read, two for a million written: 1000 and 2000 nano each. */
  static final String PRICE =
      """
      price:
        "*":
          usd-per-million-input: 1
          usd-per-million-output: 2
      """;

  static final String MODEL = TestGateway.MODEL;

  private Limits() {}

  static LimitSettings of(String yaml) {
    byte[] bytes = yaml.getBytes(StandardCharsets.UTF_8);
    return LimitSettings.read(Settings.parse(bytes, "moat.yaml", Map.of()));
  }

  /** One limit for everyone, priced. */
  static LimitSettings everyone(String... lines) {
    return of(PRICE + "limit:\n  all:\n    for: everyone\n    " + String.join("\n    ", lines));
  }

  static List<Subject> subjects(String key) {
    return subjects(key, MODEL);
  }

  static List<Subject> subjects(String key, String model) {
    return List.of(
        Subject.EVERYONE,
        new Subject(Subject.Kind.ORGANISATION, "default"),
        new Subject(Subject.Kind.PROJECT, "default/default"),
        new Subject(Subject.Kind.PRINCIPAL, "principal-" + key),
        new Subject(Subject.Kind.KEY, "key-" + key),
        new Subject(Subject.Kind.MODEL, model));
  }

  /** A wish of the key {@code all}: tokens read, and tokens written at most. */
  static Ask ask(long promptTokens, int answerTokens) {
    return new Ask(subjects("all"), 100, promptTokens, promptTokens, answerTokens);
  }

  /** Reserves, waiting for leases as a caller would. */
  static Quotas.Decision reserve(Quotas quotas, Ask ask) {
    for (int i = 0; i < 10_000; i++) {
      Quotas.Decision decision = quotas.reserve(ask);
      if (!(decision instanceof Quotas.Decision.Awaited awaited)) {
        return decision;
      }
      try {
        awaited.lease().get(10, TimeUnit.SECONDS);
      } catch (TimeoutException | InterruptedException e) {
        throw new AssertionError(e);
      } catch (java.util.concurrent.ExecutionException _) {
        // the next try says what is wrong
      }
    }
    throw new AssertionError("no end of leases");
  }

  static Reservation granted(Quotas quotas, Ask ask) {
    Quotas.Decision decision = reserve(quotas, ask);
    if (decision instanceof Quotas.Decision.Granted(Reservation reservation)) {
      return reservation;
    }
    throw new AssertionError(decision);
  }

  static Refusal refused(Quotas quotas, Ask ask) {
    Quotas.Decision decision = reserve(quotas, ask);
    if (decision instanceof Quotas.Decision.Refused(Objection objection)) {
      return objection.refusal();
    }
    throw new AssertionError(decision);
  }

  static Usage exactly(int promptTokens, int completionTokens) {
    return new Usage(promptTokens, completionTokens, true);
  }
}
