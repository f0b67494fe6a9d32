package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class NumberRulesTest {
  /** Type, words that stand before, and a number that holds by the published rule. */
  private static final List<String> NAMED =
      List.of(
          "us-ein|Our EIN is |12-3456789",
          "us-npi|NPI: |1234567893",
          "us-mbi|Medicare number |1EG4TE5MK73",
          "us-aba|routing number |111000025",
          "us-aba|ABA |021000021",
          "us-dea|DEA number |FB1234563",
          "ca-sin|my SIN is |046 454 286",
          "ca-sin|social insurance number: |046454286",
          "br-cnpj|CNPJ |11222333000181",
          "ar-cuil|CUIT |20055361682",
          "cl-rut|RUT: |12531909-2",
          "cl-rut|rut |7654321-6",
          "mx-rfc|RFC: |GODE561231GR7",
          "uk-utr|UTR |1955839661",
          "uk-sort-code|sort code |20-00-00",
          "ie-pps|PPS number |1234567T",
          "ie-pps|PPSN |1234567FA",
          "de-id-card|Personalausweis |T220001293",
          "de-id-card|Ausweisnummer: |T22000129",
          "fr-siret|SIRET |73282932000074",
          "fr-siret|siret : |732 829 320 00074",
          "fr-tax-id|numéro fiscal |3023217600053",
          "es-nss|Seguridad Social |281234567840",
          "it-vat|Partita IVA |07643520567",
          "it-vat|VAT |IT07643520567",
          "pt-nif|NIF |123456789",
          "be-national-number|rijksregisternummer |85073003328",
          "at-svnr|SVNR |1237 010180",
          "se-personnummer|personnummer |811218-9876",
          "se-personnummer|personnummer: |19811218-9876",
          "no-fodselsnummer|fødselsnummer |29029600013",
          "dk-cpr|CPR |211062-5629",
          "pl-pesel|PESEL |44051401359",
          "pl-nip|NIP |123-456-32-18",
          "cz-rodne-cislo|rodné číslo |7103192745",
          "ro-cnp|CNP |1630615123457",
          "bg-egn|ЕГН |7523169263",
          "bg-egn|егн: |7523169263",
          "gr-amka|ΑΜΚΑ |01013099997",
          "tr-kimlik|TC kimlik no |17291716060",
          "il-id|תעודת זהות |039337423",
          "il-id|Israeli ID |039337423",
          "au-tfn|TFN |876 543 210",
          "au-medicare|Medicare card |2123 45670 1",
          "au-abn|ABN |51 824 753 556",
          "nz-ird|IRD |49-091-850",
          "nz-ird|IRD number |136410132",
          "za-id|ID number |7503305044089",
          "in-pan|PAN |ABCCE1234F",
          "in-voter|voter ID |ABC1234567",
          "jp-my-number|マイナンバー|123456789018",
          "jp-my-number|My Number: |1234 5678 9018",
          "kr-rrn|주민등록번호 |971013-8019902",
          "tw-id|身分證|A123456789",
          "hk-id|HKID |A1234563",
          "sg-nric|NRIC |s1234567d",
          "my-nric|MyKad |850101-14-5123",
          "th-id|บัตรประชาชน |1234567890121",
          "id-nik|NIK |3171234512900001",
          "swift-bic|SWIFT: |DEUTDEFF",
          "swift-bic|BIC |DEUTDEFF500",
          "vin|VIN |1M8GDM9AXKP042788",
          "bank-account|account number |123456789012",
          "bank-account|Kontonummer: |12345678",
          "vehicle-plate|Kennzeichen |M-AB 1234",
          "vehicle-plate|license plate |ABC 1234",
          "vehicle-plate|number plate |AB12 CDE",
          "vehicle-plate|immatriculation |AB-123-CD");

  /** Type and number that stands for itself. */
  private static final List<String> STANDING =
      List.of(
          "us-mbi|1EG4-TE5-MK73",
          "uk-nino|JG 10 37 59 A",
          "br-cnpj|11.222.333/0001-81",
          "ar-cuil|20-05536168-2",
          "cl-rut|12.531.909-2",
          "mx-curp|BOXW310820HNERXN09",
          "mx-rfc|GODE561231GR8",
          "de-social-insurance|15070649C103",
          "be-national-number|85.07.30-033.28",
          "ch-ahv|756.9217.0769.85",
          "ch-ahv|7569217076985",
          "no-fodselsnummer|290296 00013",
          "fi-hetu|131052-308T",
          "cz-rodne-cislo|710319/2745",
          "in-pan|ABCPE1234F",
          "in-gstin|27AAPFU0939F1ZV",
          "kr-rrn|971013-1019901",
          "cn-resident-id|11010519491231002X",
          "hk-id|A123456(3)",
          "sg-nric|S1234567D",
          "th-id|1-2345-67890-12-1");

  private static List<String> parts(String row) {
    return List.of(row.split("\\|"));
  }

  @Test
  void findsEachNumberAfterItsWord() {
    List<String> wrong = new ArrayList<>();
    for (String row : NAMED) {
      List<String> part = parts(row);
      for (String end : List.of("", ".", ", thanks", "\n", " and 12")) {
        String text = part.get(1) + part.get(2) + end;
        if (!Found.in(text).equals(List.of(part.get(0) + "=" + part.get(2)))) {
          wrong.add(text + " " + Found.in(text));
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void leavesNumbersThatNeedAWordWithoutIt() {
    List<String> wrong = new ArrayList<>();
    for (String row : NAMED) {
      String text = "item " + parts(row).get(2) + " sold";
      if (Found.in(text).contains(parts(row).get(0) + "=" + parts(row).get(2))) {
        wrong.add(text);
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void findsNumbersWithAFormAnywhere() {
    List<String> wrong = new ArrayList<>();
    for (String row : STANDING) {
      List<String> part = parts(row);
      String text = "x: " + part.get(1) + ", y";
      if (!Found.in(text).equals(List.of(part.get(0) + "=" + part.get(1)))) {
        wrong.add(text + " " + Found.in(text));
      }
    }
    assertEquals(List.of(), wrong);
  }

  /** Types of which a wrong digit cannot be seen. */
  private static final Set<String> UNCHECKED =
      Set.of(
          "uk-nino",
          "us-ein",
          "us-mbi",
          "uk-sort-code",
          "dk-cpr",
          "in-pan",
          "in-voter",
          "my-nric",
          "id-nik",
          "swift-bic",
          "bank-account",
          "vehicle-plate");

  /** Types whose rule folds rests together or doubles digits, so that some wrong ones pass. */
  private static final Set<String> LOOSE =
      Set.of("us-dea", "uk-utr", "au-medicare", "nz-ird", "tw-id", "th-id", "mx-curp", "kr-rrn");

  @Test
  void noWrongDigitPassesTheCheck() {
    List<String> wrong = new ArrayList<>();
    for (String row : NAMED) {
      List<String> part = parts(row);
      boolean formOnly = Set.of("kr-rrn", "mx-rfc").contains(part.get(0));
      if (!formOnly && !part.get(2).equals("T22000129")) {
        wrong.addAll(tooMany(part.get(0), part.get(1), part.get(2)));
      }
    }
    STANDING.forEach(row -> wrong.addAll(tooMany(parts(row).get(0), "", parts(row).get(1))));
    assertEquals(List.of(), wrong);
  }

  private static List<String> tooMany(String type, String before, String number) {
    List<String> passing = passing(type, before, number);
    int allowed = LOOSE.contains(type) ? number.length() * 9 / 5 : 0;
    return UNCHECKED.contains(type) || passing.size() <= allowed ? List.of() : passing;
  }

  /** The numbers with one digit changed that are still taken for the same type. */
  private static List<String> passing(String type, String before, String number) {
    List<String> passing = new ArrayList<>();
    for (int i = 0; i < number.length(); i++) {
      for (char c = '0'; c <= '9' && Character.isDigit(number.charAt(i)); c++) {
        String changed = number.substring(0, i) + c + number.substring(i + 1);
        if (c != number.charAt(i) && Found.in(before + changed).contains(type + "=" + changed)) {
          passing.add(type + " " + changed);
        }
      }
    }
    return passing;
  }

  @Test
  void everyTypeOfTheTableIsTested() {
    Set<String> tested = new TreeSet<>();
    NAMED.forEach(row -> tested.add(parts(row).get(0)));
    STANDING.forEach(row -> tested.add(parts(row).get(0)));
    assertEquals(new TreeSet<>(NumberRules.types()), tested);
  }

  @Test
  void thereAreMoreThanFortyTypes() {
    assertTrue(PersonalTypes.ALL.size() >= 80, "" + PersonalTypes.ALL.size());
    assertTrue(PersonalTypes.QUASI.stream().noneMatch(PersonalTypes.ALL::contains));
  }

  @Test
  void numbersInsideOtherTokensAreLeft() {
    List<String> wrong = new ArrayList<>();
    for (String row : STANDING) {
      String number = parts(row).get(1);
      for (String text :
          List.of("_" + number, "a-" + number, "$" + number, number + "_x", "1." + number)) {
        if (Found.in(text).contains(parts(row).get(0) + "=" + number)) {
          wrong.add(text);
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void randomDigitsSeldomPassWithoutAWord() {
    Random random = new Random(91);
    int found = 0;
    for (int i = 0; i < 20_000; i++) {
      StringBuilder digits = new StringBuilder();
      for (int length = 5 + random.nextInt(14); length > 0; length--) {
        digits.append(random.nextInt(10));
      }
      found +=
          (int)
              Found.in("order " + digits).stream()
                  .map(each -> each.substring(0, each.indexOf('=')))
                  .filter(NumberRules.types()::contains)
                  .count();
    }
    assertTrue(found < 10, found + " of 20000");
  }
}
