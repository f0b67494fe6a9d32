package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class PersonalDataTest {
  private static void finds(String expected, String text) {
    assertEquals(List.of(expected), Found.in(text), text);
  }

  private static void leaves(String... texts) {
    for (String text : texts) {
      assertEquals(List.of(), Found.in(text), text);
    }
  }

  @Test
  void findsEmailAddressesInQueries() {
    finds("email=jane.doe%40corp.test", "https://h.test/find?mail=jane.doe%40corp.test&x=1");
    finds("email=jane%40corp.test", "\"jane%40corp.test\"");
    leaves("printf(\"%40s.txt\")", "width: 50%40", "a%41corp.test");
  }

  @Test
  void findsEmailAddresses() {
    finds("email=jane.doe+x@mail.example.co.uk", "<jane.doe+x@mail.example.co.uk>");
    finds("email=a_b@x-y.org", "mailto:a_b@x-y.org.");
    finds("email=john@x.com", "--john@x.com");
    finds("email=josé@exämple.com", "Mail josé@exämple.com!");
    finds("email=ｊｏｈｎ＠ｘ．ｃｏｍ", "Mail ｊｏｈｎ＠ｘ．ｃｏｍ");
    leaves("@Override", "a@b", "x@y.", "foo@2x.png", "git@github.com:a/b.git", "user@localhost");
    leaves("{@link java.lang.String@hash}", "%s@%s", "name@1.2.3", "react@18.2.0");
  }

  @Test
  void findsPaymentCards() {
    finds("card=4111 1111 1111 1111", "card 4111 1111 1111 1111, exp 10/30");
    finds("card=5555-5555-5555-4444", "5555-5555-5555-4444");
    finds("card=378282246310005", "amex 378282246310005.");
    finds("card=3782 822463 10005", "3782 822463 10005");
    finds("card=6011111111111117", "pay 6011111111111117 now");
    finds("card=4111 1111 1111 1111", "4111 1111 1111 1111 123");
    leaves("4111 1111 1111 1112", "4111111111111111L", "0x4111111111111111", "id_4111111111111111");
    leaves("0.4111111111111111", "1234 5678 9012 3452", "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1");
  }

  @Test
  void findsBankAccounts() {
    finds("iban=DE89 3704 0044 0532 0130 00", "IBAN: DE89 3704 0044 0532 0130 00.");
    finds("iban=GB82WEST12345698765432", "GB82WEST12345698765432");
    finds("iban=nl91abna0417164300", "nl91abna0417164300");
    leaves("DE89 3704 0044 0532 0130 01", "GB82WEST1234569876543", "XX82WEST12345698765432");
  }

  @Test
  void findsTelephoneNumbers() {
    finds("phone=+49 30 901820", "ring +49 30 901820");
    finds("phone=+14155552671", "+14155552671");
    finds("phone=+44 (0)20 7946 0958", "+44 (0)20 7946 0958");
    finds("phone=(415) 555-2671", "(415) 555-2671");
    finds("phone=415-555-2671 x123", "at 415-555-2671 x123");
    finds("phone=415.555.2671", "415.555.2671");
    finds("phone=07700 900123", "07700 900123");
    finds("phone=06 12 34 56 78", "06 12 34 56 78");
    finds("phone=030 901820", "Telefon 030 901820");
    finds("phone=5552671", "phoneNumber = \"5552671\"");
    leaves("123.456.7890", "2020-12-31", "1.234.5678", "x +12345678", "(1234567890)", "12:34:56");
    leaves("0123456789", "1-800", "version 415.555.26711", "ISBN 978-0-306-40615-7");
  }

  @Test
  void findsNationalNumbers() {
    finds("us-ssn=536-22-8745", "536-22-8745");
    finds("us-ssn=536228745", "SSN: 536228745");
    finds("uk-nhs=943 476 5919", "NHS no 943 476 5919");
    finds("uk-nino=AB123456C", "AB123456C");
    finds("uk-nino=AB 12 34 56 C", "AB 12 34 56 C");
    finds("nl-bsn=111222333", "BSN 111222333");
    finds("de-tax-id=86095742719", "Steuer-ID: 86095742719");
    finds("es-dni=12345678Z", "DNI 12345678Z");
    finds("es-nie=X1234567L", "X1234567L");
    finds("it-codice-fiscale=RSSMRA85T10A562S", "RSSMRA85T10A562S");
    finds("br-cpf=529.982.247-25", "529.982.247-25");
    finds("in-aadhaar=2345 6789 0124", "2345 6789 0124");
    finds("fr-nir=1 85 05 78 006 084 91", "1 85 05 78 006 084 91");
    leaves("000-12-3456", "666-12-3456", "536-00-8745", "536-22-0000", "536228745", "111222333");
    leaves("12345678L", "529.982.247-26", "9434765919", "BSN 111222334", "86095742719");
  }

  @Test
  void findsHostAndDeviceAddresses() {
    finds("ip-address=81.2.69.142", "from 81.2.69.142 at");
    finds("ip-address=10.0.0.5", "host 10.0.0.5:8080");
    finds("ip-address=2a02:8108:96bf:e4a8::1f0", "[2a02:8108:96bf:e4a8::1f0]");
    finds("mac-address=3c:22:fb:4a:9e:01", "ether 3c:22:fb:4a:9e:01 ");
    finds("mac-address=3C-22-FB-4A-9E-01", "3C-22-FB-4A-9E-01");
    finds("imei=490154203237518", "IMEI 490154203237518");
    leaves("127.0.0.1", "0.0.0.0", "255.255.255.0", "192.0.2.1", "203.0.113.9", "10.0.0.0/8");
    leaves("version 1.2.3.4", "1.2.3.4", "1.3.6.1.4.1.311", "v10.20.30.40", "300.1.1.1");
    leaves("Foo::add", "std::vector", "12:34:56", "::1", "2001:db8::ff00:42:8329", "a:b:c:d");
    leaves("00:00:00:00:00:00", "aa:bb:cc:dd:ee:ff:00", "ABC::dead");
  }

  @Test
  void findsDocumentsAndBirthDatesOnlyInContext() {
    finds("passport=C01X00T47", "passport number: C01X00T47");
    finds("driver-licence=D1234567", "Driver's license D1234567");
    finds("birth-date=12/03/1980", "DOB: 12/03/1980");
    finds("birth-date=12 March 1980", "born on 12 March 1980 in");
    finds("birth-date=March 12, 1980", "date of birth: March 12, 1980");
    finds("birth-date=1980-03-12", "\"birthDate\": \"1980-03-12\"");
    leaves("C01X00T47", "on 12/03/1980", "public key D1234567", "reborn 12/03/1980");
  }

  @Test
  void findsAddressesOfCryptoCurrencies() {
    finds(
        "crypto-address=1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
        "to 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa");
    finds(
        "crypto-address=bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4");
    finds(
        "crypto-address=0x52908400098527886E0F7030069857D2E4169EE7",
        "0x52908400098527886E0F7030069857D2E4169EE7");
    leaves(
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
        "DefaultListableBeanFactoryBean1");
  }
}
