package dev.moat.guard;

import java.util.Set;

/**
 * Where a detector must be asked, as far as one look tells: the characters with which its matches
 * begin, those that stand before, those that stand after the first run of letters and digits where
 * that run is short, the words of prose that are such a run, if they are known, and whether there
 * is a digit in that run. It may allow more than there is, never less.
 */
record Start(Alphabet first, Alphabet before, Alphabet after, Set<String> words, boolean digit) {
  /** All characters, also those that are not ASCII, and the edge of the text. */
  static final Alphabet ANYTHING = new Alphabet(-1, -1);

  /** No character. */
  static final Alphabet NOTHING = new Alphabet(0, 0);

  Start {
    words = Set.copyOf(words);
  }

  /** At these characters, whatever stands around them. */
  static Start at(Alphabet first) {
    return new Start(first, ANYTHING, ANYTHING, Set.of(), false);
  }

  /** After one of these characters. */
  static Start behind(Alphabet before) {
    return new Start(ANYTHING, before, ANYTHING, Set.of(), false);
  }

  /** The same where one of these characters ends a short run. */
  Start endedBy(Alphabet end) {
    return new Start(first, before, end, words, digit);
  }

  /** The same with one of these words. */
  Start with(Set<String> words) {
    return new Start(first, before, after, words, digit);
  }

  /** The same where there is a digit in the first run. */
  Start withDigit() {
    return new Start(first, before, after, words, true);
  }
}
