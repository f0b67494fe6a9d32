package dev.moat.guard;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Words that, standing shortly before a number, say what the number is. */
record ContextWords(List<String> words) {
  private static final int REACH = 56;

  /**
   * The words of a list separated by bars. Several words also count in the spellings of code:
   * {@code social_security}, {@code social-security}, {@code socialSecurity}.
   */
  static ContextWords of(String words) {
    Set<String> spellings = new LinkedHashSet<>();
    for (String word : words.split("\\|")) {
      spellings.add(word);
      if (word.indexOf(' ') >= 0) {
        spellings.add(word.replace(' ', '_'));
        spellings.add(word.replace(' ', '-'));
        spellings.add(word.replace(" ", ""));
      }
    }
    return new ContextWords(List.copyOf(spellings));
  }

  /** Words of any script, in small letters and in capitals, as the detection copy shows them. */
  static String folded(String words) {
    String all = shown(words) + shown("|" + words.toUpperCase(Locale.ROOT));
    return all.toLowerCase(Locale.ROOT);
  }

  private static String shown(String words) {
    if (isAscii(words)) {
      return words.startsWith("|") ? "" : words;
    }
    Window window = new Window();
    Normaliser normaliser = new Normaliser(window);
    normaliser.accept(words, 0, words.length());
    normaliser.finish();
    window.stand(0);
    return window.text(0, window.end());
  }

  private static boolean isAscii(String words) {
    for (int i = 0; i < words.length(); i++) {
      if (words.charAt(i) >= 128) {
        return false;
      }
    }
    return true;
  }

  /** What stands before a position, read once for many words. */
  record Before(String text, String lower) {
    static Before of(Window window, int at) {
      String text = window.text(window.seenBefore(at, REACH), at);
      return new Before(text, text.toLowerCase(Locale.ROOT));
    }
  }

  /** Whether one of the words stands before {@code at}. */
  boolean before(Window window, int at) {
    return in(Before.of(window, at));
  }

  /** Whether one of the words stands in {@code before}. */
  boolean in(Before before) {
    for (String word : words) {
      if (contains(before.text(), before.lower(), word)) {
        return true;
      }
    }
    return false;
  }

  private static boolean contains(String text, String lower, String word) {
    int found = lower.indexOf(word);
    while (found >= 0) {
      if (beginsAt(text, found) && endsAt(lower, found + word.length())) {
        return true;
      }
      found = lower.indexOf(word, found + 1);
    }
    return false;
  }

  private static boolean beginsAt(String text, int at) {
    return at == 0
        || !Alphabet.LETTERS.has(text.charAt(at - 1))
        || (Alphabet.UPPER.has(text.charAt(at)) && Alphabet.LOWER.has(text.charAt(at - 1)));
  }

  private static boolean endsAt(String lower, int at) {
    int after = at < lower.length() && lower.charAt(at) == 's' ? at + 1 : at;
    return after >= lower.length()
        || !Alphabet.LOWER.has(lower.charAt(after))
        || lower.startsWith("number", after)
        || lower.startsWith("no", after);
  }
}
