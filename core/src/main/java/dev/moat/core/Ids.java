package dev.moat.core;

import java.time.InstantSource;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** Makes identifiers that sort by time: UUID version 7 (RFC 9562, section 5.7). */
public final class Ids {
  private final InstantSource clock;
  private final RandomGenerator random;

  /** Identifiers by this clock and this source of randomness. */
  public Ids(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /** A new identifier in the 36-character form. */
  public String next() {
    long high = (clock.millis() << 16) | 0x7000 | (random.nextLong() & 0xFFF);
    long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    String hex = HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
    return hex.substring(0, 8)
        + '-'
        + hex.substring(8, 12)
        + '-'
        + hex.substring(12, 16)
        + '-'
        + hex.substring(16, 20)
        + '-'
        + hex.substring(20);
  }
}
