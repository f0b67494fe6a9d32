package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class CheckDigitsTest {
  /** A scheme, with numbers that hold. */
  private record Scheme(String name, Predicate<String> holds, List<String> valid) {}

  private static final List<Scheme> SCHEMES =
      List.of(
          new Scheme("luhn", CheckDigits::luhn, List.of("4111111111111111", "378282246310005")),
          new Scheme("verhoeff", CheckDigits::verhoeff, List.of("2363", "234567890124")),
          new Scheme("bsn", CheckDigits::bsn, List.of("111222333", "123456782")),
          new Scheme("nhs", CheckDigits::nhs, List.of("9434765919", "4010232137")),
          new Scheme("cpf", CheckDigits::cpf, List.of("52998224725", "11144477735")),
          new Scheme("nir", CheckDigits::nir, List.of("185057800608491")),
          new Scheme("iban", CheckDigits::iban, List.of("DE89370400440532013000")));

  @Test
  void validNumbersHold() {
    for (Scheme scheme : SCHEMES) {
      for (String number : scheme.valid()) {
        assertTrue(scheme.holds().test(number), scheme.name() + " " + number);
      }
    }
  }

  @Test
  void noSingleWrongDigitHolds() {
    for (Scheme scheme : SCHEMES) {
      for (String number : scheme.valid()) {
        for (int i = scheme.name().equals("iban") ? 2 : 0; i < number.length(); i++) {
          for (char c = '0'; c <= '9'; c++) {
            if (c != number.charAt(i)) {
              String wrong = number.substring(0, i) + c + number.substring(i + 1);
              assertFalse(scheme.holds().test(wrong), scheme.name() + " " + wrong);
            }
          }
        }
      }
    }
  }

  @Test
  void verhoeffSeesSwappedNeighbours() {
    String number = "234567890124";
    for (int i = 0; i + 1 < number.length(); i++) {
      String swapped =
          number.substring(0, i)
              + number.charAt(i + 1)
              + number.charAt(i)
              + number.substring(i + 2);
      assertFalse(CheckDigits.verhoeff(swapped), swapped);
    }
  }

  @Test
  void germanTaxNumbersRepeatExactlyOneDigit() {
    assertTrue(CheckDigits.steuerId("86095742719"));
    assertTrue(CheckDigits.steuerId("47036892816"));
    assertFalse(CheckDigits.steuerId("86095742710"));
    assertFalse(CheckDigits.steuerId("00000000000"));
    assertFalse(CheckDigits.steuerId("11111111111"));
    assertFalse(CheckDigits.steuerId("12345678903"));
  }

  @Test
  void spanishLettersFollowTheRest() {
    assertTrue(CheckDigits.dni("12345678", 'Z'));
    assertTrue(CheckDigits.dni("01234567", 'L'));
    int holding = 0;
    for (char letter = 'A'; letter <= 'Z'; letter++) {
      holding += CheckDigits.dni("12345678", letter) ? 1 : 0;
    }
    assertEquals(1, holding);
  }

  @Test
  void italianCodesEndInTheirSum() {
    assertTrue(CheckDigits.codiceFiscale("RSSMRA85T10A562S"));
    assertTrue(CheckDigits.codiceFiscale("MRTMTT91D08F205J"));
    assertFalse(CheckDigits.codiceFiscale("RSSMRA85T10A562T"));
  }

  @Test
  void frenchNumbersNeedASexAndAMonth() {
    String impossible = "3850578006084";
    long key = 97 - Long.parseLong(impossible) % 97;
    assertFalse(CheckDigits.nir(impossible + "%02d".formatted(key)));
    String noMonth = "1851378006084";
    long other = 97 - Long.parseLong(noMonth) % 97;
    assertFalse(CheckDigits.nir(noMonth + "%02d".formatted(other)));
  }

  @Test
  void aTenthOfRandomNumbersPassesATenthScheme() {
    java.util.Random random = new java.util.Random(61);
    int passed = 0;
    for (int i = 0; i < 10_000; i++) {
      passed +=
          CheckDigits.luhn("%016d".formatted(random.nextLong(10_000_000_000_000_000L))) ? 1 : 0;
    }
    assertTrue(passed > 850 && passed < 1150, "" + passed);
  }
}
