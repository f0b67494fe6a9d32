package dev.moat.guard;

/** The tags that were given so far, as far as they matter for the next word. */
final class NameHistory {
  private static final int FAR = 1 << 20;

  private int last;
  private int lastButOne;
  private int lastName;
  private int sinceName = FAR;

  /** Goes on after a word that has {@code tag}. */
  void add(int tag) {
    lastButOne = last;
    last = tag;
    if (tag != NameTags.OUTSIDE) {
      lastName = tag;
      sinceName = 0;
    } else {
      sinceName = Math.min(FAR, sinceName + 1);
    }
  }

  /** The tag of the word before. */
  int last() {
    return last;
  }

  /** The tag of the word before that. */
  int lastButOne() {
    return lastButOne;
  }

  /** The tag of the last word that is in a name. */
  int lastName() {
    return lastName;
  }

  /** How many words outside names followed that word. */
  int sinceName() {
    return sinceName;
  }
}
