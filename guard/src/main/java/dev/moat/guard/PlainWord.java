package dev.moat.guard;

import java.util.List;

/**
 * Knows the words of prose and code that no sensitive match can begin with, so that most positions
 * are decided by one look: letters only, ended by a character that joins nothing.
 */
final class PlainWord {
  private static final int LENGTH_MAX = 20;
  private static final int ASSIGNED_MIN = 8;
  private static final Alphabet ENDS = Alphabet.of(" \t\r\n,;()[]{}<>\"'!?");
  private static final Alphabet QUOTES = Alphabet.of("\"'`");

  private static final int[] MONTHS =
      List.of("jan feb mar apr may jun jul aug sep oct nov dec".split(" ")).stream()
          .mapToInt(name -> name.charAt(0) << 16 | name.charAt(1) << 8 | name.charAt(2))
          .toArray();

  private static final Alphabet SECOND_OF_MONTH = Alphabet.of("aceopuACEOPU");

  private PlainWord() {}

  /** Whether {@code word} is one. */
  static boolean is(Window window, Word word) {
    if (!word.isLetters() || word.length() > LENGTH_MAX || QUOTES.has(word.before())) {
      return false;
    }
    if (mayBeBank(window, word)) {
      return false;
    }
    if (word.before() == '=' && word.length() >= ASSIGNED_MIN) {
      return false; // perhaps a password
    }
    char after = word.after();
    if (after == '.') {
      return ENDS.has(window.at(word.end() + 1));
    }
    boolean goesOn = after == ' ' && mayGoOn(window, word);
    return ENDS.has(after) && !(goesOn && Alphabet.DIGITS.has(window.at(word.end() + 1)));
  }

  /** The code of a bank is eight or eleven capitals. */
  private static boolean mayBeBank(Window window, Word word) {
    return (word.length() == 8 || word.length() == 11) && isCapitals(window, word.start());
  }

  private static boolean isCapitals(Window window, int at) {
    return Alphabet.UPPER.has(window.at(at)) && Alphabet.UPPER.has(window.at(at + 1));
  }

  /** A month and some letters of an identity number or plate are followed by digits. */
  private static boolean mayGoOn(Window window, Word word) {
    int at = word.start();
    if (word.length() <= 3 && isCapitals(window, at)) {
      return word.length() > 1;
    }
    if (word.length() < 3) {
      return false;
    }
    if (!SECOND_OF_MONTH.has(window.at(at + 1))) {
      return false;
    }
    int letters = (window.at(at) << 16 | window.at(at + 1) << 8 | window.at(at + 2)) | 0x202020;
    for (int month : MONTHS) {
      if (month == letters) {
        return true;
      }
    }
    return false;
  }
}
