package dev.moat.serve;

import dev.moat.guard.Pseudonym;
import dev.moat.guard.Replacer;
import dev.moat.store.KeyService;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The names that one question has for its values, and what they stand for. For one thread at a
 * time.
 *
 * <p>A name comes from an HMAC under a key of the tenant over conversation, type and value: so a
 * value has the same name in every turn, on every node, and after a restart, without anyone
 * counting. The value is taken exactly as it is written, for exactly that is given back.
 */
final class Pseudonyms implements Replacer {
  /** How many values of one question get a name; those beyond get a placeholder. */
  static final int NAMES_MAX = 4_096;

  private static final String PURPOSE = "pseudonyms of ";

  private final Supplier<ConversationScope> begun;
  private final KeyService keys;
  private final Map<String, String> values = new HashMap<>();
  private final Set<String> read = new LinkedHashSet<>();
  private Map<String, String> known = Map.of();
  private @Nullable ConversationScope scope;
  private @Nullable KeyedDigest keyed;
  private int restored;
  private int unknown;

  /** Asks {@code scope} for the conversation where there is something to be named. */
  Pseudonyms(Supplier<ConversationScope> scope, KeyService keys) {
    this.begun = scope;
    this.keys = keys;
  }

  @Override
  public String replacement(String type, String value) {
    String name = Pseudonym.of(type, keyed().of(scope().conversation(), type, value).raw());
    String before = values.get(name);
    boolean taken = before != null && !before.equals(value);
    boolean full = before == null && values.size() == NAMES_MAX;
    if (taken || full || !isWhole(value)) {
      return Replacer.placeholder(type);
    }
    values.put(name, value);
    return name;
  }

  /** Looks for names that a text has already, from an earlier turn. */
  void read(String text) {
    for (String name : Pseudonym.within(text)) {
      if (read.size() < NAMES_MAX) {
        read.add(name);
      }
    }
  }

  /** Whether there is any name in the question. */
  boolean used() {
    return !values.isEmpty() || !read.isEmpty();
  }

  ConversationScope scope() {
    ConversationScope found = scope == null ? begun.get() : scope;
    scope = found;
    return found;
  }

  private KeyedDigest keyed() {
    KeyedDigest made = keyed == null ? new KeyedDigest(keys, PURPOSE + scope().tenant()) : keyed;
    keyed = made;
    return made;
  }

  /** What the names made here stand for. */
  Map<String, String> values() {
    return values;
  }

  /** The names that the texts had already. */
  Set<String> read() {
    return read;
  }

  /** What the names stand for that the answer may hold: empty until they are kept. */
  Map<String, String> known() {
    return known;
  }

  void known(Map<String, String> kept) {
    known = Map.copyOf(kept);
  }

  /** Says how many names of the answer were given back, and how many nobody knew. */
  void answered(int restoredNames, int unknownNames) {
    restored = restoredNames;
    unknown = unknownNames;
  }

  /** Counts for the ledger, beside what was found in the question. */
  void describeQuestion(ObjectNode input) {
    if (used()) {
      input.put("pseudonymised", values.size());
    }
  }

  /** Counts for the ledger, beside what was found in the answer. */
  void describeAnswer(ObjectNode output) {
    if (used() || unknown > 0) {
      output.put("restored", restored).put("unknown", unknown);
    }
  }

  /** Whether it can be written as bytes: half of a surrogate pair cannot. */
  private static boolean isWhole(String value) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(value);
  }
}
