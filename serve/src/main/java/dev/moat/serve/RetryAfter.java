package dev.moat.serve;

import dev.moat.wire.Headers;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads for how long a server wants to be left alone. */
final class RetryAfter {
  /** A server that asks for more is asked again all the same. */
  static final Duration MAX = Duration.ofMinutes(5);

  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,12}(\\.[0-9]{1,9})?");

  private RetryAfter() {}

  /**
   * The time of {@code retry-after-ms} or {@code retry-after}, if one is a number. A date is not
   * read: it is only as good as the clocks of both ends are equal.
   */
  static Optional<Duration> of(Headers headers) {
    return headers
        .first("retry-after-ms")
        .flatMap(text -> parse(text, 1_000_000))
        .or(() -> headers.first("retry-after").flatMap(text -> parse(text, 1_000_000_000)));
  }

  private static Optional<Duration> parse(String text, long unitNanos) {
    String plain = text.strip();
    if (!NUMBER.matcher(plain).matches()) {
      return Optional.empty();
    }
    BigDecimal nanos = new BigDecimal(plain).multiply(BigDecimal.valueOf(unitNanos));
    return Optional.of(Duration.ofNanos(nanos.min(BigDecimal.valueOf(MAX.toNanos())).longValue()));
  }
}
