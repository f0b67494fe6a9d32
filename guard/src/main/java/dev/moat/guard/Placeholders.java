package dev.moat.guard;

import java.util.Locale;

/** Knows what people write where a secret would stand: words, patterns, references to variables. */
final class Placeholders {
  /** Words that make a token with a known prefix a sample. */
  private static final String[] SAMPLE_WORDS =
      ("example sample placeholder redacted changeme dummy xxxxx 00000 insert replace "
              + "yourtoken your_ your- notreal fakekey faketoken abcdefghij 0123456789 1234567890 "
              + "testtest")
          .split(" ");

  /** Words that a value must not mostly consist of. */
  private static final String[] VALUE_WORDS =
      ("password passwd passphrase secret changeme changeit change example sample "
              + "placeholder default dummy token apikey access credential admin test foobar qwerty "
              + "letmein welcome string value your none null undefined redacted insert replace "
              + "pass user root guest demo fake mock todo xxxx **** .... abcdef abc 1234567890 123456 "
              + "1234 123 key my the invalid base64 wrong some foo bar baz valid")
          .split(" ");

  private static final int REMAINS_MIN = 5;

  private Placeholders() {}

  /** Whether the token looks made up: it holds a sample word or counts or repeats. */
  static boolean within(Window window, int from, int end) {
    if (Randomness.steps(window, from, end) * 2 > end - from) {
      return true;
    }
    String lower = window.text(from, end).toLowerCase(Locale.ROOT);
    for (String word : SAMPLE_WORDS) {
      if (lower.contains(word)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a value of an assignment stands for a secret that is elsewhere or is a sample. */
  static boolean isValue(String value) {
    if (isReference(value)) {
      return true;
    }
    String rest = value.toLowerCase(Locale.ROOT);
    for (String word : VALUE_WORDS) {
      rest = rest.replace(word, "");
    }
    long remains = rest.chars().filter(c -> c != '-' && c != '_' && c != '.').count();
    return remains < Math.min(REMAINS_MIN, value.length());
  }

  private static boolean isReference(String value) {
    char first = value.charAt(0);
    char last = value.charAt(value.length() - 1);
    return value.contains("${")
        || value.contains("#{")
        || value.contains("{{")
        || value.contains("$(")
        || value.contains("%s")
        || value.contains("redacted:")
        || value.contains("...")
        || (first == '<' && last == '>')
        || (first == '{' && last == '}')
        || (first == '%' && last == '%')
        || (first == '@' && last == '@')
        || (first == '$' && value.chars().skip(1).allMatch(Placeholders::isName));
  }

  private static boolean isName(int c) {
    return Alphabet.WORD.has((char) c);
  }
}
