package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Texts inside of literals, as code and JSON hold them. */
class EscapesTest {
  private static void finds(String expected, String text) {
    assertEquals(List.of(expected), Found.in(text), text);
  }

  @Test
  void findsPasswordsInEscapedQuotes() {
    finds("password=hX7!kq29Lm", "String s = \"{\\\"password\\\":\\\"hX7!kq29Lm\\\"}\";");
    finds("password=hX7!kq29Lm", "\"{\\\\\\\"password\\\\\\\": \\\\\\\"hX7!kq29Lm\\\\\\\"}\"");
    finds("password=hX7!kq29Lm", "run(\"--set password=\\\"hX7!kq29Lm\\\"\")");
  }

  @Test
  void leavesEscapedQuotesAroundNothingSecret() {
    assertEquals(List.of(), Found.in("\"{\\\"password\\\":\\\"\\\"}\""));
    assertEquals(List.of(), Found.in("\"{\\\"password\\\":\\\"changeme\\\"}\""));
    assertEquals(List.of(), Found.in("\"{\\\"name\\\":\\\"hX7!kq29Lm\\\"}\""));
  }

  @Test
  void theLetterOfAnEscapeIsNoPartOfTheWordAfterIt() {
    for (String escape : List.of("\\n", "\\r\\n", "\\t")) {
      finds("us-ssn=536-22-8145", "\"SSN:" + escape + "536-22-8145\"");
      finds("card=4111111111111111", "\"card" + escape + "4111111111111111" + escape + "\"");
      finds("phone=415-555-2671", "\"call" + escape + "415-555-2671\"");
      finds("email=jane@corp.test", "\"to" + escape + "jane@corp.test" + escape + "\"");
      finds("ip-address=81.2.69.142", "\"at" + escape + "81.2.69.142\"");
      finds("aws-access-key=AKIAQYLPMN5HHHFPZAM2", "\"key" + escape + "AKIAQYLPMN5HHHFPZAM2\"");
    }
  }

  @Test
  void theLetterOfAnEscapeIsNoPartOfAName() {
    finds("password=hX7!kq29Lm", "\"user=app\\npassword=hX7!kq29Lm\\n\"");
    finds("credential=8fJ2kLq0ZxW7vB3n", "\"a=b\\napi_key=8fJ2kLq0ZxW7vB3n\\n\"");
  }

  @Test
  void aLetterWithoutBackslashStaysPartOfItsWord() {
    assertEquals(List.of(), Found.in("\"n536-22-8145 t4111111111111111 nAKIAQYLPMN5HHHFPZAM2\""));
  }

  @Test
  void otherEscapedLettersStayPartOfTheirWord() {
    assertEquals(List.of(), Found.in("\"\\x4111111111111111\""));
  }
}
