package dev.moat.serve;

import dev.moat.core.Digest;
import dev.moat.guard.Guard;

/**
 * A guard, and the name of its policy in the settings.
 *
 * @param rules how it judges a conversation as a whole
 * @param digest the name of all that decides; made once, since every record of an exchange has it
 */
record NamedGuard(String name, Guard guard, ConversationRules rules, Digest digest) {
  /** The policy of everything that names no other. */
  static final String DEFAULT = "default";

  NamedGuard(String name, Guard guard, ConversationRules rules) {
    this(name, guard, rules, digest(guard, rules));
  }

  private static Digest digest(Guard guard, ConversationRules rules) {
    Digest.Hasher hasher = new Digest.Hasher().field(guard.policyDigest().hex());
    rules.describe(hasher);
    return hasher.digest();
  }

  /** A guard whose policy stands in no settings. */
  static NamedGuard of(Guard guard) {
    return new NamedGuard(DEFAULT, guard, ConversationRules.standard());
  }
}
