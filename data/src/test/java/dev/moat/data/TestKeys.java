package dev.moat.data;

import dev.moat.core.Digest;
import dev.moat.store.KeyService;
import java.util.Arrays;

/** A key service for tests: its keys follow from a seed, and it wraps by nothing but a copy. */
record TestKeys(String seed) implements KeyService {
  @Override
  public byte[] wrap(byte[] key, byte[] context) {
    return key.clone();
  }

  @Override
  public byte[] unwrap(byte[] wrapped, byte[] context) {
    return wrapped.clone();
  }

  @Override
  public byte[] derive(String purpose, int bytes) {
    return Arrays.copyOf(Digest.of(seed + "\n" + purpose).raw(), bytes);
  }
}
