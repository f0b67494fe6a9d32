package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class PhoneDetectorTest {
  private static void finds(String number, String text) {
    assertEquals(List.of("phone=" + number), Found.in(text), text);
  }

  private static void leaves(String... texts) {
    for (String text : texts) {
      assertEquals(List.of(), Found.in(text), text);
    }
  }

  @Test
  void wordsOfCodeDoNotMakePhonesOfCounts() {
    leaves("call(1234567)", "call 1000000 times", "reach 100 200 300", "cell(3, 4567890)");
    leaves("row.cell(1).value(20240115)", "contact.id = 1705312245123", "sms 160 160 70");
    finds("4155552671", "call 4155552671");
    finds("555-2671", "call 555-2671");
    finds("0171 2345678", "reach me on 0171 2345678");
  }

  @Test
  void findsInternationalNumbers() {
    for (String number :
        List.of(
            "+49 30 901820",
            "+4930901820",
            "+1 415 555 2671",
            "+1-415-555-2671",
            "+14155552671",
            "+44 20 7946 0958",
            "+44 (0)20 7946 0958",
            "+33 6 12 34 56 78",
            "+81 3-1234-5678",
            "+86 138 0013 8000",
            "+61 2 9876 5432",
            "+1 (415) 555-2671")) {
      finds(number, number);
      finds(number, "Write to " + number + ", please");
      finds(number, "\"" + number + "\"");
    }
  }

  @Test
  void findsAmericanFormsWithAndWithoutExtension() {
    for (String number :
        List.of(
            "(415) 555-2671",
            "(415)555-2671",
            "415-555-2671",
            "415.555.2671",
            "1-415-555-2671",
            "001-415-555-2671",
            "415-555-2671x42",
            "(415)555-2671 x1234")) {
      finds(number, number);
      finds(number, "at " + number + " today");
    }
  }

  @Test
  void findsEuropeanForms() {
    for (String number :
        List.of(
            "07700 900123",
            "020 7946 0958",
            "0117 496 0123",
            "06 12 34 56 78",
            "06.12.34.56.78",
            "06-10446904")) {
      finds(number, number);
    }
  }

  @Test
  void findsAnyNumberBesideAWord() {
    for (String text :
        List.of(
            "Phone: %s",
            "mobile=%s",
            "you can call %s",
            "customerPhone: \"%s\"",
            "tel. %s",
            "my number is %s",
            "WhatsApp %s",
            "%s office",
            "%s-Fax")) {
      finds("455 6186", text.formatted("455 6186"));
      finds("50-98-28-96", text.formatted("50-98-28-96"));
    }
  }

  @Test
  void leavesNumbersThatAreNone() {
    leaves("455 6186", "50-98-28-96", "2024-05-06", "phone on 2024-05-06", "phone 12/05/2024");
    leaves("call f(1, 2, 3)", "phone 1 2 3 4 5 6 7", "page 12-34", "phone 12345", "a+4930901820");
    leaves("+12345", "+0123456789", "x = y +49309018", "#415-555-2671", "$415-555-2671");
    leaves("415-555-26711", "1415-555-2671", "415-555-267", "v415.555.2671", "111.555.2671");
    leaves("phone 1.2.3.4567", "telephonic 4556186", "1-2-3-4", "3.14.159.2653");
  }

  @Test
  void takesNoMoreThanFifteenDigits() {
    finds("+49 301 901 820 123", "+49 301 901 820 123 456 789 012");
  }

  @Test
  void knowsTheFormsOfManyCountries() {
    for (String phone :
        List.of(
            "+49 (0) 89/123456",
            "0049 89 123456",
            "+33 1 23 45 67 89",
            "+1.415.555.2671",
            "(02) 9374 4000",
            "+61 2 9374 4000",
            "+91 98765 43210",
            "+81 3-1234-5678",
            "+86 138 0013 8000",
            "(11) 98765-4321",
            "+7 (495) 123-45-67",
            "+46 8-123 456 78",
            "+45 12 34 56 78",
            "+972-50-123-4567")) {
      assertEquals(List.of("phone=" + phone), Found.in("at " + phone + ", or"), phone);
    }
    for (String phone : List.of("9469 9966", "469 34 883", "8 (495) 123-45-67", "03-1234-5678")) {
      assertEquals(List.of("phone=" + phone), Found.in("You can call " + phone), phone);
    }
  }

  @Test
  void anExtensionBelongsToTheNumber() {
    for (String extension :
        List.of("x12", " x12", " ext. 123", " ext 123", ", extension 12", " ext.5")) {
      String phone = "415-555-2671" + extension;
      assertEquals(List.of("phone=" + phone), Found.in(phone + " or"), phone);
    }
    assertEquals(List.of("phone=415-555-2671"), Found.in("415-555-2671 extra 12"));
    assertEquals(List.of("phone=415-555-2671"), Found.in("415-555-2671, and 12"));
  }

  @Test
  void leavesBracketsAndZerosThatDialNothing() {
    for (String text :
        List.of(
            "(02) 93 40", "(2) 9374 4000", "(02) 937444 4000", "0000 89 123456", "00 89 12345")) {
      assertEquals(List.of(), Found.in(text), text);
    }
  }
}
