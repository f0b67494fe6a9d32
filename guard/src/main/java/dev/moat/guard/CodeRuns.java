package dev.moat.guard;

/** Counts words that follow one another and could each be the code of a letter. */
final class CodeRuns {
  static final int BINARY_MIN = 3;
  static final int CODES_MIN = 6;
  private static final int LETTERS = 26;

  private int bytes;
  private int numbers;
  private int places;
  private int pairs;

  /** Takes the next word, which ends before {@code end}; whether enough have come. */
  boolean next(String text, int end, int length, int bits) {
    boolean digits = (bits & CharacterKinds.LETTER) == 0;
    boolean binary = digits && (bits & CharacterKinds.NOT_BIT) == 0;
    bytes = binary && (length == 7 || length == 8) ? bytes + 1 : 0;
    boolean prefixed = length == 4 && end > 3 && text.charAt(end - 3) == 'x';
    boolean hex = length == 2 && (bits & CharacterKinds.NOT_HEX) == 0;
    pairs = hex || prefixed ? pairs + 1 : 0;
    int value = digits && length <= 3 ? HexDigits.value(text, end - length, length, 10) : -1;
    numbers = length > 1 && value >= 32 && value <= 176 ? numbers + 1 : 0; // 176 is an octal ~
    places = value > 0 && value <= LETTERS ? places + 1 : 0;
    return facts() != 0;
  }

  int facts() {
    boolean codes = bytes >= BINARY_MIN || numbers >= CODES_MIN || places >= CODES_MIN;
    return (codes ? ViewGate.CODES : 0) | (pairs >= CODES_MIN ? ViewGate.HEX : 0);
  }
}
