package dev.moat.guard;

import static dev.moat.guard.EuropeanChecks.digit;
import static dev.moat.guard.EuropeanChecks.isDay;
import static dev.moat.guard.EuropeanChecks.isMonthDay;
import static dev.moat.guard.EuropeanChecks.number;
import static dev.moat.guard.EuropeanChecks.weighted;

import java.util.Set;

/** The check-digit schemes of registers outside Europe, each as its authority publishes it. */
final class WorldChecks {
  private static final String CHINESE_CHECK = "10X98765432";
  private static final String CURP_VALUES = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ";
  private static final String RFC_VALUES = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ";
  private static final String VIN_VALUES = "0123456789.ABCDEFGH..JKLMN.P.R..STUVWXYZ";
  private static final String TAIWAN_LETTERS = "ABCDEFGHJKLMNPQRSTUVXYWZIO";
  private static final String MEDICARE_UNUSED = "SLOIBZ";
  private static final String PAN_HOLDERS = "ABCFGHJLPT";
  private static final Set<String> COUNTRIES = Set.of(java.util.Locale.getISOCountries());

  private WorldChecks() {}

  /** The American employer number: prefixes that the tax office has not used are none. */
  static boolean ein(String value) {
    String unused = "00 07 08 09 17 18 19 28 29 49 69 70 78 79 89 96 97";
    return !unused.contains(value.substring(0, 2));
  }

  /** The American provider number: Luhn's scheme behind 80840. */
  static boolean npi(String value) {
    return value.charAt(0) <= '2' && value.charAt(0) != '0' && CheckDigits.luhn("80840" + value);
  }

  /** The American Medicare number has no check digit, but letters that it does not use. */
  static boolean medicareBeneficiary(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (MEDICARE_UNUSED.indexOf(value.charAt(i)) >= 0) {
        return false;
      }
    }
    return value.charAt(0) != '0';
  }

  /** The American routing number: weights 3, 7, 1, and the prefixes of the Reserve banks. */
  static boolean routing(String value) {
    int prefix = number(value, 0, 2);
    boolean issued =
        prefix <= 12
            || (prefix >= 21 && prefix <= 32)
            || (prefix >= 61 && prefix <= 72)
            || prefix == 80;
    return issued
        && !value.equals("000000000")
        && weighted(value, 3, 7, 1, 3, 7, 1, 3, 7, 1) % 10 == 0;
  }

  /** The number of the American drug agency. */
  static boolean dea(String value) {
    int sum = weighted(value.substring(2), 1, 2, 1, 2, 1, 2);
    return sum % 10 == digit(value, 8);
  }

  /** The Canadian insurance number: none begins with 0 or 8, except samples. */
  static boolean sin(String value) {
    return CheckDigits.luhn(value) && value.charAt(0) != '8' && !value.startsWith("000");
  }

  /** The Australian tax file number. */
  static boolean tfn(String value) {
    return weighted(value, 1, 4, 3, 7, 5, 8, 6, 9, 10) % 11 == 0 && !value.startsWith("000");
  }

  /** The Australian Medicare card: the ninth digit checks the eight before it. */
  static boolean medicareCard(String value) {
    return value.charAt(0) >= '2'
        && value.charAt(0) <= '6'
        && weighted(value, 1, 3, 7, 9, 1, 3, 7, 9) % 10 == digit(value, 8);
  }

  /** The Australian business number: modulus 89, the first digit less one. */
  static boolean abn(String value) {
    return value.charAt(0) != '0'
        && (weighted(value, 10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19) - 10) % 89 == 0;
  }

  /** The New Zealand tax number: a second set of weights where the first gives ten. */
  static boolean ird(String value) {
    String nine = value.length() == 8 ? "0" + value : value;
    int check = rest11(weighted(nine, 3, 2, 7, 6, 5, 4, 3, 2));
    int last = check == 10 ? rest11(weighted(nine, 7, 4, 3, 2, 5, 2, 7, 6)) : check;
    int whole = number(nine, 0, 9);
    return last == digit(nine, 8) && whole > 10_000_000 && whole < 150_000_000;
  }

  private static int rest11(int sum) {
    return (11 - sum % 11) % 11;
  }

  /** The South African identity number: a date, the citizenship and Luhn's scheme. */
  static boolean southAfrican(String value) {
    return CheckDigits.luhn(value) && value.charAt(10) <= '2' && isMonthDay(value, 2);
  }

  /** The Indian account number: the fourth letter says what its holder is. */
  static boolean pan(String value) {
    return PAN_HOLDERS.indexOf(value.charAt(3)) >= 0;
  }

  /** The Indian goods tax number: a state, an account number and a check character by 36. */
  static boolean gstin(String value) {
    int sum = 0;
    for (int i = 0; i < 14; i++) {
      int product = digit(value, i) * (i % 2 + 1);
      sum += product / 36 + product % 36;
    }
    return pan(value.substring(2)) && (36 - sum % 36) % 36 == digit(value, 14);
  }

  /** The Japanese individual number. */
  static boolean myNumber(String value) {
    int rest = weighted(value, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2) % 11;
    return (rest <= 1 ? 0 : 11 - rest) == digit(value, 11);
  }

  /** The form of a Korean number; since 2020 the digits after the first seven are random. */
  static boolean koreanForm(String value) {
    return isMonthDay(value, 2) && value.charAt(6) >= '1' && value.charAt(6) <= '8';
  }

  /** The Korean resident number with its check digit. */
  static boolean korean(String value) {
    int sum = weighted(value, 2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5);
    return koreanForm(value) && (11 - sum % 11) % 10 == digit(value, 12);
  }

  /** The Chinese identity number: ISO 7064 mod 11-2. */
  static boolean chinese(String value) {
    int sum = weighted(value, 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2);
    int year = number(value, 6, 4);
    return CHINESE_CHECK.charAt(sum % 11) == value.charAt(17)
        && year >= 1880
        && year <= 2099
        && isMonthDay(value, 10);
  }

  /** The Taiwanese identity number: the letter counts as two digits. */
  static boolean taiwanese(String value) {
    int letter = TAIWAN_LETTERS.indexOf(value.charAt(0)) + 10;
    int sum = letter / 10 + letter % 10 * 9 + weighted(value.substring(1), 8, 7, 6, 5, 4, 3, 2, 1);
    return (sum + digit(value, 9)) % 10 == 0 && "1289".indexOf(value.charAt(1)) >= 0;
  }

  /** The Hong Kong identity card: a missing first letter counts 36, a check digit of ten is A. */
  static boolean hongKong(String value) {
    if (value.charAt(value.length() - 1) > 'A') {
      return false;
    }
    boolean two = value.length() == 9;
    int first = two ? digit(value, 0) : 36;
    String rest = two ? value.substring(1) : value;
    return (first * 9 + weighted(rest, 8, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0;
  }

  /** The Singaporean number: the letter of its series and seven digits choose the last. */
  static boolean singaporean(String value) {
    char series = value.charAt(0);
    int sum = weighted(value.substring(1), 2, 7, 6, 5, 4, 3, 2);
    String letters =
        switch (series) {
          case 'S', 'T' -> "JZIHGFEDCBA";
          case 'F', 'G' -> "XWUTRQPNMLK";
          default -> "XWUTRQPNJLK";
        };
    int shift = series == 'T' || series == 'G' ? 4 : series == 'M' ? 3 : 0;
    return "STFGM".indexOf(series) >= 0 && letters.charAt((sum + shift) % 11) == value.charAt(8);
  }

  /** The Malaysian number: a date and a place of birth. */
  static boolean malaysian(String value) {
    return isMonthDay(value, 2) && !value.startsWith("00", 6);
  }

  /** The Thai citizen number. */
  static boolean thai(String value) {
    int sum = weighted(value, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2);
    return (11 - sum % 11) % 10 == digit(value, 12) && value.charAt(0) != '0';
  }

  /** The Indonesian number: a region, a date to which women add 40 days, and a count. */
  static boolean indonesian(String value) {
    int day = number(value, 6, 2);
    return value.charAt(0) != '0'
        && isDay(number(value, 8, 2), day > 40 ? day - 40 : day)
        && !value.endsWith("0000");
  }

  /** The Brazilian company number: two check digits by modulus 11. */
  static boolean cnpj(String value) {
    int first = weighted(value, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2) % 11;
    int second = weighted(value, 6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2) % 11;
    return (first < 2 ? 0 : 11 - first) == digit(value, 12)
        && (second < 2 ? 0 : 11 - second) == digit(value, 13)
        && value.chars().distinct().count() > 1;
  }

  /** The Argentine work number: modulus 11 behind the prefixes of persons and companies. */
  static boolean cuil(String value) {
    String prefixes = "20 23 24 25 26 27 30 33 34";
    int check = rest11(weighted(value, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2));
    return prefixes.contains(value.substring(0, 2)) && check == digit(value, 10);
  }

  /** The Chilean number: modulus 11, ten is a K. */
  static boolean rut(String value) {
    int sum = 0;
    int last = value.length() - 1;
    for (int i = 0; i < last; i++) {
      sum += digit(value, last - 1 - i) * (2 + i % 6);
    }
    int check = rest11(sum);
    return value.charAt(last) == (check == 10 ? 'K' : (char) ('0' + check));
  }

  /** The Mexican population code: weights 18 to 2 over an alphabet with Ñ. */
  static boolean curp(String value) {
    int sum = 0;
    for (int i = 0; i < 17; i++) {
      sum += CURP_VALUES.indexOf(value.charAt(i)) * (18 - i);
    }
    return (10 - sum % 10) % 10 == digit(value, 17)
        && isMonthDay(value, 6)
        && "HMX".indexOf(value.charAt(10)) >= 0;
  }

  /** The form of a Mexican taxpayer code; the check digit of many does not hold. */
  static boolean rfcForm(String value) {
    return isMonthDay(value, 6);
  }

  /** The Mexican taxpayer code of a person, with its check digit. */
  static boolean rfc(String value) {
    int sum = 0;
    for (int i = 0; i < 12; i++) {
      sum += RFC_VALUES.indexOf(value.charAt(i)) * (13 - i);
    }
    int check = rest11(sum);
    return rfcForm(value) && value.charAt(12) == (check == 10 ? 'A' : (char) ('0' + check));
  }

  /** The vehicle identification number: ISO 3779 with the North American check digit. */
  static boolean vin(String value) {
    int[] weights = {8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2};
    int sum = 0;
    for (int i = 0; i < 17; i++) {
      int index = VIN_VALUES.indexOf(value.charAt(i));
      if (index < 0) {
        return false;
      }
      sum += index % 10 * weights[i];
    }
    return value.charAt(8) == (sum % 11 == 10 ? 'X' : (char) ('0' + sum % 11));
  }

  /** The code of a bank (ISO 9362) names its country. */
  static boolean bic(String value) {
    return COUNTRIES.contains(value.substring(4, 6));
  }

  /** A plate has letters and digits. */
  static boolean plate(String value) {
    boolean letters = value.chars().anyMatch(c -> c >= 'A');
    return letters && value.chars().anyMatch(c -> c <= '9');
  }
}
