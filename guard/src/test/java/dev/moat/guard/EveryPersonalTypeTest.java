package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds each type of personal data to a text that has it and one that nearly has it. */
class EveryPersonalTypeTest {
  /** Type, a text with what is found in brackets, and a text in which it is not found. */
  private static final List<String> OWN =
      List.of(
          "email|write to ⟦ann@example.org⟧ soon|write to ann@example soon",
          "card|pay with ⟦4111 1111 1111 1111⟧ now|pay with 4111 1111 1111 1112 now",
          "iban|to ⟦DE89 3704 0044 0532 0130 00⟧ please|to DE89 3704 0044 0532 0130 01 please",
          "phone|ring ⟦+49 30 901820⟧ today|add +49 today",
          "us-ssn|his ⟦536-22-8745⟧ is known|his 666-22-8745 is known",
          "us-itin|her ⟦912-70-1234⟧ is known|her 912-69-1234 is known",
          "ip-address|from ⟦81.2.69.142⟧ at ten|from 300.2.69.142 at ten",
          "mac-address|card ⟦3c:22:fb:4a:9e:01⟧ up|card 3c:22:fb:4a:9e up",
          "passport|passport ⟦C01X00T47⟧ lost|public C01X00T47 lost",
          "driver-licence|driving licence ⟦D1234567⟧ lost|design licence D1234567 lost",
          "uk-nhs|NHS number ⟦943 476 5919⟧ given|NHS number 943 476 5918 given",
          "uk-nino|number ⟦AB123456C⟧ given|number BG123456C given",
          "nl-bsn|BSN ⟦111222333⟧ given|BSN 111222334 given",
          "de-tax-id|Steuer-ID ⟦86095742719⟧ ist|Steuer-ID 86095742718 ist",
          "fr-nir|no ⟦1 85 05 78 006 084 91⟧ ici|no 1 85 05 78 006 084 92 ici",
          "es-dni|DNI ⟦12345678Z⟧ dado|DNI 12345678A dado",
          "es-nie|con ⟦X1234567L⟧ dado|con X1234567A dado",
          "it-codice-fiscale|con ⟦RSSMRA85T10A562S⟧ dato|con RSSMRA85T10A562T dato",
          "br-cpf|com ⟦529.982.247-25⟧ dado|com 529.982.247-26 dado",
          "in-aadhaar|with ⟦2345 6789 0124⟧ given|with 2345 6789 0125 given",
          "birth-date|born on ⟦12 March 1980⟧ there|met on 12 March 1980 there",
          "crypto-address|to ⟦1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa⟧ sent"
              + "|to 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb sent",
          "imei|IMEI ⟦490154203237518⟧ stolen|IMEI 490154203237519 stolen",
          "geo-coordinates|coordinates ⟦48.8584, 2.2945⟧ there|ratio 48.8584, 2.2945 there");

  private static final List<String> NUMBERS =
      List.of(
          "us-ein|EIN ⟦12-3456789⟧ it|EIN 00-3456789 it",
          "us-npi|NPI ⟦1234567893⟧ it|NPI 1234567894 it",
          "us-mbi|with ⟦1EG4-TE5-MK73⟧ it|with 1SG4-TE5-MK73 it",
          "us-aba|routing ⟦021000021⟧ it|routing 021000022 it",
          "us-dea|DEA ⟦FB1234563⟧ it|DEA FB1234564 it",
          "ca-sin|SIN ⟦046 454 286⟧ it|SIN 046 454 287 it",
          "br-cnpj|com ⟦11.222.333/0001-81⟧ it|com 11.222.333/0001-82 it",
          "ar-cuil|con ⟦20-05536168-2⟧ it|con 20-05536168-3 it",
          "cl-rut|con ⟦12.531.909-2⟧ it|con 12.531.909-3 it",
          "mx-curp|con ⟦BOXW310820HNERXN09⟧ it|con BOXW310820HNERXN08 it",
          "mx-rfc|con ⟦GODE561231GR8⟧ it|con GODE561231GR7 it",
          "uk-utr|UTR ⟦1955839661⟧ it|UTR 2955839661 it",
          "uk-sort-code|sort code ⟦20-00-00⟧ it|sorted 20-00-00 it",
          "ie-pps|PPS ⟦1234567T⟧ it|PPS 1234567A it",
          "de-social-insurance|mit ⟦15070649C103⟧ it|mit 15070649C104 it",
          "de-id-card|Ausweis ⟦T220001293⟧ it|Ausweis T220001294 it",
          "fr-siret|SIRET ⟦73282932000074⟧ it|SIRET 73282932000075 it",
          "fr-tax-id|SPI ⟦3023217600053⟧ it|SPI 3023217600054 it",
          "es-nss|NSS ⟦281234567840⟧ it|NSS 281234567841 it",
          "it-vat|IVA ⟦07643520567⟧ it|IVA 07643520568 it",
          "pt-nif|NIF ⟦123456789⟧ it|NIF 123456788 it",
          "be-national-number|met ⟦85.07.30-033.28⟧ it|met 85.07.30-033.29 it",
          "ch-ahv|mit ⟦756.9217.0769.85⟧ it|mit 756.9217.0769.86 it",
          "at-svnr|SVNR ⟦1237 010180⟧ it|SVNR 1238 010180 it",
          "se-personnummer|personnummer ⟦811218-9876⟧ it|personnummer 811218-9877 it",
          "no-fodselsnummer|nr ⟦290296 00013⟧ it|nr 290296 00014 it",
          "dk-cpr|CPR ⟦211062-5629⟧ it|CPR 321062-5629 it",
          "fi-hetu|on ⟦131052-308T⟧ it|on 131052-308U it",
          "pl-pesel|PESEL ⟦44051401359⟧ it|PESEL 44051401358 it",
          "pl-nip|NIP ⟦123-456-32-18⟧ it|NIP 123-456-32-19 it",
          "cz-rodne-cislo|to ⟦710319/2745⟧ it|to 710319/2746 it",
          "ro-cnp|CNP ⟦1630615123457⟧ it|CNP 1630615123458 it",
          "bg-egn|EGN ⟦7523169263⟧ it|EGN 7523169264 it",
          "gr-amka|AMKA ⟦01013099997⟧ it|AMKA 01013099998 it",
          "tr-kimlik|TCKN ⟦17291716060⟧ it|TCKN 17291716061 it",
          "il-id|Israeli ID ⟦039337423⟧ it|Israeli ID 039337424 it",
          "au-tfn|TFN ⟦876 543 210⟧ it|TFN 876 543 211 it",
          "au-medicare|Medicare ⟦2123 45670 1⟧ it|Medicare 2123 45671 1 it",
          "au-abn|ABN ⟦51 824 753 556⟧ it|ABN 51 824 753 557 it",
          "nz-ird|IRD ⟦49-091-850⟧ it|IRD 49-091-851 it",
          "za-id|SA ID ⟦7503305044089⟧ it|SA ID 7503305044088 it",
          "in-pan|with ⟦ABCPE1234F⟧ it|with ABCZE1234F it",
          "in-gstin|with ⟦27AAPFU0939F1ZV⟧ it|with 27AAPFU0939F1ZW it",
          "in-voter|voter ID ⟦ABC1234567⟧ it|order ABC1234567 it",
          "jp-my-number|My Number ⟦123456789018⟧ it|My Number 123456789017 it",
          "kr-rrn|with ⟦971013-1019901⟧ it|with 971013-1019902 it",
          "cn-resident-id|with ⟦11010519491231002X⟧ it|with 110105194912310021 it",
          "tw-id|Taiwan ID ⟦A123456789⟧ it|Taiwan ID A123456788 it",
          "hk-id|with ⟦A123456(3)⟧ it|with A123456(4) it",
          "sg-nric|with ⟦S1234567D⟧ it|with S1234567E it",
          "my-nric|MyKad ⟦850101-14-5123⟧ it|MyKad 851301-14-5123 it",
          "th-id|with ⟦1-2345-67890-12-1⟧ it|with 1-2345-67890-12-2 it",
          "id-nik|NIK ⟦3171234512900001⟧ it|NIK 3171234513900001 it",
          "swift-bic|SWIFT ⟦DEUTDEFF⟧ it|SWIFT DEUTQQFF it",
          "vin|VIN ⟦1M8GDM9AXKP042788⟧ it|VIN 1M8GDM9A1KP042788 it",
          "bank-account|account number ⟦123456789012⟧ it|count number 123456789012 it",
          "vehicle-plate|number plate ⟦AB12 CDE⟧ it|number plate ABCD CDE it");

  private static final List<String> ROWS = Stream.concat(OWN.stream(), NUMBERS.stream()).toList();

  private static String type(String row) {
    return row.split("\\|")[0];
  }

  private static String marked(String row) {
    return row.split("\\|")[1];
  }

  private static String text(String row) {
    return marked(row).replace("⟦", "").replace("⟧", "");
  }

  private static Span expected(String row) {
    return new Span(type(row), marked(row).indexOf('⟦'), marked(row).indexOf('⟧') - 1);
  }

  @Test
  void everyTypeHasARow() {
    Set<String> tested = new TreeSet<>(ROWS.stream().map(EveryPersonalTypeTest::type).toList());
    assertEquals(new TreeSet<>(PersonalTypes.ALL), tested);
  }

  @Test
  void everyTypeIsFoundWithItsSpan() {
    List<String> wrong = new ArrayList<>();
    for (String row : ROWS) {
      List<Span> found = Sensitive.find(text(row));
      if (!found.equals(List.of(expected(row)))) {
        wrong.add(row + " " + found);
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void aNearMissIsNotOfTheType() {
    List<String> wrong = new ArrayList<>();
    for (String row : ROWS) {
      List<Span> found = Sensitive.find(row.split("\\|")[2]);
      if (found.stream().anyMatch(span -> span.type().equals(type(row)))) {
        wrong.add(row + " " + found);
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void everySplitGivesTheSame() {
    for (String row : ROWS) {
      String text = text(row);
      List<Span> whole = Sensitive.find(text);
      for (int cut = 0; cut <= text.length(); cut++) {
        assertEquals(whole, InPieces.cutAt(cut, text, Sought.NOTHING), text + " at " + cut);
      }
    }
  }

  @Test
  void onePieceACharacterGivesTheSame() {
    StringBuilder mixed = new StringBuilder();
    ROWS.forEach(row -> mixed.append(text(row)).append(".\n"));
    String text = mixed.toString();
    List<Span> whole = Sensitive.find(text);
    assertEquals(whole, InPieces.find(List.of(text.split("")), Sought.NOTHING));
  }

  private static Set<String> types(List<Span> spans) {
    return new TreeSet<>(spans.stream().map(Span::type).toList());
  }

  @Test
  void theSpanCountsInTheOriginalBehindCharactersOfTwoUnits() {
    List<String> wrong = new ArrayList<>();
    for (String row : ROWS) {
      Span span = expected(row);
      Span moved = new Span(span.type(), span.start() + 3, span.end() + 3);
      List<Span> found = Sensitive.find("\ud83d\ude00 " + text(row));
      if (!found.equals(List.of(moved))) {
        wrong.add(row + " " + found);
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void theSpanHoldsAtTheEndOfTheText() {
    List<String> wrong = new ArrayList<>();
    for (String row : ROWS) {
      Span span = expected(row);
      List<Span> found = Sensitive.find(text(row).substring(0, span.end()));
      if (!found.equals(List.of(span))) {
        wrong.add(row + " " + found);
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void nothingIsFoundInTheMiddleOfALongerWord() {
    List<String> wrong = new ArrayList<>();
    for (String row : NUMBERS) {
      Span span = expected(row);
      String text = text(row);
      String glued = text.substring(0, span.end()) + "_1" + text.substring(span.end());
      if (!row.startsWith("hk-id") && types(Sensitive.find(glued)).contains(type(row))) {
        wrong.add(glued);
      }
    }
    assertEquals(List.of(), wrong);
  }
}
