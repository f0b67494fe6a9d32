package dev.moat.guard;

import static dev.moat.guard.NumberRule.UNCHECKED;
import static dev.moat.guard.NumberRule.named;
import static dev.moat.guard.NumberRule.standing;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The table of identity numbers by country; words are English and the country's own. */
final class NumberRules {
  private static final List<NumberRule> ALL =
      Stream.of(
              american(),
              european(),
              middle(),
              northern(),
              southern(),
              eastern(),
              asian(),
              general())
          .flatMap(List::stream)
          .toList();

  private NumberRules() {}

  /** All rules; of those that fit the same characters the first counts. */
  static List<NumberRule> all() {
    return ALL;
  }

  /** Those of which the first group may be letters only. */
  static List<NumberRule> beginningWithLetters() {
    return ALL.stream().filter(rule -> rule.mayBeginWithLetters(1)).toList();
  }

  /** The types that the rules name. */
  static Set<String> types() {
    return ALL.stream().map(NumberRule::type).collect(Collectors.toUnmodifiableSet());
  }

  private static List<NumberRule> american() {
    return List.of(
        named(
            "us-ein",
            "2-7|9",
            "D9",
            WorldChecks::ein,
            "ein|fein|employer identification|employer id|federal tax id"),
        named("us-npi", "10", "D10", WorldChecks::npi, "npi|national provider"),
        standing("us-mbi", "4-3-4", "D1L1N1D1L1N1D1L2D2", WorldChecks::medicareBeneficiary),
        named(
            "us-mbi",
            "11",
            "D1l1n1D1l1n1D1l2D2",
            WorldChecks::medicareBeneficiary,
            "medicare|mbi|beneficiary"),
        named("us-aba", "9", "D9", WorldChecks::routing, "routing|aba|rtn|transit"),
        named("us-dea", "9", "l2D7", WorldChecks::dea, "dea|prescriber"),
        named(
            "ca-sin",
            "9|3_3_3",
            "D9",
            WorldChecks::sin,
            "sin|social insurance|nas|assurance sociale"),
        standing("br-cnpj", "2.3.3/4-2", "D14", WorldChecks::cnpj),
        named("br-cnpj", "14", "D14", WorldChecks::cnpj, "cnpj"),
        standing("ar-cuil", "2-8-1", "D11", WorldChecks::cuil),
        named("ar-cuil", "11", "D11", WorldChecks::cuil, "cuil|cuit"),
        standing("cl-rut", "2.3.3-1", "D8n1", WorldChecks::rut),
        standing("cl-rut", "1.3.3-1", "D7n1", WorldChecks::rut),
        named("cl-rut", "8-1|9", "D8n1", WorldChecks::rut, "rut|rol unico|rol unico tributario"),
        named("cl-rut", "7-1|8", "D7n1", WorldChecks::rut, "rut|rol unico|rol unico tributario"),
        standing("mx-curp", "18", "L4D6L6D2", WorldChecks::curp),
        standing("mx-curp", "18", "L4D6L7D1", WorldChecks::curp),
        standing("mx-rfc", "13", "L4D6N3", WorldChecks::rfc),
        named(
            "mx-rfc",
            "13|4-6-3",
            "l4D6n3",
            WorldChecks::rfcForm,
            "rfc|contribuyente|contribuyentes"));
  }

  private static List<NumberRule> european() {
    return List.of(
        standing(PersonalTypes.NINO, "2 2 2 2 1", "L2D6L1", IdentityDetector::isNino),
        named(
            "uk-utr",
            "10|5 5",
            "D10",
            EuropeanChecks::utr,
            "utr|unique taxpayer|self assessment|tax reference"),
        named("uk-sort-code", "2-2-2|2 2 2", "D6", UNCHECKED, "sort code"),
        named("ie-pps", "8", "D7l1", EuropeanChecks::pps, "pps|ppsn|personal public service|upsp"),
        named("ie-pps", "9", "D7l2", EuropeanChecks::pps, "pps|ppsn|personal public service|upsp"),
        standing(
            "de-social-insurance", "12|2 6 1 3|8 1 3", "D8L1D3", EuropeanChecks::germanInsurance),
        named(
            "de-id-card",
            "9",
            "n9",
            EuropeanChecks::germanCard,
            "personalausweis|ausweisnummer|ausweisnr|ausweis|german id"),
        named(
            "de-id-card",
            "10",
            "n9D1",
            EuropeanChecks::germanCard,
            "personalausweis|ausweisnummer|ausweisnr|ausweis|german id"),
        named("fr-siret", "14|3 3 3 5", "D14", CheckDigits::luhn, "siret"),
        named(
            "fr-tax-id",
            "13|2 2 3 3 3",
            "D13",
            EuropeanChecks::frenchTax,
            "numero fiscal|spi|identifiant fiscal|french tax"),
        named(
            "es-nss",
            "12|2_8_2|2/8/2|2/8-2",
            "D12",
            EuropeanChecks::nss,
            "nss|seguridad social|afiliacion|social security"),
        named(
            "it-vat",
            "11",
            "D11",
            CheckDigits::luhn,
            "partita iva|p iva|p.iva|p. iva|piva|vat|iva"),
        named(
            "it-vat",
            "13",
            "l2D11",
            value -> value.startsWith("IT") && CheckDigits.luhn(value.substring(2)),
            "partita iva|p iva|p.iva|p. iva|piva|vat|iva"),
        named("pt-nif", "9|3_3_3", "D9", EuropeanChecks::nif, "nif|contribuinte|nipc"));
  }

  private static List<NumberRule> middle() {
    return List.of(
        standing("be-national-number", "2.2.2-3.2", "D11", EuropeanChecks::belgian),
        named(
            "be-national-number",
            "11|6 3 2|6-3-2|2 2 2 3 2",
            "D11",
            EuropeanChecks::belgian,
            "rijksregister|rijksregisternummer|registre national|numero national|national number"
                + "|insz|niss|nationalregister"),
        standing("ch-ahv", "13|3.4.4.2", "D13", EuropeanChecks::ahv),
        named(
            "at-svnr",
            "10|4_6",
            "D10",
            EuropeanChecks::svnr,
            "svnr|sozialversicherungsnummer|sozialversicherung|versicherungsnummer|sv-nummer"
                + "|insurance number|social security"));
  }

  private static List<NumberRule> northern() {
    ContextWords swedish =
        words("personnummer|personnr|samordningsnummer|personal number|personal identity");
    String norwegian =
        "fodselsnummer|fodselsnr|personnummer|d-nummer|national identity|national id|birth number";
    return List.of(
        named("se-personnummer", "10|6-4|6 4", "D10", EuropeanChecks::personnummer, swedish),
        named("se-personnummer", "12|8-4|8 4", "D12", EuropeanChecks::personnummer, swedish),
        standing("no-fodselsnummer", "6 5", "D11", EuropeanChecks::birthNumber),
        named("no-fodselsnummer", "11|6_5", "D11", EuropeanChecks::birthNumber, norwegian),
        named(
            "dk-cpr",
            "10|6-4|6 4",
            "D10",
            EuropeanChecks::cpr,
            "cpr|cpr-nr|cprnummer|personnummer|civil registration"),
        standing("fi-hetu", "6-4", "D9N1", EuropeanChecks::hetu),
        standing("fi-hetu", "11", "D6L1D3N1", EuropeanChecks::hetu));
  }

  private static List<NumberRule> eastern() {
    return List.of(
        named("pl-pesel", "11", "D11", EuropeanChecks::pesel, "pesel"),
        named(
            "pl-nip",
            "10|3-3-2-2|3-2-2-3|3 3 2 2",
            "D10",
            EuropeanChecks::nip,
            "nip|podatkowy|numer identyfikacji podatkowej|polish tax"),
        standing("cz-rodne-cislo", "6/4", "D10", EuropeanChecks::birthCode),
        named(
            "cz-rodne-cislo",
            "10",
            "D10",
            EuropeanChecks::birthCode,
            "rodne cislo|birth number|r.c."),
        named("ro-cnp", "13", "D13", EuropeanChecks::cnp, "cnp|cod numeric personal"),
        named("bg-egn", "10", "D10", EuropeanChecks::egn, "egn|егн|единен граждански номер"),
        named("gr-amka", "11|6_5", "D11", EuropeanChecks::amka, "amka|αμκα"),
        named(
            "tr-kimlik",
            "11",
            "D11",
            EuropeanChecks::kimlik,
            "kimlik|tckn|tc no|t.c.|turkish id|tc kimlik"),
        named(
            "il-id",
            "9|8-1",
            "D9",
            CheckDigits::luhn,
            "teudat zehut|israeli id|israel id|תעודת זהות|ת.ז|identity number"));
  }

  private static List<NumberRule> southern() {
    return List.of(
        named("au-tfn", "9|3_3_3", "D9", WorldChecks::tfn, "tfn|tax file"),
        named("au-medicare", "10|4_5_1", "D10", WorldChecks::medicareCard, "medicare"),
        named("au-abn", "11|2_3_3_3", "D11", WorldChecks::abn, "abn|australian business"),
        named("nz-ird", "9|3_3_3", "D9", WorldChecks::ird, "ird|inland revenue"),
        named("nz-ird", "8|2_3_3", "D8", WorldChecks::ird, "ird|inland revenue"),
        named(
            "za-id",
            "13|6_4_3|6 4 2 1",
            "D13",
            WorldChecks::southAfrican,
            "south african|sa id|rsa id|id number|identity number|id no|identiteitsnommer"));
  }

  private static List<NumberRule> asian() {
    return List.of(
        standing("in-pan", "10", "L5D4L1", value -> value.charAt(3) == 'P'),
        named(
            "in-pan",
            "10",
            "l5D4l1",
            WorldChecks::pan,
            "pan|permanent account|income tax|आयकर|स्थायी खाता"),
        standing("in-gstin", "15", "D2L5D4L1N1L1N1", WorldChecks::gstin),
        named("in-voter", "10", "l3D7", UNCHECKED, "voter|epic|election|मतदाता"),
        named(
            "jp-my-number",
            "12|4_4_4",
            "D12",
            WorldChecks::myNumber,
            "my number|mynumber|individual number|マイナンバー|個人番号"),
        standing("kr-rrn", "6-7", "D13", WorldChecks::korean),
        named(
            "kr-rrn",
            "6-7|13",
            "D13",
            WorldChecks::koreanForm,
            "rrn|resident registration|jumin|주민등록번호|주민번호"),
        standing("cn-resident-id", "18", "D17N1", WorldChecks::chinese),
        named(
            "tw-id",
            "10",
            "l1D9",
            WorldChecks::taiwanese,
            "taiwan|taiwanese|national id|id number|id card|身分證|身份證"),
        standing("hk-id", "7(1", "L1D6N1", WorldChecks::hongKong),
        standing("hk-id", "8(1", "L2D6N1", WorldChecks::hongKong),
        named("hk-id", "8", "l1D6n1", WorldChecks::hongKong, "hkid|hong kong|身份證"),
        standing("sg-nric", "9", "L1D7L1", WorldChecks::singaporean),
        named("sg-nric", "9", "l1D7l1", WorldChecks::singaporean, "nric|fin"),
        named(
            "my-nric",
            "12|6-2-4",
            "D12",
            WorldChecks::malaysian,
            "nric|mykad|kad pengenalan|ic no|ic number|malaysian"),
        standing("th-id", "1-4-5-2-1", "D13", WorldChecks::thai),
        named(
            "th-id",
            "13|1 4 5 2 1",
            "D13",
            WorldChecks::thai,
            "thai|citizen id|national id|บัตรประชาชน|ประจำตัวประชาชน"),
        named("id-nik", "16", "D16", WorldChecks::indonesian, "nik|ktp|kependudukan"));
  }

  private static List<NumberRule> general() {
    ContextWords bank =
        words(
            "bank account|account number|account no|account #|acct|acct no|acct #|a/c|a/c no"
                + "|kontonummer|kontonr|konto|numero de cuenta|cuenta bancaria|numero de compte"
                + "|compte bancaire|rekeningnummer|conto corrente|numero de conta|conta bancaria"
                + "|口座番号|账号|계좌번호");
    ContextWords plate =
        words(
            "license plate|licence plate|number plate|plate number|plate no|registration plate"
                + "|vehicle registration|plates|kennzeichen|immatriculation|plaque|matricula"
                + "|targa|placa");
    String vehicle = "vin|vehicle|chassis|fahrgestell|fahrgestellnummer|bastidor|telaio|car";
    ContextWords swift = words("swift|bic|swift code|bic code");
    return List.of(
        named("swift-bic", "8", "L6n2", WorldChecks::bic, swift),
        named("swift-bic", "11", "L6n5", WorldChecks::bic, swift),
        named("vin", "17", "n17", WorldChecks::vin, vehicle),
        named("bank-account", "8", "D8", UNCHECKED, bank),
        named("bank-account", "9", "D9", UNCHECKED, bank),
        named("bank-account", "10", "D10", UNCHECKED, bank),
        named("bank-account", "11", "D11", UNCHECKED, bank),
        named("bank-account", "12|4-4-4|4 4 4", "D12", UNCHECKED, bank),
        named("bank-account", "13", "D13", UNCHECKED, bank),
        named("bank-account", "14", "D14", UNCHECKED, bank),
        named("bank-account", "15", "D15", UNCHECKED, bank),
        named("bank-account", "16", "D16", UNCHECKED, bank),
        named("bank-account", "17", "D17", UNCHECKED, bank),
        named("vehicle-plate", "5|3_2|2_3", "N5", WorldChecks::plate, plate),
        named("vehicle-plate", "6|3_3|2-2-2|2_4|4_2", "N6", WorldChecks::plate, plate),
        named("vehicle-plate", "7|3_4|4_3|2-3-2|2 3 2|1-2 4", "N7", WorldChecks::plate, plate),
        named("vehicle-plate", "8|2-2 4|3-2 3|2 2 4", "N8", WorldChecks::plate, plate));
  }

  /** Words that several rules share: to read them once takes a fraction of the time. */
  private static ContextWords words(String words) {
    return ContextWords.of(ContextWords.folded(words));
  }
}
