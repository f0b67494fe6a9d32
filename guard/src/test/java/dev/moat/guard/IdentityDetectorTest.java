package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IdentityDetectorTest {
  private static final List<String> COUNTRIES =
      List.of("DE22", "GB22", "FR27", "NL18", "NO15", "MT31", "ES24", "IT27", "PL28", "LC32");

  /** An IBAN of the country, with its check digits. */
  private static String iban(String country, Random random) {
    int length = Integer.parseInt(country.substring(2));
    StringBuilder account = new StringBuilder();
    while (account.length() < length - 4) {
      account.append(random.nextInt(10));
    }
    String code = country.substring(0, 2);
    StringBuilder number = new StringBuilder();
    for (char c : (account + code + "00").toCharArray()) {
      number.append(Character.digit(c, 36));
    }
    int rest = new BigInteger(number.toString()).mod(BigInteger.valueOf(97)).intValue();
    return code + "%02d".formatted(98 - rest) + account;
  }

  private static String inFours(String text) {
    return text.replaceAll("(.{4})(?=.)", "$1 ");
  }

  @Test
  void findsAccountsOfEveryLengthWrittenEitherWay() {
    Random random = new Random(71);
    for (int i = 0; i < 200; i++) {
      String iban = iban(COUNTRIES.get(i % COUNTRIES.size()), random);
      for (String written : List.of(iban, inFours(iban), iban.toLowerCase(Locale.ROOT))) {
        assertEquals(List.of("iban=" + written), Found.in("to " + written + ", now"), written);
      }
    }
  }

  @Test
  void leavesAccountsWithAWrongDigit() {
    Random random = new Random(72);
    for (int i = 0; i < 200; i++) {
      String iban = iban(COUNTRIES.get(i % COUNTRIES.size()), random);
      int at = 2 + random.nextInt(iban.length() - 2);
      char wrong = (char) ('0' + (iban.charAt(at) - '0' + 1 + random.nextInt(9)) % 10);
      String changed = iban.substring(0, at) + wrong + iban.substring(at + 1);
      assertTrue(Found.in(changed).stream().noneMatch(f -> f.startsWith("iban")), changed);
      assertTrue(Found.in(iban + "7").stream().noneMatch(f -> f.startsWith("iban")), iban);
    }
  }

  @Test
  void doesNotCutAnAccountOutOfALongerToken() {
    String iban = iban("DE22", new Random(73));
    assertEquals(List.of(), Found.in("x" + iban));
    assertEquals(List.of(), Found.in("_" + iban));
    assertEquals(List.of(), Found.in(iban + "_"));
    assertEquals(List.of(), Found.in("a1-" + iban));
  }

  @Test
  void knowsBritishInsuranceNumbersByTheirLetters() {
    assertEquals(List.of("uk-nino=JG103759A"), Found.in("JG103759A"));
    assertEquals(List.of("uk-nino=JG 10 37 59 A"), Found.in("no JG 10 37 59 A."));
    for (String wrong : List.of("DG103759A", "JO103759A", "BG103759A", "JG103759E", "JG10375A")) {
      assertEquals(List.of(), Found.in(wrong), wrong);
    }
    assertEquals(List.of(), Found.in("JG 10 37 59 AB"));
    assertEquals(List.of(), Found.in("to JG 10 37 5"));
  }

  @Test
  void knowsSpanishNumbersByTheirLetter() {
    assertEquals(List.of("es-nie=Y0000001S"), Found.in("NIE Y0000001S"));
    assertEquals(List.of("es-dni=12345678-Z"), Found.in("DNI: 12345678-Z"));
    assertEquals(List.of(), Found.in("12345678Z"));
    assertEquals(List.of(), Found.in("X1234567A"));
  }

  @Test
  void documentsNeedTheirWord() {
    for (String before : List.of("passport ", "Passport No: ", "passportNumber = \"")) {
      assertEquals(List.of("passport=L01X00T47"), Found.in(before + "L01X00T47"), before);
    }
    for (String before : List.of("driver's license ", "Driving licence no. ", "DL number: ")) {
      assertEquals(List.of("driver-licence=F2551234"), Found.in(before + "F2551234"), before);
    }
    assertEquals(List.of(), Found.in("license LGPL2001"));
    assertEquals(List.of(), Found.in("passport office 12"));
    assertEquals(
        List.of(), Found.in("passport " + "and a long way to go ".repeat(4) + "L01X00T47"));
  }

  @Test
  void wordsCountOnlyAsWords() {
    assertEquals(List.of(), Found.in("mypassports1 L01X00T47"));
    assertEquals(List.of(), Found.in("compassport L01X00T47"));
    assertEquals(List.of("passport=L01X00T47"), Found.in("userPassport L01X00T47"));
    assertEquals(List.of("passport=L01X00T47"), Found.in("PASSPORTS: L01X00T47"));
  }
}
