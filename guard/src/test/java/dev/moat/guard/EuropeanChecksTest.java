package dev.moat.guard;

import static dev.moat.guard.CheckedScheme.assertNone;
import static dev.moat.guard.CheckedScheme.assertRefuses;
import static dev.moat.guard.CheckedScheme.assertTakes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Holds each European scheme to numbers that its authority or its handbooks print. */
class EuropeanChecksTest {
  private static final List<CheckedScheme> SCHEMES =
      List.of(
          CheckedScheme.of("uk-utr", EuropeanChecks::utr, "1955839661").upTo(1),
          CheckedScheme.of("ie-pps", EuropeanChecks::pps, "1234567T", "1234567FA").upTo(7),
          CheckedScheme.of("de-social-insurance", EuropeanChecks::germanInsurance, "15070649C103")
              .lastOnly(),
          CheckedScheme.of("de-id-card", EuropeanChecks::germanCard, "T220001293"),
          CheckedScheme.of("fr-tax-id", EuropeanChecks::frenchTax, "3023217600053").tail(1),
          CheckedScheme.of("es-nss", EuropeanChecks::nss, "281234567840").tail(2).swaps(),
          CheckedScheme.of("pt-nif", EuropeanChecks::nif, "123456789", "501964843").lastOnly(),
          CheckedScheme.of("be-national-number", EuropeanChecks::belgian, "85073003328").tail(6),
          CheckedScheme.of("ch-ahv", EuropeanChecks::ahv, "7569217076985"),
          CheckedScheme.of("at-svnr", EuropeanChecks::svnr, "1237010180").swaps(),
          CheckedScheme.of("se-personnummer", EuropeanChecks::personnummer, "8112189876"),
          CheckedScheme.of("no-fodselsnummer", EuropeanChecks::birthNumber, "29029600013").swaps(),
          CheckedScheme.of("fi-hetu", EuropeanChecks::hetu, "131052308T", "131052-308T").upTo(6),
          CheckedScheme.of("pl-pesel", EuropeanChecks::pesel, "44051401359", "02070803628"),
          CheckedScheme.of("pl-nip", EuropeanChecks::nip, "1234563218", "5260001246").swaps(),
          CheckedScheme.of("cz-rodne-cislo", EuropeanChecks::birthCode, "7103192745").swaps(),
          CheckedScheme.of("ro-cnp", EuropeanChecks::cnp, "1630615123457").lastOnly(),
          CheckedScheme.of("bg-egn", EuropeanChecks::egn, "7523169263", "6101057509").lastOnly(),
          CheckedScheme.of("gr-amka", EuropeanChecks::amka, "01013099997"),
          CheckedScheme.of("tr-kimlik", EuropeanChecks::kimlik, "17291716060", "10000000146"));

  @Test
  void publishedNumbersHold() {
    assertNone(SCHEMES, CheckedScheme::refused);
  }

  @Test
  void noSingleWrongDigitHolds() {
    assertNone(SCHEMES, CheckedScheme::oneWrong);
  }

  @Test
  void noTwoSwappedDigitsHoldWhereTheSchemePromisesIt() {
    assertNone(SCHEMES, CheckedScheme::swapped);
  }

  @Test
  void februaryHasTwentyNineDays() {
    assertTrue(EuropeanChecks.isDay(2, 29));
    assertFalse(EuropeanChecks.isDay(2, 30));
  }

  @Test
  void everyMonthHasItsLastDay() {
    int[] last = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    for (int month = 1; month <= 12; month++) {
      assertTrue(EuropeanChecks.isDay(month, 1), "first of " + month);
      assertTrue(EuropeanChecks.isDay(month, last[month - 1]), "last of " + month);
      assertFalse(EuropeanChecks.isDay(month, last[month - 1] + 1), "after the last of " + month);
      assertFalse(EuropeanChecks.isDay(month, 0), "before the first of " + month);
    }
  }

  @Test
  void thereAreTwelveMonths() {
    assertFalse(EuropeanChecks.isDay(0, 1));
    assertFalse(EuropeanChecks.isDay(13, 1));
  }

  @Test
  void exactlyOneLetterEndsAnIrishNumber() {
    assertEquals("T", letters(EuropeanChecks::pps, "1234567", ""));
    assertEquals("F", letters(EuropeanChecks::pps, "1234567", "A"));
    assertEquals("T", letters(EuropeanChecks::pps, "1234567", "W"));
  }

  @Test
  void exactlyOneCharacterEndsAFinnishCode() {
    assertEquals("T", letters(EuropeanChecks::hetu, "131052-308", ""));
    assertRefuses(EuropeanChecks::hetu, "311152-308T", "321052-308T", "001052-308T");
  }

  /** The letters that hold between {@code before} and {@code after}. */
  private static String letters(Predicate<String> check, String before, String after) {
    StringBuilder holding = new StringBuilder();
    for (char letter = 'A'; letter <= 'Z'; letter++) {
      if (check.test(before + letter + after)) {
        holding.append(letter);
      }
    }
    return holding.toString();
  }

  @Test
  void germanCardsBeginWithALetterOfTheirAuthority() {
    assertTakes(EuropeanChecks::germanCard, "T22000129", "T220001293", "L01X00T47");
    assertRefuses(EuropeanChecks::germanCard, "A22000129", "122000129", "O22000129", "T220001290");
  }

  @Test
  void frenchTaxNumbersBeginWithZeroToThree() {
    String ten = "4023217600";
    assertRefuses(EuropeanChecks::frenchTax, ten + "%03d".formatted(Long.parseLong(ten) % 511));
  }

  @Test
  void spanishInsuranceNumbersBeginWithAProvince() {
    assertTakes(EuropeanChecks::nss, nss("01", "01234567"), nss("66", "12345678"));
    assertRefuses(EuropeanChecks::nss, nss("00", "12345678"), nss("67", "12345678"));
  }

  private static String nss(String province, String number) {
    int count = Integer.parseInt(number);
    long factor = count < 10_000_000 ? 10_000_000 : 100_000_000;
    return province + number + "%02d".formatted((count + Long.parseLong(province) * factor) % 97);
  }

  @Test
  void portugueseNumbersBeginWithTheKindOfTheirHolder() {
    assertRefuses(EuropeanChecks::nif, "000000000", "412345678", "723456789");
  }

  @Test
  void belgiansBornSinceTwoThousandHaveATwoBeforeTheirNumber() {
    long number = 10_203_001L;
    String old = "010203001%02d".formatted(97 - number % 97);
    String young = "010203001%02d".formatted(97 - (2_000_000_000L + number) % 97);
    assertTakes(EuropeanChecks::belgian, old, young);
    assertRefuses(EuropeanChecks::belgian, "01020300100", "01020300199");
  }

  @Test
  void swissNumbersBeginWithTheirCountry() {
    assertRefuses(EuropeanChecks::ahv, "7579217076984", "0000000000000");
  }

  @Test
  void austrianNumbersWithoutABirthdayHaveMonthsAfterTheTwelfth() {
    List<String> months = new ArrayList<>();
    for (int month = 0; month <= 20; month++) {
      for (int check = 0; check <= 9; check++) {
        String number = "123" + check + "01%02d80".formatted(month);
        if (EuropeanChecks.svnr(number)) {
          months.add(number.substring(6, 8));
        }
      }
    }
    assertTrue(
        months.contains("13") || months.contains("14") || months.contains("15"), "" + months);
    assertFalse(months.contains("00") || months.contains("16") || months.contains("20"));
  }

  @Test
  void swedishCoordinationNumbersAddSixtyToTheDay() {
    assertTakes(EuropeanChecks::personnummer, "7010632391", "197010632391");
    assertRefuses(EuropeanChecks::personnummer, "187010632391", "217010632391", "7013632398");
  }

  @Test
  void norwegianNumbersHaveADay() {
    assertRefuses(EuropeanChecks::birthNumber, "00000000000", "29139600013");
  }

  @Test
  void danishNumbersAreADateAndACount() {
    assertTakes(EuropeanChecks::cpr, "2110625629", "0101000000", "2902001234");
    assertRefuses(EuropeanChecks::cpr, "3002621234", "3113621234", "0000621234", "3204621234");
  }

  @Test
  void polishMonthsCarryTheCentury() {
    assertTakes(EuropeanChecks::pesel, withCheck("0221010000"), withCheck("0281010000"));
    assertRefuses(EuropeanChecks::pesel, withCheck("0213010000"), withCheck("0200010000"));
  }

  /** The ten digits of a Polish number with the eleventh that fits. */
  private static String withCheck(String ten) {
    int sum = EuropeanChecks.weighted(ten, 1, 3, 7, 9, 1, 3, 7, 9, 1, 3);
    return ten + (10 - sum % 10) % 10;
  }

  @Test
  void czechWomenAddFiftyToTheMonth() {
    assertTakes(EuropeanChecks::birthCode, multiple("715319274"), multiple("717319274"));
    assertRefuses(EuropeanChecks::birthCode, "7113192740", "7103322746", "7100192748");
  }

  /** The nine digits with the tenth that makes them a multiple of eleven, if there is one. */
  private static String multiple(String nine) {
    long rest = Long.parseLong(nine) * 10 % 11;
    return nine + (11 - rest) % 11 % 10;
  }

  @Test
  void romanianCodesHaveASexAndADay() {
    assertRefuses(EuropeanChecks::cnp, "0630615123457", "1631315123457", "1630632123457");
  }

  @Test
  void greekNumbersBeginWithADay() {
    assertRefuses(EuropeanChecks::amka, "00000000000", "32013099992", "01133099994");
  }

  @Test
  void turkishNumbersDoNotBeginWithZero() {
    assertRefuses(EuropeanChecks::kimlik, "00000000000", "07291716060");
  }
}
