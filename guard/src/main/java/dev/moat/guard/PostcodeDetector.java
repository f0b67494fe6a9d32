package dev.moat.guard;

import java.util.Set;

/** Knows postcodes: British and Canadian ones by their form, others beside a word or a state. */
final class PostcodeDetector implements Detector {
  private static final ContextWords WORDS =
      ContextWords.of(
          "zip|zip code|zipcode|postcode|post code|postal code|postal|plz|postleitzahl"
              + "|code postal|codigo postal|cap|cep|postnummer|postcode|pin code|pincode");

  private static final Set<String> STATES =
      Set.of(
          ("AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV "
                  + "NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR")
              .split(" "));

  private static final Alphabet BRITISH_LAST = Alphabet.of("ABD-HJLNP-UW-Z");
  private static final Alphabet CANADIAN = Alphabet.of("ABCEGHJ-NPRSTV-Z");
  private static final int CODE_MAX = 10;

  @Override
  public Start start() {
    return Start.at(Alphabet.UPPER_ALNUM);
  }

  @Override
  public void find(Window window, int at, Best best) {
    char before = window.at(at - 1);
    if (before == '_' || before == '-' || before == '/' || before == '.' || before == '#') {
      return;
    }
    if (Alphabet.DIGITS.has(window.at(at))) {
      digits(window, at, best);
      return;
    }
    int end = Alphabet.UPPER_ALNUM.runEnd(window, at, 5);
    if (window.at(end) == ' '
        && (isCanadian(window, at, end) || isBritish(window, at, end))
        && !Alphabet.WORD.has(window.at(end + 4))) {
      best.offer(PersonalTypes.POSTCODE, end + 4);
    }
  }

  /** {@code SW1A 1AA}: one or two letters, a digit, perhaps one more, and three. */
  private static boolean isBritish(Window window, int at, int end) {
    int area = Alphabet.UPPER.runEnd(window, at, 3) - at;
    int district = end - at - area;
    return area >= 1
        && area <= 2
        && district >= 1
        && district <= 2
        && Alphabet.DIGITS.has(window.at(at + area))
        && Alphabet.DIGITS.has(window.at(end + 1))
        && BRITISH_LAST.has(window.at(end + 2))
        && BRITISH_LAST.has(window.at(end + 3));
  }

  private static boolean isCanadian(Window window, int at, int end) {
    return end - at == 3
        && CANADIAN.has(window.at(at))
        && Alphabet.DIGITS.has(window.at(at + 1))
        && CANADIAN.has(window.at(at + 2))
        && Alphabet.DIGITS.has(window.at(end + 1))
        && CANADIAN.has(window.at(end + 2))
        && Alphabet.DIGITS.has(window.at(end + 3));
  }

  private static void digits(Window window, int at, Best best) {
    int run = Alphabet.DIGITS.runEnd(window, at, CODE_MAX);
    int end = run;
    boolean gap = window.at(run) == '-' || window.at(run) == ' ';
    int rest = gap ? Alphabet.DIGITS.runEnd(window, run + 1, CODE_MAX) - run - 1 : 0;
    if ((rest == 4 && run - at == 5 && window.at(run) == '-')
        || (rest == 3 && run - at == 5 && window.at(run) == '-')
        || (rest == 2 && run - at == 3 && window.at(run) == ' ')) {
      end = run + 1 + rest;
    } else if (run - at == 4 && isDutch(window, run)) {
      end = run + 3;
    }
    int length = run - at;
    boolean written = end > run || (length >= 4 && length <= 6);
    char after = window.at(end);
    boolean ended = !Alphabet.WORD.has(after) && after != '-' && after != '@';
    boolean state = length == 5 && isState(window, at);
    if (written && ended && (state || WORDS.before(window, at))) {
      best.offer(PersonalTypes.POSTCODE, end);
    }
  }

  private static boolean isDutch(Window window, int run) {
    return window.at(run) == ' ' && Alphabet.UPPER.runEnd(window, run + 1, 3) == run + 3;
  }

  private static boolean isState(Window window, int at) {
    return window.at(at - 1) == ' '
        && !Alphabet.WORD.has(window.at(at - 4))
        && window.seenBefore(at, 3) == at - 3
        && STATES.contains(window.text(at - 3, at - 1));
  }
}
