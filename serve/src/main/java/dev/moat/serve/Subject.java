package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.core.Text;
import dev.moat.trust.ApiKey;
import java.util.List;
import java.util.Locale;

/**
 * Whom a limit is for. The id {@code *} stands for each of that kind that has no limit of its own.
 */
record Subject(Kind kind, String id) {
  /** The kinds, in the order in which the accounts of one exchange are locked. */
  enum Kind {
    EVERYONE,
    ORGANISATION,
    PROJECT,
    PRINCIPAL,
    KEY,
    MODEL;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static final Subject EVERYONE = new Subject(Kind.EVERYONE, "");

  private static final String EACH = "*";
  private static final String EACH_PREFIX = "each-";
  private static final int ID_CHARACTERS_MAX = 256;

  /** Reads {@code everyone}, {@code key:ID}, {@code each-key} and the like. */
  static Subject parse(String place, String text) {
    if (text.equals(Kind.EVERYONE.word())) {
      return EVERYONE;
    }
    for (Kind kind : Kind.values()) {
      String prefix = kind.word() + ":";
      if (kind == Kind.EVERYONE) {
        continue;
      }
      if (text.equals(EACH_PREFIX + kind.word())) {
        return new Subject(kind, EACH);
      }
      if (text.startsWith(prefix) && isId(kind, text.substring(prefix.length()))) {
        return new Subject(kind, text.substring(prefix.length()));
      }
    }
    throw new Failure(
        new Problem.Invalid(
            place
                + ": \""
                + Text.shortened(text, 60)
                + "\" names nobody; write everyone, key:ID, principal:ID, project:ORG/NAME,"
                + " organisation:ORG, model:NAME, or each-key and so on",
            place));
  }

  private static boolean isId(Kind kind, String id) {
    boolean parted = id.indexOf('/') > 0 && id.indexOf('/') < id.length() - 1;
    return !id.isEmpty()
        && id.length() <= ID_CHARACTERS_MAX
        && (kind != Kind.PROJECT || parted)
        && id.chars().noneMatch(c -> Character.isISOControl(c) || Character.isWhitespace(c));
  }

  /** All that stand behind a key, whatever model it asks for. */
  static List<Subject> of(ApiKey key) {
    return List.of(
        EVERYONE,
        new Subject(Kind.ORGANISATION, key.project().organisation()),
        new Subject(Kind.PROJECT, key.project().toString()),
        new Subject(Kind.PRINCIPAL, key.principal().id()),
        new Subject(Kind.KEY, key.id()));
  }

  /** All that stand behind an exchange. */
  static List<Subject> of(ApiKey key, String model) {
    List<Subject> caller = of(key);
    return List.of(
        caller.get(0),
        caller.get(1),
        caller.get(2),
        caller.get(3),
        caller.get(4),
        new Subject(Kind.MODEL, model));
  }

  /** The default of its kind. */
  Subject each() {
    return kind == Kind.EVERYONE ? this : new Subject(kind, EACH);
  }

  boolean isEach() {
    return id.equals(EACH);
  }

  /** As the settings write it. */
  String text() {
    if (isEach()) {
      return EACH_PREFIX + kind.word();
    }
    return kind == Kind.EVERYONE ? kind.word() : kind.word() + ":" + id;
  }
}
