package dev.moat.guard;

/** Knows payment cards and national numbers that consist of digits, by their check digits. */
final class NumberDetector implements Detector {
  private static final int DIGITS_MIN = 8;
  private static final int CARD_MIN = 13;
  private static final int CARD_MAX = 19;
  private static final ContextWords SSN_WORDS =
      ContextWords.of("ssn|social security|itin|taxpayer");
  private static final ContextWords NHS_WORDS = ContextWords.of("nhs");
  private static final ContextWords BSN_WORDS =
      ContextWords.of("bsn|burgerservicenummer|sofinummer|sofi");
  private static final ContextWords TAX_WORDS =
      ContextWords.of("steuer|steuerid|steuernummer|idnr|tax id|tin|identifikationsnummer");
  private static final ContextWords CPF_WORDS = ContextWords.of("cpf");
  private static final ContextWords AADHAAR_WORDS = ContextWords.of("aadhaar|aadhar|uidai");
  private static final ContextWords IMEI_WORDS = ContextWords.of("imei");
  private static final ContextWords CARD_WORDS =
      ContextWords.of("card|visa|mastercard|amex|maestro|credit|debit|cc");

  @Override
  public Start start() {
    return Start.at(Alphabet.DIGITS);
  }

  @Override
  public void find(Window window, int at, Best best) {
    char before = window.at(at - 1);
    boolean inside = before == '_' || (before == '.' && Alphabet.DIGITS.has(window.at(at - 2)));
    if (inside
        || !Alphabet.DIGITS.has(window.at(at))
        || !DigitGroups.hasDigits(window, at, DIGITS_MIN)) {
      return;
    }
    DigitGroups groups = DigitGroups.read(window, at);
    if (groups.has(1, 1) || NumberRule.isZero(groups.digits(groups.count()))) {
      return; // a list of digits, or what a field is filled with
    }
    card(window, at, groups, best);
    ssn(window, at, groups, best);
    nationalNumbers(window, at, groups, best);
  }

  private static void card(Window window, int at, DigitGroups groups, Best best) {
    for (int count = 1; count <= groups.count(); count++) {
      String digits = groups.digits(count);
      if (digits.length() >= CARD_MIN
          && digits.length() <= CARD_MAX
          && !groups.isGlued(count)
          && isCardShaped(groups, count)
          && CheckDigits.luhn(digits)
          && (isIssued(digits) || (isMaestro(digits) && CARD_WORDS.before(window, at)))) {
        best.offer(PersonalTypes.CARD, groups.end(count));
      }
    }
  }

  private static boolean isCardShaped(DigitGroups groups, int count) {
    for (int i = 1; i < count - 1; i++) {
      if (groups.separator(i) != groups.separator(0)) {
        return false;
      }
    }
    if (count == 1) {
      return true;
    }
    char separator = groups.separator(0);
    boolean fours = groups.size(0) == 4;
    for (int i = 1; i < count - 1; i++) {
      fours &= groups.size(i) == 4;
    }
    boolean amex = count == 3 && groups.size(1) == 6 && groups.size(2) >= 4;
    return (separator == ' ' || separator == '-')
        && groups.size(0) == 4
        && (amex || (fours && groups.size(count - 1) <= 4));
  }

  /** Number ranges of the card schemes (ISO/IEC 7812 issuer identification). */
  private static boolean isIssued(String digits) {
    int two = Integer.parseInt(digits.substring(0, 2));
    int four = Integer.parseInt(digits.substring(0, 4));
    int length = digits.length();
    return switch (digits.charAt(0)) {
      case '4' -> length == 13 || length == 16 || length == 19;
      case '5' -> two >= 51 && two <= 55 && length == 16;
      case '2' ->
          ((four >= 2221 && four <= 2720) || (four >= 2200 && four <= 2204)) && length >= 16;
      case '3' ->
          ((two == 34 || two == 37) && length == 15)
              || (four >= 3528 && four <= 3589 && length >= 16)
              || ((two == 36 || two == 38 || two == 39 || (four >= 3000 && four <= 3059))
                  && length == 14);
      case '6' ->
          length >= 16
              && (four == 6011 || two == 65 || two == 62 || (four >= 6440 && four <= 6499));
      default -> false;
    };
  }

  private static boolean isMaestro(String digits) {
    int two = Integer.parseInt(digits.substring(0, 2));
    return two == 50 || (two >= 56 && two <= 69);
  }

  private static void ssn(Window window, int at, DigitGroups groups, Best best) {
    if (groups.sized(3, 2, 4)) {
      char separator = groups.separator(0);
      boolean even = separator == groups.separator(1);
      boolean plain = even && separator == '-' && window.at(groups.end(3)) != '-';
      if (isSsn(groups.digits(3)) && (plain || (even && SSN_WORDS.before(window, at)))) {
        best.offer(typeOf(groups.digits(3)), groups.end(3));
      }
    } else if (groups.sized(9) && isSsn(groups.digits(1)) && SSN_WORDS.before(window, at)) {
      best.offer(typeOf(groups.digits(1)), groups.end(1));
    }
  }

  private static String typeOf(String digits) {
    return digits.charAt(0) == '9' ? PersonalTypes.ITIN : PersonalTypes.SSN;
  }

  /** What the Social Security Administration never issues: area 000, 666, 9xx, and zero parts. */
  private static boolean isSsn(String digits) {
    String area = digits.substring(0, 3);
    return !area.equals("000")
        && !area.equals("666")
        && (digits.charAt(0) != '9' || isItin(digits))
        && !digits.startsWith("00", 3)
        && !digits.startsWith("0000", 5);
  }

  private static boolean isItin(String digits) {
    int group = Integer.parseInt(digits.substring(3, 5));
    return (group >= 50 && group <= 65) || (group >= 70 && group <= 99 && group != 89);
  }

  private static void nationalNumbers(Window window, int at, DigitGroups groups, Best best) {
    String digits = groups.digits(groups.count());
    if ((groups.sized(9) || groups.sized(4, 2, 3) || groups.sized(3, 3, 3))
        && CheckDigits.bsn(digits.substring(0, 9))
        && BSN_WORDS.before(window, at)) {
      best.offer(PersonalTypes.BSN, endOf(groups, 9));
    }
    if ((groups.sized(10) || groups.sized(3, 3, 4))
        && CheckDigits.nhs(digits.substring(0, 10))
        && NHS_WORDS.before(window, at)) {
      best.offer(PersonalTypes.NHS, endOf(groups, 10));
    }
    eleven(window, at, groups, digits, best);
    twelveAndMore(window, at, groups, digits, best);
  }

  private static void eleven(Window window, int at, DigitGroups groups, String digits, Best best) {
    if ((groups.sized(11) || groups.sized(2, 3, 3, 3))
        && CheckDigits.steuerId(digits.substring(0, 11))
        && TAX_WORDS.before(window, at)) {
      best.offer(PersonalTypes.STEUER_ID, endOf(groups, 11));
    }
    boolean dotted = groups.sized(3, 3, 3, 2) && groups.separator(2) == '-';
    if ((dotted || (groups.sized(11) && CPF_WORDS.before(window, at)))
        && CheckDigits.cpf(digits.substring(0, 11))) {
      best.offer(PersonalTypes.CPF, endOf(groups, 11));
    }
  }

  private static void twelveAndMore(
      Window window, int at, DigitGroups groups, String digits, Best best) {
    boolean grouped = groups.sized(4, 4, 4) && groups.separator(0) == ' ' && groups.count() == 3;
    if ((grouped || groups.sized(12))
        && digits.charAt(0) >= '2'
        && CheckDigits.verhoeff(digits.substring(0, 12))
        && (grouped || AADHAAR_WORDS.before(window, at))) {
      best.offer(PersonalTypes.AADHAAR, endOf(groups, 12));
    }
    if ((groups.sized(15) || groups.sized(2, 6, 6, 1))
        && CheckDigits.luhn(digits.substring(0, 15))
        && IMEI_WORDS.before(window, at)) {
      best.offer(PersonalTypes.IMEI, endOf(groups, 15));
    }
    if ((groups.sized(15) || groups.sized(1, 2, 2, 2, 3, 3, 2) || groups.sized(13, 2))
        && CheckDigits.nir(digits.substring(0, 15))) {
      best.offer(PersonalTypes.NIR, endOf(groups, 15));
    }
  }

  private static int endOf(DigitGroups groups, int digits) {
    int count = 1;
    while (groups.digits(count).length() < digits) {
      count++;
    }
    return groups.end(count);
  }
}
