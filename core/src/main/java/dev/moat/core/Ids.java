package dev.moat.core;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.InstantSource;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** Makes identifiers that sort by time: UUID version 7 (RFC 9562, section 5.7). */
public final class Ids {
  private final InstantSource clock;

  /** So many bytes are drawn at once: a secure source takes about as long for two. */
  private static final int BLOCK_BYTES = 64 * Long.BYTES;

  private final RandomGenerator random;
  private final ByteBuffer block =
      ByteBuffer.allocate(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN).limit(0);

  /** Identifiers by this clock and this source of randomness. */
  public Ids(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /** A new identifier in the 36-character form; may be called from any thread. */
  public String next() {
    long millis = clock.millis();
    long high;
    long low;
    synchronized (block) {
      if (!block.hasRemaining()) {
        random.nextBytes(block.array());
        block.clear();
      }
      high = (millis << 16) | 0x7000 | (block.getLong() & 0xFFF);
      low = (block.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    }
    return new UUID(high, low).toString();
  }
}
