package dev.moat.guard;

import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/**
 * The form of a name that stands for a value, such as {@code <EMAIL_kqfwapzr>}: the type, which a
 * model needs to make sense of the text, and letters that tell nothing. There are no digits in
 * them, so that no detector takes a name for a number.
 */
public final class Pseudonym {
  /** How long a name is at most, with its brackets. */
  static final int CHARACTERS_MAX = 48;

  private static final int LETTERS = 8;
  private static final int LABEL_MAX = CHARACTERS_MAX - LETTERS - 3;
  private static final int ALPHABET = 26;

  private Pseudonym() {}

  /** The name for a value of that type; its letters are taken from a digest of at least 8 bytes. */
  public static String of(String type, byte[] digest) {
    long bits = ByteBuffer.wrap(digest).getLong() >>> 1;
    StringBuilder out = new StringBuilder().append('<').append(label(type)).append('_');
    for (int i = 0; i < LETTERS; i++) {
      out.append((char) ('a' + bits % ALPHABET));
      bits /= ALPHABET;
    }
    return out.append('>').toString();
  }

  /** The names that stand in a text, exactly as {@link #of} writes them. */
  public static Set<String> within(String text) {
    Set<String> found = new LinkedHashSet<>();
    int open = text.indexOf('<');
    while (open >= 0) {
      int next = text.indexOf('<', open + 1);
      int end = Math.min(open + CHARACTERS_MAX, next < 0 ? text.length() : next);
      int close = text.indexOf('>', open, end);
      if (close > 0 && isName(text, open + 1, close)) {
        found.add(text.substring(open, close + 1));
      }
      open = next;
    }
    return found;
  }

  /** Whether what stands between two brackets is a name. */
  static boolean isName(CharSequence text, int from, int to) {
    int letters = to - LETTERS;
    if (letters - 1 <= from || to - from > CHARACTERS_MAX - 2 || text.charAt(letters - 1) != '_') {
      return false;
    }
    for (int i = from; i < letters - 1; i++) {
      if (!isLabel(text.charAt(i))) {
        return false;
      }
    }
    for (int i = letters; i < to; i++) {
      if (text.charAt(i) < 'a' || text.charAt(i) > 'z') {
        return false;
      }
    }
    return true;
  }

  /** What the type is called in a name: {@code us-ssn} is {@code US_SSN}. */
  public static String label(String type) {
    String upper = type.toUpperCase(Locale.ROOT);
    StringBuilder out = new StringBuilder(LABEL_MAX);
    for (int i = 0; i < Math.min(upper.length(), LABEL_MAX); i++) {
      out.append(isLabel(upper.charAt(i)) ? upper.charAt(i) : '_');
    }
    return out.toString();
  }

  private static boolean isLabel(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }
}
