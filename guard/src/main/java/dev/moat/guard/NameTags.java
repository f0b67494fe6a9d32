package dev.moat.guard;

import java.util.List;

/**
 * The tags of words that may be part of a name: 0 is outside; type {@code t} begins with tag {@code
 * 2 t + 1} and goes on with {@code 2 t + 2}.
 */
final class NameTags {
  static final int OUTSIDE = 0;

  /** The types of names, in the order of their tags. */
  static final List<String> TYPES =
      List.of(
          PersonalTypes.PERSON,
          PersonalTypes.PLACE,
          PersonalTypes.ORGANISATION,
          PersonalTypes.ADDRESS);

  /** How many tags there are, without that for outside. */
  static final int COUNT = 8;

  private NameTags() {}

  /** The tag of the first word of a name of this type, or of a later one. */
  static int of(String type, boolean first) {
    return 2 * TYPES.indexOf(type) + (first ? 1 : 2);
  }

  /** The type of a tag that is not outside. */
  static String type(int tag) {
    return TYPES.get((tag - 1) / 2);
  }

  /** Whether {@code tag} goes on with a name that began before. */
  static boolean goesOn(int tag) {
    return tag != OUTSIDE && tag % 2 == 0;
  }

  /** Whether a word may have {@code tag} after one that has {@code before}. */
  static boolean mayFollow(int before, int tag) {
    return !goesOn(tag) || before == tag || before == tag - 1;
  }
}
