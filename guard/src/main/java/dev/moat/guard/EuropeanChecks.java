package dev.moat.guard;

/** The check-digit schemes of European registers, each as its authority publishes it. */
final class EuropeanChecks {
  private static final String PPS_CHECK = "WABCDEFGHIJKLMNOPQRSTUV";
  private static final String HETU_CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY";
  private static final String UTR_CHECK = "21987654321";
  private static final String ID_CARD_FIRST = "CFGHJKLMNPRTVWXYZ";

  private EuropeanChecks() {}

  /** The sum of the products of the first characters' values with {@code weights}. */
  static int weighted(String value, int... weights) {
    int sum = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += digit(value, i) * weights[i];
    }
    return sum;
  }

  /** The value of a digit, or of a letter after nine. */
  static int digit(String value, int index) {
    return Character.digit(value.charAt(index), 36);
  }

  /** The number that {@code length} digits from {@code from} make. */
  static int number(String value, int from, int length) {
    return Integer.parseInt(value.substring(from, from + length));
  }

  /** Whether there may be such a day in some year. */
  static boolean isDay(int month, int day) {
    boolean thirty = month == 4 || month == 6 || month == 9 || month == 11;
    int last = month == 2 ? 29 : thirty ? 30 : 31;
    return month >= 1 && month <= 12 && day >= 1 && day <= last;
  }

  /** Whether month and day stand in this order from {@code from} on. */
  static boolean isMonthDay(String value, int from) {
    return isDay(number(value, from, 2), number(value, from + 2, 2));
  }

  /** Whether day and month stand in this order from {@code from} on. */
  static boolean isDayMonth(String value, int from) {
    return isDay(number(value, from + 2, 2), number(value, from, 2));
  }

  /** The British taxpayer reference: the first digit follows from the other nine. */
  static boolean utr(String value) {
    int sum = weighted(value, 0, 6, 7, 8, 9, 10, 5, 4, 3, 2);
    return UTR_CHECK.charAt(sum % 11) == value.charAt(0);
  }

  /** The Irish personal public service number: modulus 23, also of the letter that may follow. */
  static boolean pps(String value) {
    int sum = weighted(value, 8, 7, 6, 5, 4, 3, 2);
    if (value.length() == 9 && value.charAt(8) != 'W') {
      sum += (value.charAt(8) - 'A' + 1) * 9;
    }
    return PPS_CHECK.charAt(sum % 23) == value.charAt(7);
  }

  /** The German pension insurance number: cross sums of the products, the letter as two digits. */
  static boolean germanInsurance(String value) {
    int[] weights = {2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1};
    String letter = "%02d".formatted(value.charAt(8) - 'A' + 1);
    String digits = value.substring(0, 8) + letter + value.substring(9, 11);
    int sum = 0;
    for (int i = 0; i < weights.length; i++) {
      int product = digit(digits, i) * weights[i];
      sum += product / 10 + product % 10;
    }
    return sum % 10 == digit(value, 11) && isDayMonth(value, 2);
  }

  /** The German identity card with its check digit (weights 7, 3, 1 of ICAO 9303) or without. */
  static boolean germanCard(String value) {
    if (ID_CARD_FIRST.indexOf(value.charAt(0)) < 0) {
      return false;
    }
    int sum = weighted(value, 7, 3, 1, 7, 3, 1, 7, 3, 1);
    return value.length() == 9 || sum % 10 == digit(value, 9);
  }

  /** The French tax number: ten digits and their rest by 511. */
  static boolean frenchTax(String value) {
    return value.charAt(0) <= '3'
        && Long.parseLong(value.substring(0, 10)) % 511 == number(value, 10, 3);
  }

  /** The Spanish social security number: the rest by 97 of the province and the number. */
  static boolean nss(String value) {
    int count = number(value, 2, 8);
    long province = number(value, 0, 2);
    long whole = count + province * (count < 10_000_000 ? 10_000_000 : 100_000_000);
    return whole % 97 == number(value, 10, 2) && province >= 1 && province <= 66;
  }

  /** The Portuguese tax number: modulus 11. */
  static boolean nif(String value) {
    int rest = weighted(value, 9, 8, 7, 6, 5, 4, 3, 2) % 11;
    return digit(value, 8) == (rest < 2 ? 0 : 11 - rest) && "1235689".indexOf(value.charAt(0)) >= 0;
  }

  /** The Belgian national number: 97 less the rest, with a 2 before those born after 1999. */
  static boolean belgian(String value) {
    long number = Long.parseLong(value.substring(0, 9));
    int check = number(value, 9, 2);
    boolean holds = 97 - number % 97 == check || 97 - (2_000_000_000L + number) % 97 == check;
    return holds && (isMonthDay(value, 2) || value.startsWith("0000", 2));
  }

  /** The Swiss insurance number: an EAN-13 of the country code 756. */
  static boolean ahv(String value) {
    int sum = weighted(value, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1);
    return value.startsWith("756") && sum % 10 == 0;
  }

  /** The Austrian insurance number: the fourth digit is the rest of the others by 11. */
  static boolean svnr(String value) {
    int sum = weighted(value, 3, 7, 9, 0, 5, 8, 4, 2, 1, 6);
    int month = number(value, 6, 2);
    return value.charAt(0) != '0'
        && sum % 11 == digit(value, 3)
        && (isDayMonth(value, 4) || (month >= 13 && month <= 15));
  }

  /** The Swedish personal number, with or without its century; a coordination number adds 60. */
  static boolean personnummer(String value) {
    String ten = value.substring(value.length() - 10);
    int day = number(ten, 4, 2);
    int century = value.length() == 12 ? number(value, 0, 2) : 19;
    return CheckDigits.luhn(ten)
        && (century == 19 || century == 20)
        && isDay(number(ten, 2, 2), day > 60 ? day - 60 : day);
  }

  /** The Norwegian birth number: two check digits; a D number adds 40 to the day. */
  static boolean birthNumber(String value) {
    int day = number(value, 0, 2);
    int first = weighted(value, 3, 7, 6, 1, 8, 9, 4, 5, 2, 1);
    int second = weighted(value, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1);
    return first % 11 == 0
        && second % 11 == 0
        && isDay(number(value, 2, 2), day > 40 ? day - 40 : day);
  }

  /** The Danish number: a date; those issued since 2007 need not fulfil modulus 11. */
  static boolean cpr(String value) {
    return isDayMonth(value, 0);
  }

  /** The Finnish code: the nine digits by 31 choose the last character. */
  static boolean hetu(String value) {
    int length = value.length();
    String digits = value.substring(0, 6) + value.substring(length - 4, length - 1);
    return isDayMonth(value, 0)
        && HETU_CHECK.charAt(Integer.parseInt(digits) % 31) == value.charAt(length - 1);
  }

  /** The Polish personal number; the month carries the century. */
  static boolean pesel(String value) {
    int sum = weighted(value, 1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1);
    return sum % 10 == 0 && isDay(number(value, 2, 2) % 20, number(value, 4, 2));
  }

  /** The Polish tax number: modulus 11. */
  static boolean nip(String value) {
    return weighted(value, 6, 5, 7, 2, 3, 4, 5, 6, 7) % 11 == digit(value, 9)
        && value.charAt(0) != '0';
  }

  /** The Czech and Slovak birth number: a multiple of 11; women's months add 50, spares 20. */
  static boolean birthCode(String value) {
    long number = Long.parseLong(value);
    boolean old = number / 10 % 11 == 10 && number % 10 == 0;
    int month = number(value, 2, 2) % 50;
    return (number % 11 == 0 || old) && isDay(month > 20 ? month - 20 : month, number(value, 4, 2));
  }

  /** The Romanian personal code. */
  static boolean cnp(String value) {
    int rest = weighted(value, 2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9) % 11;
    return (rest == 10 ? 1 : rest) == digit(value, 12)
        && value.charAt(0) != '0'
        && isMonthDay(value, 3);
  }

  /** The Bulgarian civil number; the month carries the century. */
  static boolean egn(String value) {
    int rest = weighted(value, 2, 4, 8, 5, 10, 9, 7, 3, 6) % 11;
    return rest % 10 == digit(value, 9) && isDay(number(value, 2, 2) % 20, number(value, 4, 2));
  }

  /** The Greek insurance number: a date, and Luhn's scheme. */
  static boolean amka(String value) {
    return CheckDigits.luhn(value) && isDayMonth(value, 0);
  }

  /** The Turkish identity number: two check digits. */
  static boolean kimlik(String value) {
    int odd = weighted(value, 1, 0, 1, 0, 1, 0, 1, 0, 1);
    int even = weighted(value, 0, 1, 0, 1, 0, 1, 0, 1);
    return value.charAt(0) != '0'
        && Math.floorMod(odd * 7 - even, 10) == digit(value, 9)
        && (odd + even + digit(value, 9)) % 10 == digit(value, 10);
  }
}
