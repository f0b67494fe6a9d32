package dev.moat.guard;

/**
 * Knows telephone numbers: international (E.164), North American, some national forms that stand
 * for themselves, and any other grouped number after a word that says so.
 */
final class PhoneDetector implements Detector {
  private static final int DIGITS_MIN = 7;
  private static final int DIGITS_MAX = 15;
  private static final int LONE_INTERNATIONAL_MIN = 10;
  private static final int EXTENSION_MAX = 6;
  private static final ContextWords WORDS =
      ContextWords.of(
          "phone",
          "telephone",
          "tel",
          "mobile",
          "cell",
          "cellphone",
          "fax",
          "call",
          "calling",
          "called",
          "whatsapp",
          "sms",
          "contact",
          "handy",
          "telefon",
          "dial",
          "text",
          "ring",
          "reach",
          "mobil",
          "portable",
          "tlf",
          "msisdn",
          "voicemail",
          "hotline",
          "landline");

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
    int count = first == '+' ? international(groups) : national(window, at, groups, first == '(');
    if (count > 0) {
      best.offer(PersonalTypes.PHONE, withExtension(window, groups.end(count)));
    }
  }

  private static boolean isInside(Window window, int at) {
    char before = window.at(at - 1);
    char further = window.at(at - 2);
    boolean joins = before == '.' || before == '-' || before == '/' || before == ':';
    return Alphabet.WORD.has(before)
        || before == '#'
        || before == '$'
        || (joins && Alphabet.ALNUM.has(further))
        || (window.at(at) == '+' && (before == ')' || before == ']' || before == '+'));
  }

  /** How many groups make an international number: as many as fit fifteen digits. */
  private static int international(DigitGroups groups) {
    if (groups.digits(1).charAt(0) == '0') {
      return 0;
    }
    int count = fitting(groups);
    int digits = count == 0 ? 0 : groups.digits(count).length();
    int min = count == 1 ? LONE_INTERNATIONAL_MIN : DIGITS_MIN + 1;
    boolean american = digits > 0 && groups.digits(1).charAt(0) == '1';
    boolean plausible = !american || (digits == 11 && isAmerican(groups.digits(count), 1));
    return digits >= min && plausible ? count : 0;
  }

  private static int national(Window window, int at, DigitGroups groups, boolean bracket) {
    if (isAmericanForm(groups, bracket)) {
      return 3;
    }
    if (groups.sized(1, 3, 3, 4)
        && groups.digits(1).equals("1")
        && groups.separator(0) != '.'
        && isAmerican(groups.digits(4), 1)) {
      return 4;
    }
    int standing = bracket ? 0 : standingForm(groups);
    if (standing > 0) {
      return standing;
    }
    int count = fitting(groups);
    boolean dated = isDate(groups, count);
    return count > 0 && !dated && WORDS.before(window, at) ? count : 0;
  }

  /** {@code (415) 555-2671}, {@code 415-555-2671} and {@code 415.555.2671}. */
  private static boolean isAmericanForm(DigitGroups groups, boolean bracket) {
    if (!groups.sized(3, 3, 4) || !isAmerican(groups.digits(3), 0)) {
      return false;
    }
    char one = groups.separator(0);
    char two = groups.separator(1);
    return bracket ? one == ')' : one == two && (one == '-' || one == '.');
  }

  /** Area and exchange of the North American plan begin with 2 to 9 and are no service codes. */
  private static boolean isAmerican(String digits, int from) {
    return digits.length() == from + 10
        && digits.charAt(from) >= '2'
        && digits.charAt(from + 3) >= '2'
        && !digits.startsWith("11", from + 1);
  }

  /** British and French forms, recognisable by the grouping of a number that begins with 0. */
  private static int standingForm(DigitGroups groups) {
    if (groups.digits(1).charAt(0) != '0') {
      return 0;
    }
    for (int i = 0; i < groups.count() - 1; i++) {
      if (groups.separator(i) != groups.separator(0)) {
        return 0;
      }
    }
    char separator = groups.separator(0);
    boolean spaced = separator == ' ' || separator == '.';
    if (spaced && groups.sized(2, 2, 2, 2, 2) && groups.digits(1).charAt(1) != '0') {
      return 5;
    }
    if (separator != ' ') {
      return 0;
    }
    if (groups.sized(5, 6) && groups.digits(1).startsWith("07")) {
      return 2;
    }
    boolean british = groups.sized(3, 4, 4) || groups.sized(4, 3, 4) || groups.sized(5, 3, 3);
    char second = groups.digits(1).charAt(1);
    return british && (second == '1' || second == '2' || second == '7') ? 3 : 0;
  }

  private static int fitting(DigitGroups groups) {
    int count = groups.count();
    while (count > 0 && groups.digits(count).length() > DIGITS_MAX) {
      count--;
    }
    boolean fits =
        count > 0 && groups.digits(count).length() >= DIGITS_MIN && !groups.isGlued(count);
    return fits || isExtended(groups, count) ? count : 0;
  }

  private static boolean isExtended(DigitGroups groups, int count) {
    return count > 0
        && groups.separator(count - 1) == 'x'
        && groups.digits(count).length() >= DIGITS_MIN;
  }

  private static boolean isDate(DigitGroups groups, int count) {
    return count > 0
        && (groups.sized(4, 2, 2) || groups.sized(2, 2, 4) || groups.sized(4, 2, 2, 2));
  }

  private static int withExtension(Window window, int end) {
    int x = window.at(end) == ' ' ? end + 1 : end;
    if (window.at(x) != 'x') {
      return end;
    }
    int to = Alphabet.DIGITS.runEnd(window, x + 1, EXTENSION_MAX);
    return to > x + 1 && !Alphabet.WORD.has(window.at(to)) ? to : end;
  }
}
