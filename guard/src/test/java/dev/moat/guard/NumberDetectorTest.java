package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NumberDetectorTest {
  /** The number with the check digit of Luhn after it. */
  private static String checked(String digits) {
    for (char c = '0'; c <= '9'; c++) {
      if (CheckDigits.luhn(digits + c)) {
        return digits + c;
      }
    }
    throw new AssertionError(digits);
  }

  private static String card(String prefix, int length, Random random) {
    StringBuilder digits = new StringBuilder(prefix);
    while (digits.length() < length - 1) {
      digits.append(random.nextInt(10));
    }
    return checked(digits.toString());
  }

  private static boolean isCard(String number) {
    return Found.in("n " + number).contains("card=" + number);
  }

  @Test
  void knowsTheRangesOfTheSchemes() {
    Random random = new Random(81);
    for (String known :
        List.of(
            "4:13", "4:16", "4:19", "51:16", "55:16", "2221:16", "2720:16", "34:15", "37:15",
            "6011:16", "65:16", "644:16", "62:16", "3528:16", "3589:16", "36:14", "300:14")) {
      String[] parts = known.split(":");
      assertTrue(isCard(card(parts[0], Integer.parseInt(parts[1]), random)), known);
    }
    for (String unknown :
        List.of(
            "4:15", "50:16", "2220:16", "2721:16", "35:15", "1:16", "9:16", "7:16", "0:16",
            "6012:16", "3527:16", "3590:16", "51:15", "34:16")) {
      String[] parts = unknown.split(":");
      String number = card(parts[0], Integer.parseInt(parts[1]), random);
      assertTrue(!isCard(number), unknown + " " + number);
    }
  }

  @Test
  void knowsTheUsualGroupings() {
    String visa = card("4", 16, new Random(82));
    String fours = visa.replaceAll("(.{4})(?=.)", "$1 ");
    assertTrue(isCard(fours));
    assertTrue(isCard(fours.replace(' ', '-')));
    String amex = card("37", 15, new Random(83));
    assertTrue(
        isCard(amex.substring(0, 4) + " " + amex.substring(4, 10) + " " + amex.substring(10)));
    for (String odd :
        List.of(
            visa.replaceAll("(.{2})(?=.)", "$1 "),
            visa.replaceAll("(.{4})(?=.)", "$1."),
            visa.substring(0, 5) + " " + visa.substring(5),
            fours.replaceFirst(" ", "-"))) {
      assertTrue(!isCard(odd), odd);
    }
  }

  @Test
  void leavesNumbersThatArePartOfSomething() {
    String visa = card("4", 16, new Random(84));
    for (String inside :
        List.of("x" + visa, visa + "x", visa + "L", "_" + visa, "0." + visa, visa + "1")) {
      assertEquals(List.of(), Found.in(inside), inside);
    }
  }

  @Test
  void wordsCountAsCodeSpellsThem() {
    for (String name :
        List.of(
            "social_security", "social-security", "socialSecurityNumber", "SOCIAL_SECURITY_NO")) {
      String text = name + " = \"536228145\"";
      assertEquals(List.of("us-ssn=536228145"), Found.in(text), text);
    }
    for (String name : List.of("driver_license", "driversLicense", "driver-licence")) {
      String text = "\"" + name + "\": \"F2551234\"";
      assertEquals(List.of("driver-licence=F2551234"), Found.in(text), text);
    }
    assertEquals(List.of(), Found.in("antisocialSecurity = 536228145"));
  }

  @Test
  void socialSecurityNumbersFollowTheirRules() {
    assertEquals(List.of("us-ssn=123-45-6789"), Found.in("123-45-6789"));
    assertEquals(List.of("us-ssn=899-99-9999"), Found.in("899-99-9999"));
    assertEquals(List.of("us-ssn=123 45 6789"), Found.in("SSN 123 45 6789"));
    assertEquals(List.of("us-itin=900-70-1234"), Found.in("ITIN 900-70-1234"));
    for (String none :
        List.of(
            "000-45-6789",
            "666-45-6789",
            "900-10-6789",
            "123-00-6789",
            "123-45-0000",
            "123-45-67890",
            "1123-45-6789",
            "123-45-6789-1",
            "123 45 6789",
            "123.45.6789")) {
      assertTrue(Found.in(none).stream().noneMatch(f -> f.startsWith("us-ssn")), none);
    }
  }

  @Test
  void numbersWithoutAFormNeedTheirWord() {
    for (String each :
        List.of(
            "uk-nhs|NHS number: 9434765919",
            "nl-bsn|BSN: 123456782",
            "de-tax-id|Steuer-ID 47036892816",
            "br-cpf|CPF 52998224725",
            "in-aadhaar|Aadhaar 234567890124",
            "imei|IMEI: 490154203237518")) {
      String type = each.substring(0, each.indexOf('|'));
      String text = each.substring(each.indexOf('|') + 1);
      String number = text.substring(text.lastIndexOf(' ') + 1);
      assertEquals(List.of(type + "=" + number), Found.in(text));
      assertEquals(List.of(), Found.in("order " + number), number);
    }
  }

  @Test
  void numbersWithAFormStandForThemselves() {
    assertEquals(List.of("br-cpf=111.444.777-35"), Found.in("111.444.777-35"));
    assertEquals(List.of("fr-nir=185057800608491"), Found.in("185057800608491"));
    assertEquals(List.of("in-aadhaar=2345 6789 0124"), Found.in("2345 6789 0124"));
    assertEquals(List.of(), Found.in("2345 6789 0125"));
  }

  @Test
  void groupsAreReadAsTheyAreWritten() {
    Window window = new Window();
    Normaliser normaliser = new Normaliser(window);
    normaliser.accept("12 345-6 (78)x", 0, 14);
    normaliser.finish();
    window.stand(0);
    DigitGroups groups = DigitGroups.read(window, 0);
    assertEquals(4, groups.count());
    assertEquals("123456", groups.digits(3));
    assertEquals(8, groups.end(3));
    assertTrue(groups.sized(2, 3, 1, 2));
    assertTrue(!groups.sized(2, 3, 2) && !groups.sized(2, 3, 1, 2, 1));
    assertEquals(')', groups.separator(3));
    assertTrue(!groups.isEven() && !groups.isGlued(4));
    assertEquals("345678", groups.from(1).digits(3));
  }
}
