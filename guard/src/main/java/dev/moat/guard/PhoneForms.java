package dev.moat.guard;

/** The groupings of digits that are telephone numbers without a word that says so. */
final class PhoneForms {
  private static final int DIGITS_MIN = 7;
  private static final int GROUPED_MIN = 6;
  private static final int DIGITS_MAX = 15;
  private static final int LONE_INTERNATIONAL_MIN = 10;

  private PhoneForms() {}

  /** How many groups after a plus make a number: as many as fit the fifteen digits of E.164. */
  static int international(DigitGroups groups) {
    int count = fitting(groups);
    if (count == 0 || groups.digits(1).charAt(0) == '0') {
      return 0;
    }
    String digits = groups.digits(count);
    int min = count == 1 ? LONE_INTERNATIONAL_MIN : DIGITS_MIN + 1;
    boolean american = digits.charAt(0) == '1';
    boolean plausible = !american || (digits.length() == 11 && isAmerican(digits, 1));
    return digits.length() >= min && plausible ? count : 0;
  }

  /** How many groups make a national number whose grouping is enough to know it, or 0. */
  static int national(DigitGroups groups, boolean bracket) {
    if (isAmericanForm(groups, bracket)) {
      return 3;
    }
    String first = groups.digits(1);
    boolean trunk = first.equals("1") || first.equals("001");
    if (trunk
        && groups.count() >= 4
        && isAmericanForm(groups.from(1), groups.separator(0) == ' ' && bracket)) {
      return 4;
    }
    return bracket ? areaInBrackets(groups) : european(groups);
  }

  /** {@code (02) 9374 4000} and {@code (11) 98765-4321}. */
  private static int areaInBrackets(DigitGroups groups) {
    boolean area = groups.separator(0) == ')' && groups.size(0) >= 2 && groups.size(0) <= 4;
    if (!area || groups.count() < 3 || !isEnded(groups, 3)) {
      return 0;
    }
    boolean local =
        groups.size(1) >= 3 && groups.size(1) <= 5 && groups.size(2) >= 3 && groups.size(2) <= 4;
    char gap = groups.separator(1);
    return local && (gap == ' ' || gap == '-') && groups.digits(3).length() >= 9 ? 3 : 0;
  }

  /** How many of the groups fit a telephone number, or 0. */
  static int fitting(DigitGroups groups) {
    int count = groups.count();
    while (count > 0 && groups.digits(count).length() > DIGITS_MAX) {
      count--;
    }
    int min = count > 1 ? GROUPED_MIN : DIGITS_MIN;
    boolean enough = count > 0 && groups.digits(count).length() >= min;
    return enough && isEnded(groups, count) ? count : 0;
  }

  /** {@code (415) 555-2671}, {@code 415-555-2671} and {@code 415.555.2671}. */
  private static boolean isAmericanForm(DigitGroups groups, boolean bracket) {
    if (!groups.has(3, 3, 4) || !isEnded(groups, 3)) {
      return false;
    }
    char one = groups.separator(0);
    char two = groups.separator(1);
    if (bracket) {
      return one == ')';
    }
    return one == two && (one == '-' || (one == '.' && isAmerican(groups.digits(3), 0)));
  }

  /** Area and exchange of the North American plan begin with 2 to 9 and are no service codes. */
  private static boolean isAmerican(String digits, int from) {
    return digits.length() == from + 10
        && digits.charAt(from) >= '2'
        && digits.charAt(from + 3) >= '2'
        && !digits.startsWith("11", from + 1);
  }

  /** British, French and Dutch forms: groups of a number that begins with 0. */
  private static int european(DigitGroups groups) {
    String first = groups.digits(1);
    char separator = groups.separator(0);
    if (first.length() < 2 || first.charAt(0) != '0' || !groups.isEven()) {
      return 0;
    }
    boolean pairs = groups.has(2, 2, 2, 2, 2) && groups.count() == 5 && first.charAt(1) != '0';
    if (pairs && (separator == ' ' || separator == '.') && isEnded(groups, 5)) {
      return 5;
    }
    if (separator != '.' && isDialled(groups)) {
      return groups.count();
    }
    if (groups.has(2, 8) && first.equals("06") && isEnded(groups, 2)) {
      return 2;
    }
    if (separator != ' ') {
      return 0;
    }
    if (groups.has(5, 6) && first.startsWith("07") && isEnded(groups, 2)) {
      return 2;
    }
    boolean british = groups.has(3, 4, 4) || groups.has(4, 3, 4) || groups.has(5, 3, 3);
    boolean area = first.charAt(1) == '1' || first.charAt(1) == '2' || first.charAt(1) == '7';
    return british && area && isEnded(groups, 3) ? 3 : 0;
  }

  /** {@code 0049 89 123456}: the usual sign of an international call, and a country. */
  private static boolean isDialled(DigitGroups groups) {
    String digits = groups.digits(groups.count());
    return groups.count() > 1
        && digits.startsWith("00")
        && digits.charAt(2) > '1'
        && digits.charAt(groups.size(0)) != '0'
        && groups.size(0) >= 4
        && groups.size(0) <= 5
        && digits.length() >= 11
        && digits.length() <= DIGITS_MAX + 2
        && isEnded(groups, groups.count());
  }

  /** Only an extension may be glued to a number. */
  private static boolean isEnded(DigitGroups groups, int count) {
    return !groups.isGlued(count) || groups.separator(count - 1) == 'x';
  }
}
