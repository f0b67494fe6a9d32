package dev.moat.guard;

import dev.moat.core.Digest;
import java.util.List;

/** Names the rules that decide: a number for the detectors' code, and the digest of the tables. */
final class RulesVersion {
  /** To be raised when the code of a detector changes what is found. */
  static final int CODE = 4;

  /** The tables of which code makes detectors. */
  private static final List<String> TABLES =
      List.of(
          TokenRules.TABLE,
          IssuerRules.TABLE,
          SignRules.INJECTION_PHRASES,
          SignRules.INJECTION_MARKERS,
          SignRules.LEAK_PHRASES);

  private RulesVersion() {}

  /** The digest of the version and of every table. */
  static Digest digest() {
    return of(CODE, TABLES, NumberRules.all());
  }

  /** The digest of that version of the code with those tables and those identity numbers. */
  static Digest of(int code, List<String> tables, List<NumberRule> numbers) {
    Digest.Hasher hasher = new Digest.Hasher().field("moat.guard rules " + code);
    hasher.field(Integer.toString(tables.size()));
    tables.forEach(hasher::field);
    numbers.forEach(rule -> rule.describe(hasher));
    return hasher.digest();
  }
}
