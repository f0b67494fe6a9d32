package dev.moat.serve;

import dev.moat.serve.LimitSettings.Cap;
import dev.moat.wire.Headers;
import java.util.List;
import java.util.Optional;

/** Writes the {@code x-ratelimit-*} headers: how much of the tightest limits is left. */
final class RateHeaders {
  private static final long SECOND = 1_000;
  private static final long MINUTE = 60 * SECOND;

  private record Left(long limit, long free, long resetMillis) {}

  private RateHeaders() {}

  static Headers of(List<Account> accounts, long nowMillis) {
    Optional<Left> requests = tightest(accounts, LimitKind.REQUESTS, nowMillis);
    Optional<Left> tokens = tightest(accounts, LimitKind.TOKENS, nowMillis);
    Headers headers = requests.map(left -> headers("requests", left)).orElseGet(Headers::none);
    return tokens.map(left -> headers.with(headers("tokens", left))).orElse(headers);
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

  private static Headers headers(String what, Left left) {
    return Headers.of(
        "x-ratelimit-limit-" + what,
        Long.toString(left.limit()),
        "x-ratelimit-remaining-" + what,
        Long.toString(left.free()),
        "x-ratelimit-reset-" + what,
        text(left.resetMillis()));
  }

  /** A span of time as such headers have it: {@code 250ms}, {@code 1.5s}, {@code 6m0s}. */
  static String text(long millis) {
    if (millis < SECOND) {
      return millis + "ms";
    }
    if (millis < MINUTE) {
      return seconds(millis);
    }
    long seconds = Math.ceilDiv(millis, SECOND);
    return seconds / 60 + "m" + seconds % 60 + "s";
  }

  /** Without zeros at the end; by hand, since every answer has two of them. */
  private static String seconds(long millis) {
    long part = millis % SECOND;
    if (part == 0) {
      return millis / SECOND + "s";
    }
    String digits = Long.toString(SECOND + part).substring(1);
    int end = digits.length();
    while (digits.charAt(end - 1) == '0') {
      end--;
    }
    return millis / SECOND + "." + digits.substring(0, end) + "s";
  }
}
