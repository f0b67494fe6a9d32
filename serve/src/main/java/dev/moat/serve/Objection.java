package dev.moat.serve;

import dev.moat.serve.LimitSettings.Cap;
import java.time.Duration;

/**
 * Why a limit does not let an exchange through.
 *
 * @param refusal what the caller is told; with a time to retry if waiting helps
 */
record Objection(Cap cap, Refusal refusal) {
  private static final Duration BUSY = Duration.ofSeconds(1);

  /** The graver of two: what waiting does not mend, else what takes longer. */
  static Objection graver(Objection one, Objection other) {
    Duration first = one.refusal.retryAfter();
    Duration second = other.refusal.retryAfter();
    if (first.isZero() || second.isZero()) {
      return first.isZero() ? one : other;
    }
    return first.compareTo(second) >= 0 ? one : other;
  }

  static Objection rate(Cap cap, long millis) {
    Duration wait = Duration.ofMillis(Math.max(1, millis));
    return busy(cap, "is used up; try again in " + RateHeaders.text(wait.toMillis()), wait);
  }

  static Objection concurrent(Cap cap) {
    return busy(cap, "are being answered; try again when one is done", BUSY);
  }

  /** Money that answers under way may still give back. */
  static Objection held(Cap cap) {
    return busy(cap, "is reserved for answers under way; try again", BUSY);
  }

  /** Money whose lease does not come. */
  static Objection unleased(Cap cap) {
    return busy(cap, "cannot be booked just now; try again", BUSY);
  }

  static Objection spent(Cap cap) {
    String why = ": what is left does not pay for this answer; ask for a higher budget";
    return new Objection(cap, Refusal.insufficientQuota(cap.text() + why));
  }

  static Objection body(Cap cap, long bytes) {
    return new Objection(
        cap,
        new Refusal(
            413,
            "invalid_request_error",
            "body: its " + bytes + " bytes are more than " + cap.text() + "; shorten it",
            "",
            "request_too_large"));
  }

  static Objection prompt(Cap cap, long tokens) {
    String what = "prompt: its about " + tokens + " tokens are more than ";
    return new Objection(cap, tooLong(what + cap.text() + "; shorten it", ""));
  }

  /** A question that would not fit into an unused minute. */
  static Objection neverFits(Cap cap, long tokens) {
    String what = "max_tokens: prompt and longest answer may be " + tokens + " tokens, more than ";
    return new Objection(cap, tooLong(what + cap.text() + "; ask for less", "max_tokens"));
  }

  private static Refusal tooLong(String message, String param) {
    return new Refusal(400, "invalid_request_error", message, param, "tokens_limit_exceeded");
  }

  private static Objection busy(Cap cap, String why, Duration wait) {
    String message = cap.text() + ": " + why;
    return new Objection(
        cap, new Refusal(429, "rate_limit_error", message, "", "rate_limit_exceeded", wait));
  }
}
