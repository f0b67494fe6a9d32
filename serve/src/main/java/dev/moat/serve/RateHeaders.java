package dev.moat.serve;

import dev.moat.serve.LimitSettings.Cap;
import dev.moat.wire.Headers;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Writes the {@code x-ratelimit-*} headers: how much of the tightest limits is left. */
final class RateHeaders {
  private static final long SECOND = 1_000;
  private static final long MINUTE = 60 * SECOND;

  private record Left(long limit, long free, long resetMillis) {}

  private RateHeaders() {}

  static Headers of(List<Account> accounts, long nowMillis) {
    Headers headers = Headers.none();
    headers = with(headers, "requests", tightest(accounts, LimitKind.REQUESTS, nowMillis));
    return with(headers, "tokens", tightest(accounts, LimitKind.TOKENS, nowMillis));
  }

  private static Optional<Left> tightest(List<Account> accounts, LimitKind kind, long nowMillis) {
    Optional<Left> tightest = Optional.empty();
    for (Account account : accounts) {
      account.lock.lock();
      try {
        Optional<Left> left = account.cap(kind).map(cap -> left(account, cap, nowMillis));
        if (left.isPresent() && tightest.map(t -> left.get().free < t.free).orElse(true)) {
          tightest = left;
        }
      } finally {
        account.lock.unlock();
      }
    }
    return tightest;
  }

  private static Left left(Account account, Cap cap, long nowMillis) {
    RateMeter meter = cap.kind() == LimitKind.TOKENS ? account.tokens() : account.requests();
    return new Left(
        cap.value(),
        meter.free(cap.value(), nowMillis),
        meter.millisUntilEmpty(cap.value(), nowMillis));
  }

  private static Headers with(Headers headers, String what, Optional<Left> left) {
    if (left.isEmpty()) {
      return headers;
    }
    return headers
        .with("x-ratelimit-limit-" + what, Long.toString(left.get().limit()))
        .with("x-ratelimit-remaining-" + what, Long.toString(left.get().free()))
        .with("x-ratelimit-reset-" + what, text(left.get().resetMillis()));
  }

  /** A span of time as such headers have it: {@code 250ms}, {@code 1.5s}, {@code 6m0s}. */
  static String text(long millis) {
    if (millis < SECOND) {
      return millis + "ms";
    }
    if (millis < MINUTE) {
      String digits = String.format(Locale.ROOT, "%d.%03d", millis / SECOND, millis % SECOND);
      return digits.replaceFirst("\\.?0+$", "") + "s";
    }
    long seconds = Math.ceilDiv(millis, SECOND);
    return seconds / 60 + "m" + seconds % 60 + "s";
  }
}
