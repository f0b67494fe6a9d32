package dev.moat.guard;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Knows telephone numbers: those whose form stands for itself, and any other grouped number beside
 * a word that says so.
 */
final class PhoneDetector implements Detector {
  private static final Alphabet FIRST = Alphabet.of("0-9+(");
  private static final int DIGITS_MIN = 6;
  private static final int EXTENSION_MAX = 6;
  private static final int WORD_AFTER_MAX = 7;
  private static final ContextWords WORDS =
      ContextWords.of(
          "phone|telephone|tel|mobile|cellphone|fax|whatsapp|telefon|mobil|tlf|msisdn|voicemail"
              + "|hotline|landline|answering|my number|number is|can call|call me|call us|reach me"
              + "|reach us|telefono|telefoon|handynummer|rufnummer|celular|cellulare|fono|ph");

  /** Words that code and prose also use of other things. */
  private static final ContextWords LOOSE_WORDS =
      ContextWords.of("call|cell|contact|dial|reach|sms|handy|portable");

  /** What stands before an extension; a longer sign before those that begin it. */
  private static final List<String> EXTENSIONS = List.of("extension", "ext.", "ext", "x");

  private static final Set<String> WORDS_AFTER =
      Set.of("office", "mobile", "cell", "fax", "home", "work", "phone");

  @Override
  public Start start() {
    return Start.at(FIRST);
  }

  @Override
  public void find(Window window, int at, Best best) {
    char first = window.at(at);
    int digits = at;
    if (first == '+' || first == '(') {
      digits += first == '+' && window.at(at + 1) == '(' ? 2 : 1;
    }
    if (!Alphabet.DIGITS.has(window.at(digits))
        || isInside(window, at)
        || !DigitGroups.hasDigits(window, digits, DIGITS_MIN)) {
      return;
    }
    DigitGroups groups = DigitGroups.read(window, digits);
    if (groups.has(1, 1)) {
      return; // a list of digits
    }
    int count =
        first == '+'
            ? PhoneForms.international(groups)
            : national(window, at, groups, first == '(');
    if (count > 0) {
      best.offer(PersonalTypes.PHONE, withExtension(window, groups.end(count)));
    }
  }

  private static int national(Window window, int at, DigitGroups groups, boolean bracket) {
    int standing = PhoneForms.national(groups, bracket);
    if (standing > 0) {
      return standing;
    }
    int count = PhoneForms.fitting(groups);
    boolean named =
        count > 0
            && !groups.isDate()
            && (groups.separator(0) != '.' || groups.has(3, 3, 4))
            && (wordFollows(window, groups.end(count))
                || WORDS.before(window, at)
                || (isLikely(groups, count) && LOOSE_WORDS.before(window, at)));
    return named ? count : 0;
  }

  private static boolean isInside(Window window, int at) {
    char before = window.at(at - 1);
    char further = window.at(at - 2);
    boolean joins = before == '.' || before == '-' || before == '/' || before == ':';
    return (Alphabet.WORD.has(before) && !window.isEscape(at - 1))
        || before == '#'
        || before == '$'
        || (joins && Alphabet.ALNUM.has(further))
        || (window.at(at) == '+' && (before == ')' || before == ']' || before == '+'));
  }

  /** As a number with its area code is written; a shorter or longer one is more often a count. */
  private static boolean isLikely(DigitGroups groups, int count) {
    int digits = groups.digits(count).length();
    if (count == 1) {
      return digits == 10 || digits == 11;
    }
    boolean written = groups.separator(0) == '-' || (groups.size(0) == 2 && digits >= 7);
    return written || digits == 7 || digits >= 10;
  }

  private static boolean wordFollows(Window window, int end) {
    char gap = window.at(end);
    int end2 = Alphabet.LETTERS.runEnd(window, end + 1, WORD_AFTER_MAX);
    return (gap == ' ' || gap == '-')
        && WORDS_AFTER.contains(window.text(end + 1, end2).toLowerCase(Locale.ROOT));
  }

  private static int withExtension(Window window, int end) {
    int at = window.at(end) == ',' ? end + 1 : end;
    at = window.at(at) == ' ' ? at + 1 : at;
    for (String sign : EXTENSIONS) {
      int digits = at + sign.length();
      if (!window.text(at, digits).toLowerCase(Locale.ROOT).equals(sign)) {
        continue;
      }
      digits = window.at(digits) == ' ' && sign.length() > 1 ? digits + 1 : digits;
      int to = Alphabet.DIGITS.runEnd(window, digits, EXTENSION_MAX);
      return to > digits && !Alphabet.WORD.has(window.at(to)) ? to : end;
    }
    return end;
  }
}
