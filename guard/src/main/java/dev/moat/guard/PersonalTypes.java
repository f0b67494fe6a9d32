package dev.moat.guard;

import java.util.Set;

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

  static final Set<String> ALL =
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
          IMEI);

  /** Names and what tells little by itself: {@link Kind#NAME}. */
  static final Set<String> NAMES = Set.of();

  private PersonalTypes() {}
}
