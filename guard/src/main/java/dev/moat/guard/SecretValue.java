package dev.moat.guard;

import dev.moat.guard.KeyNames.Promise;
import java.util.Locale;
import java.util.Set;

/** Judges the value of an assignment whose name promises a secret. */
final class SecretValue {
  private static final int PASSWORD_MIN = 6;
  private static final int TOKEN_MIN = 10;
  private static final int PERHAPS_MIN = 20;

  /** One more than the longest part of a UUID. */
  private static final int RUN_MIN = 13;

  private static final double PASSWORD_ENTROPY = 2.3;
  private static final double TOKEN_ENTROPY = 2.9;
  private static final double PERHAPS_ENTROPY = 3.6;
  private static final Alphabet SPECIAL = Alphabet.of("!#$%&*?@^~+=");

  private static final Alphabet CONSTANT = Alphabet.of("A-Z0-9_");

  private static final Alphabet NAME = Alphabet.of("a-zA-Z0-9_\\-");

  private static final int NUMEROUS_MIN = 16;
  private static final int WORD_MIN = 8;
  private static final int LONG_WORD_MIN = 10;

  /** What stands for a password in forms, rules and other languages. */
  private static final Set<String> NO_CHOICE =
      Set.of(
          ("required optional disabled enabled encrypted protected incorrect mandatory forgotten "
                  + "wachtwoord adgangskode kennwort contrasena jelszo salasana losenord hashed "
                  + "generated undefined hunspell confirmed validator nullable credentials")
              .split(" "));

  private SecretValue() {}

  /** Whether letters alone are a password, given to what is called one beyond doubt. */
  static boolean isChosenWord(String value) {
    String lower = value.toLowerCase(Locale.ROOT);
    return value.length() >= WORD_MIN
        && count(value, Alphabet.LETTERS) == value.length()
        && (value.equals(lower) || value.length() < 2 * WORD_MIN)
        && !NO_CHOICE.contains(lower)
        && !Placeholders.isValue(value);
  }

  /** The same in quotes, where also labels stand. */
  static boolean isLongWord(String value) {
    return value.length() >= LONG_WORD_MIN
        && count(value, Alphabet.LOWER) == value.length()
        && isChosenWord(value);
  }

  /** A word, a name or a version has at most one of what this counts. */
  private static boolean isUnlikeWord(String value) {
    boolean mixed = false;
    for (int i = 1; i < value.length(); i++) {
      mixed |= Alphabet.UPPER.has(value.charAt(i)) && !Alphabet.UPPER.has(value.charAt(i - 1));
    }
    mixed &= count(value, Alphabet.LOWER) > 0;
    int signs = count(value, Alphabet.DIGITS) >= 2 ? 1 : 0;
    signs += mixed ? 1 : 0;
    signs += count(value, SPECIAL) > 0 ? 1 : 0;
    signs += mixed && count(value, Alphabet.DIGITS) > 0 && value.indexOf('-') > 0 ? 1 : 0;
    return signs >= 2 && value.length() >= WORD_MIN;
  }

  /** Whether {@code value} keeps the promise of its name. */
  static boolean keeps(Promise promise, String value, double entropy) {
    return switch (promise) {
      case NOTHING -> false;
      case PASSWORD -> isPassword(value, entropy);
      case SPOKEN -> isPassword(value, entropy) && isUnlikeWord(value);
      case TOKEN -> isToken(value, TOKEN_MIN, entropy, TOKEN_ENTROPY);
      case PERHAPS ->
          isToken(value, PERHAPS_MIN, entropy, PERHAPS_ENTROPY) && longestRun(value) >= RUN_MIN;
    };
  }

  private static boolean isPassword(String value, double entropy) {
    int digits = count(value, Alphabet.DIGITS);
    int letters = count(value, Alphabet.LETTERS);
    int special = count(value, SPECIAL);
    return value.length() >= PASSWORD_MIN
        && entropy >= PASSWORD_ENTROPY
        && letters > 0
        && digits + special > 0
        && !looksLikeCode(value)
        && !Placeholders.isValue(value);
  }

  private static boolean isToken(String value, int min, double entropy, double entropyMin) {
    int digits = count(value, Alphabet.DIGITS);
    int letters = count(value, Alphabet.LETTERS);
    return value.length() >= min
        && entropy >= entropyMin
        && letters >= 2
        && digits >= 2
        && value.indexOf(' ') < 0
        && !looksLikeCode(value)
        && !Placeholders.isValue(value);
  }

  /** A path, an address, a call or a dotted name is where a secret is kept, not the secret. */
  private static boolean looksLikeCode(String value) {
    return value.contains("://")
        || value.startsWith("/")
        || value.startsWith("./")
        || value.startsWith("~/")
        || value.contains("()")
        || value.contains("::")
        || value.contains("->")
        || value.endsWith(":")
        || isConstantName(value)
        || isDottedName(value);
  }

  /** Parts that begin with a letter, with dots or hashes between: {@code log4j2.keyStore}. */
  private static boolean isDottedName(String value) {
    boolean dotted = false;
    boolean begins = true;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean joint = c == '.' || c == '#';
      if (begins ? !Alphabet.LETTERS.has(c) : !joint && !NAME.has(c)) {
        return false;
      }
      begins = joint;
      dotted |= joint;
    }
    return dotted && !begins && !hasNumerousPart(value);
  }

  /** A long part with digits in it is no name. */
  private static boolean hasNumerousPart(String value) {
    for (String part : value.split("[.#]")) {
      if (part.length() >= NUMEROUS_MIN && count(part, Alphabet.DIGITS) >= 3) {
        return true;
      }
    }
    return false;
  }

  private static boolean isConstantName(String value) {
    return value.indexOf('_') > 0 && count(value, CONSTANT) == value.length();
  }

  /** How many characters stand without a joint: an identifier of parts, as a UUID, has few. */
  private static int longestRun(String value) {
    int longest = 0;
    int run = 0;
    for (int i = 0; i < value.length(); i++) {
      run = Alphabet.BASE64.has(value.charAt(i)) ? run + 1 : 0;
      longest = Math.max(longest, run);
    }
    return longest;
  }

  private static int count(String value, Alphabet alphabet) {
    int count = 0;
    for (int i = 0; i < value.length(); i++) {
      count += alphabet.has(value.charAt(i)) ? 1 : 0;
    }
    return count;
  }
}
