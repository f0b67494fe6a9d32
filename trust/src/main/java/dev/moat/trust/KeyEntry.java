package dev.moat.trust;

/** A key and the keyed hash of its text. */
final class KeyEntry {
  private final ApiKey key;
  private final byte[] hash;

  KeyEntry(ApiKey key, byte[] hash) {
    this.key = key;
    this.hash = hash;
  }

  ApiKey key() {
    return key;
  }

  /** The hash itself, not a copy. */
  byte[] hash() {
    return hash;
  }

  KeyEntry with(ApiKey changed) {
    return new KeyEntry(changed, hash);
  }
}
