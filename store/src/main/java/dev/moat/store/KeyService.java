package dev.moat.store;

/**
 * The holder of the master key: it wraps data keys and derives keys for one purpose each. The
 * master key itself never leaves it.
 */
public interface KeyService {
  /** Encrypts {@code key}; the same {@code context} is needed to get it back. */
  byte[] wrap(byte[] key, byte[] context);

  /** Decrypts what {@link #wrap} gave; fails with Tampered if key, bytes or context differ. */
  byte[] unwrap(byte[] wrapped, byte[] context);

  /** The key of {@code bytes} bytes for {@code purpose}: always the same, unlike any other. */
  byte[] derive(String purpose, int bytes);
}
