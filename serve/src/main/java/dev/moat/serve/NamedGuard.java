package dev.moat.serve;

import dev.moat.core.Digest;
import dev.moat.guard.Guard;

/**
 * A guard, and the name of its policy in the settings.
 *
 * @param rules how it judges a conversation as a whole
 */
record NamedGuard(String name, Guard guard, ConversationRules rules) {
  /** The policy of everything that names no other. */
  static final String DEFAULT = "default";

  /** The name of all that decides: the guard, and how a conversation is judged as a whole. */
  Digest digest() {
    Digest.Hasher hasher = new Digest.Hasher().field(guard.policyDigest().hex());
    rules.describe(hasher);
    return hasher.digest();
  }

  /** A guard whose policy stands in no settings. */
  static NamedGuard of(Guard guard) {
    return new NamedGuard(DEFAULT, guard, ConversationRules.standard());
  }
}
