package dev.moat.guard;

import dev.moat.core.Digest;

/** Names the rules that decide: a number for the detectors' code, and the digest of the tables. */
final class RulesVersion {
  /** To be raised when the code of a detector changes what is found. */
  static final int CODE = 4;

  private RulesVersion() {}

  /** The digest of the version and of every table. */
  static Digest digest() {
    return new Digest.Hasher()
        .field("moat.guard rules " + CODE)
        .field(TokenRules.TABLE)
        .field(IssuerRules.TABLE)
        .field(SignRules.INJECTION_PHRASES)
        .field(SignRules.INJECTION_MARKERS)
        .field(SignRules.LEAK_PHRASES)
        .digest();
  }
}
