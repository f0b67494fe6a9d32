package dev.moat.guard;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The names of the personal data that the detectors find. */
final class PersonalTypes {
  static final String EMAIL = "email";
  static final String CARD = "card";
  static final String IBAN = "iban";
  static final String PHONE = "phone";
  static final String SSN = "us-ssn";
  static final String IP = "ip-address";
  static final String MAC = "mac-address";
  static final String PASSPORT = "passport";
  static final String DRIVER_LICENCE = "driver-licence";
  static final String NHS = "uk-nhs";
  static final String NINO = "uk-nino";
  static final String BSN = "nl-bsn";
  static final String STEUER_ID = "de-tax-id";
  static final String NIR = "fr-nir";
  static final String DNI = "es-dni";
  static final String CODICE_FISCALE = "it-codice-fiscale";
  static final String CPF = "br-cpf";
  static final String AADHAAR = "in-aadhaar";
  static final String BIRTH_DATE = "birth-date";
  static final String CRYPTO_ADDRESS = "crypto-address";
  static final String IMEI = "imei";
  static final String ITIN = "us-itin";
  static final String NIE = "es-nie";
  static final String GEO = "geo-coordinates";

  static final String PERSON = "person";
  static final String PLACE = "place";
  static final String ORGANISATION = "organisation";
  static final String ADDRESS = "address";

  /** What only a model finds, so that it is only looked for when asked. */
  static final Set<String> NAMES = Set.of(PERSON, PLACE, ORGANISATION, ADDRESS);

  static final String DATE = "date-time";
  static final String YEAR = "year";
  static final String AGE = "age";
  static final String URL = "url";
  static final String DOMAIN = "domain-name";
  static final String POSTCODE = "postcode";

  private static final Set<String> OWN =
      Set.of(
          EMAIL,
          CARD,
          IBAN,
          PHONE,
          SSN,
          IP,
          MAC,
          PASSPORT,
          DRIVER_LICENCE,
          NHS,
          NINO,
          BSN,
          STEUER_ID,
          NIR,
          DNI,
          CODICE_FISCALE,
          CPF,
          AADHAAR,
          BIRTH_DATE,
          CRYPTO_ADDRESS,
          IMEI,
          ITIN,
          NIE,
          GEO);

  /** What identifies a person, or the account, paper or thing of one. */
  static final Set<String> ALL =
      Stream.concat(OWN.stream(), NumberRules.types().stream())
          .collect(Collectors.toUnmodifiableSet());

  /** What only narrows down who is meant: looked for where that is wanted. */
  static final Set<String> QUASI = Set.of(DATE, YEAR, AGE, URL, DOMAIN, POSTCODE);

  private PersonalTypes() {}
}
