package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests that numbers of zeros, with which fields are filled, are nobody's. */
class NumberZerosTest {
  private static void leaves(String... texts) {
    for (String text : texts) {
      assertEquals(List.of(), Found.in(text), text);
    }
  }

  @Test
  void zerosAreNoNumberOfAPerson() {
    leaves("NHS 000 000 0000", "BSN 000000000", "IMEI 000000000000000", "CPF 000.000.000-00");
    leaves("Israeli ID 000000000", "SIRET 00000000000000", "Partita IVA 00000000000");
    leaves("SSN 000-00-0000", "card 0000 0000 0000 0000", "RUT: 00000000-0");
  }

  @Test
  void zerosAreNoAccountOfAPerson() {
    leaves("account number 0000000000", "sort code 00-00-00", "bank account 0000 0000 0000");
  }

  @Test
  void oneOtherDigitMakesThemOne() {
    assertEquals(List.of("bank-account=0000000001"), Found.in("account number 0000000001"));
    assertEquals(List.of("uk-sort-code=00-00-01"), Found.in("sort code 00-00-01"));
  }
}
