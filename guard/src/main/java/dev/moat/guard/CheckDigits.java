package dev.moat.guard;

import java.math.BigInteger;

/** The check-digit schemes of payment cards, accounts and national numbers. */
final class CheckDigits {
  private static final int[][] VERHOEFF_PRODUCT = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
    {1, 2, 3, 4, 0, 6, 7, 8, 9, 5},
    {2, 3, 4, 0, 1, 7, 8, 9, 5, 6},
    {3, 4, 0, 1, 2, 8, 9, 5, 6, 7},
    {4, 0, 1, 2, 3, 9, 5, 6, 7, 8},
    {5, 9, 8, 7, 6, 0, 4, 3, 2, 1},
    {6, 5, 9, 8, 7, 1, 0, 4, 3, 2},
    {7, 6, 5, 9, 8, 2, 1, 0, 4, 3},
    {8, 7, 6, 5, 9, 3, 2, 1, 0, 4},
    {9, 8, 7, 6, 5, 4, 3, 2, 1, 0},
  };
  private static final int[][] VERHOEFF_PERMUTATION = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
    {1, 5, 7, 6, 2, 8, 3, 0, 9, 4},
    {5, 8, 0, 3, 7, 9, 6, 1, 4, 2},
    {8, 9, 1, 6, 0, 4, 3, 5, 2, 7},
    {9, 4, 5, 3, 1, 2, 6, 8, 7, 0},
    {4, 2, 8, 6, 5, 7, 3, 9, 0, 1},
    {2, 7, 9, 3, 8, 0, 6, 4, 1, 5},
    {7, 0, 4, 6, 9, 1, 3, 2, 5, 8},
  };
  private static final BigInteger NINETY_SEVEN = BigInteger.valueOf(97);
  private static final String CODICE_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final int[] CODICE_ODD = {
    1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
  };
  private static final String DNI_CHECK = "TRWAGMYFPDXBNJZSQVHLCKE";

  private CheckDigits() {}

  /** Luhn's scheme (ISO/IEC 7812-1). */
  static boolean luhn(String digits) {
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digit(digits, digits.length() - 1 - i);
      int weighted = i % 2 == 0 ? digit : digit * 2;
      sum += weighted > 9 ? weighted - 9 : weighted;
    }
    return sum % 10 == 0;
  }

  /** Verhoeff's scheme, of Aadhaar numbers. */
  static boolean verhoeff(String digits) {
    int check = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digit(digits, digits.length() - 1 - i);
      check = VERHOEFF_PRODUCT[check][VERHOEFF_PERMUTATION[i % 8][digit]];
    }
    return check == 0;
  }

  /** ISO 7064 mod 97-10 over an IBAN moved as ISO 13616 says. */
  static boolean iban(String iban) {
    StringBuilder number = new StringBuilder();
    for (int i = 0; i < iban.length(); i++) {
      number.append(Character.digit(iban.charAt((i + 4) % iban.length()), 36));
    }
    return new BigInteger(number.toString()).mod(NINETY_SEVEN).intValue() == 1;
  }

  /** The Dutch eleven-test: weights 9 to 2, then -1. */
  static boolean bsn(String digits) {
    int sum = -digit(digits, 8);
    for (int i = 0; i < 8; i++) {
      sum += digit(digits, i) * (9 - i);
    }
    return sum % 11 == 0;
  }

  /** The British health service's modulus 11: weights 10 to 2. */
  static boolean nhs(String digits) {
    int sum = 0;
    for (int i = 0; i < 9; i++) {
      sum += digit(digits, i) * (10 - i);
    }
    int check = (11 - sum % 11) % 11;
    return check == digit(digits, 9);
  }

  /** The German tax number: ISO 7064 mod 11,10, and exactly one digit used more than once. */
  static boolean steuerId(String digits) {
    int[] counts = new int[10];
    int product = 10;
    for (int i = 0; i < 10; i++) {
      counts[digit(digits, i)]++;
      int sum = (digit(digits, i) + product) % 10;
      product = (sum == 0 ? 10 : sum) * 2 % 11;
    }
    int repeated = 0;
    for (int count : counts) {
      repeated += count > 1 ? 1 : 0;
      if (count > 3) {
        return false;
      }
    }
    return digit(digits, 0) != 0 && repeated == 1 && (11 - product) % 10 == digit(digits, 10);
  }

  /** The French social security number: the key is 97 less the rest of the number by 97. */
  static boolean nir(String digits) {
    long number = Long.parseLong(digits.substring(0, 13));
    int month = Integer.parseInt(digits.substring(3, 5));
    return number % 97 == 97 - Long.parseLong(digits.substring(13))
        && (digits.charAt(0) == '1' || digits.charAt(0) == '2')
        && ((month >= 1 && month <= 12) || (month >= 20 && month <= 42));
  }

  /** The Brazilian taxpayer number: two check digits by modulus 11. */
  static boolean cpf(String digits) {
    return digits.chars().distinct().count() > 1
        && cpfDigit(digits, 9) == digit(digits, 9)
        && cpfDigit(digits, 10) == digit(digits, 10);
  }

  private static int cpfDigit(String digits, int count) {
    int sum = 0;
    for (int i = 0; i < count; i++) {
      sum += digit(digits, i) * (count + 1 - i);
    }
    return sum * 10 % 11 % 10;
  }

  /** The Spanish identity number: eight digits and the letter of their rest by 23. */
  static boolean dni(String digits, char letter) {
    return DNI_CHECK.charAt(Integer.parseInt(digits) % 23) == letter;
  }

  /** The Italian tax code: the last letter is a weighted sum by 26. */
  static boolean codiceFiscale(String code) {
    int sum = 0;
    for (int i = 0; i < 15; i++) {
      char c = code.charAt(i);
      int value = c <= '9' ? c - '0' : c - 'A';
      sum += i % 2 == 0 ? CODICE_ODD[value] : value;
    }
    return CODICE_CHECK.charAt(sum % 26) == code.charAt(15);
  }

  private static int digit(String digits, int index) {
    return digits.charAt(index) - '0';
  }
}
