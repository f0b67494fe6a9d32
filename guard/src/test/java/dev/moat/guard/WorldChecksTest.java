package dev.moat.guard;

import static dev.moat.guard.CheckedScheme.assertNone;
import static dev.moat.guard.CheckedScheme.assertRefuses;
import static dev.moat.guard.CheckedScheme.assertTakes;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds each scheme outside Europe to numbers that its authority or its handbooks print. */
class WorldChecksTest {
  private static final List<CheckedScheme> SCHEMES =
      List.of(
          CheckedScheme.of("us-npi", WorldChecks::npi, "1234567893", "1245319599").tail(1),
          CheckedScheme.of("us-aba", WorldChecks::routing, "111000025", "021000021", "122105155"),
          CheckedScheme.of("us-dea", WorldChecks::dea, "FB1234563", "AP5836727").tail(2).lastOnly(),
          CheckedScheme.of("ca-sin", WorldChecks::sin, "046454286", "130692544"),
          CheckedScheme.of("au-tfn", WorldChecks::tfn, "876543210", "123456782").swaps(),
          CheckedScheme.of("au-medicare", WorldChecks::medicareCard, "2123456701").upTo(9),
          CheckedScheme.of("au-abn", WorldChecks::abn, "51824753556", "53004085616").swaps(),
          CheckedScheme.of("nz-ird", WorldChecks::ird, "49091850", "35901981", "136410132")
              .lastOnly(),
          CheckedScheme.of("za-id", WorldChecks::southAfrican, "8001015009087", "7503305044089"),
          CheckedScheme.of("jp-my-number", WorldChecks::myNumber, "123456789018").lastOnly(),
          CheckedScheme.of("kr-rrn", WorldChecks::korean, "9710131019901").lastOnly(),
          CheckedScheme.of(
                  "cn-resident-id",
                  WorldChecks::chinese,
                  "11010519491231002X",
                  "440524188001010014",
                  "53010219200508011X")
              .swaps(),
          CheckedScheme.of("tw-id", WorldChecks::taiwanese, "A123456789").lastOnly(),
          CheckedScheme.of(
                  "hk-id", WorldChecks::hongKong, "A1234563", "G123456A", "C6686689", "AB9876543")
              .swaps(),
          CheckedScheme.of(
                  "sg-nric", WorldChecks::singaporean, "S1234567D", "F1234567N", "T1234567J")
              .tail(1)
              .swaps(),
          CheckedScheme.of("th-id", WorldChecks::thai, "1234567890121").lastOnly(),
          CheckedScheme.of("br-cnpj", WorldChecks::cnpj, "11222333000181", "00000000000191"),
          CheckedScheme.of("ar-cuil", WorldChecks::cuil, "20055361682", "20267565393").swaps(),
          CheckedScheme.of("cl-rut", WorldChecks::rut, "125319092", "76543216", "760864285"),
          CheckedScheme.of("mx-rfc", WorldChecks::rfc, "GODE561231GR8").lastOnly(),
          CheckedScheme.of("mx-curp", WorldChecks::curp, "BOXW310820HNERXN09").lastOnly(),
          CheckedScheme.of("in-gstin", WorldChecks::gstin, "27AAPFU0939F1ZV"),
          CheckedScheme.of("vin", WorldChecks::vin, "1M8GDM9AXKP042788", "11111111111111111"));

  @Test
  void publishedNumbersHold() {
    assertNone(SCHEMES, CheckedScheme::refused);
  }

  @Test
  void noSingleWrongDigitHolds() {
    assertNone(SCHEMES, CheckedScheme::oneWrong);
  }

  @Test
  void noTwoSwappedDigitsHoldWhereTheSchemePromisesIt() {
    assertNone(SCHEMES, CheckedScheme::swapped);
  }

  @Test
  void exactlyOneLastCharacterHolds() {
    assertNone(SCHEMES, CheckedScheme::severalLast);
  }

  @Test
  void aCardOfHongKongEndsInADigitOrAnA() {
    assertTakes(WorldChecks::hongKong, "A1234563", "G123456A", "AB9876543");
    assertRefuses(
        WorldChecks::hongKong, "A123456E", "A123456P", "G123456L", "AB987654E", "A123456Z");
  }

  @Test
  void aMissingFirstLetterOfACardOfHongKongCountsThirtySix() {
    assertTakes(WorldChecks::hongKong, "A1234563");
    assertRefuses(WorldChecks::hongKong, "AA1234563", "A1234567");
  }

  @Test
  void employerNumbersHaveAPrefixThatIsUsed() {
    assertTakes(WorldChecks::ein, "123456789", "010000001", "990000001");
    assertRefuses(WorldChecks::ein, "001234567", "070000001", "890000001", "970000001");
  }

  @Test
  void medicareNumbersHaveNoLettersThatLookLikeDigits() {
    assertTakes(WorldChecks::medicareBeneficiary, "1EG4TE5MK73");
    assertRefuses(WorldChecks::medicareBeneficiary, "1SG4TE5MK73", "1EG4TO5MK73", "0EG4TE5MK73");
    assertRefuses(WorldChecks::medicareBeneficiary, "1LG4TE5MK73", "1EI4TE5MK73", "1EG4TE5BZ73");
  }

  @Test
  void providerNumbersBeginWithOneOrTwo() {
    assertTakes(WorldChecks::npi, "1234567893");
    assertRefuses(WorldChecks::npi, "3234567899", "0234567894");
  }

  @Test
  void routingNumbersHaveThePrefixOfABank() {
    assertRefuses(
        WorldChecks::routing, "000000000", "130000006", "200000004", "330000000", "810000003");
  }

  @Test
  void insuranceNumbersOfCanadaDoNotBeginWithEight() {
    assertRefuses(WorldChecks::sin, "800000002", "000000000");
  }

  @Test
  void medicareCardsBeginWithTwoToSix() {
    assertTakes(WorldChecks::medicareCard, "2123456701", "2123456709");
    assertRefuses(WorldChecks::medicareCard, "1123456701", "7123456701");
  }

  @Test
  void taxNumbersOfNewZealandLieBetweenTheirBounds() {
    assertRefuses(WorldChecks::ird, "010000000", "150000000", "000000000");
  }

  @Test
  void identityNumbersOfSouthAfricaHaveADateAndACitizenship() {
    assertRefuses(WorldChecks::southAfrican, "8013015009083", "8001325009084", "8001015009384");
  }

  @Test
  void indianAccountsNameTheirHolder() {
    for (char holder = 'A'; holder <= 'Z'; holder++) {
      boolean used = "ABCFGHJLPT".indexOf(holder) >= 0;
      assertEquals(used, WorldChecks.pan("ABC" + holder + "E1234F"), "" + holder);
    }
  }

  @Test
  void koreanNumbersHaveADateAndACentury() {
    assertTakes(WorldChecks::koreanForm, "9710131019901", "0002294000000");
    assertRefuses(WorldChecks::koreanForm, "9713131019901", "9710321019901", "9710139019901");
    assertRefuses(WorldChecks::koreanForm, "9710130019901", "9702301019901");
  }

  @Test
  void chineseNumbersHaveAYearAndADay() {
    assertRefuses(
        WorldChecks::chinese, "110105179912310027", "110105194913310020", "11010519491232002X");
  }

  @Test
  void singaporeanSeriesShiftTheLetter() {
    assertTakes(WorldChecks::singaporean, "S1234567D", "T1234567J", "F1234567N", "G1234567X");
    assertRefuses(WorldChecks::singaporean, "T1234567D", "S1234567J", "A1234567D", "G1234567N");
  }

  @Test
  void malaysianNumbersHaveADateAndAPlace() {
    assertTakes(WorldChecks::malaysian, "850101145123", "000229015123");
    assertRefuses(WorldChecks::malaysian, "851301145123", "850132145123", "850101005123");
  }

  @Test
  void indonesianWomenAddFortyDays() {
    assertTakes(
        WorldChecks::indonesian, "3171234512900001", "3171237112900001", "3171230112900001");
    assertRefuses(
        WorldChecks::indonesian, "3171233212900001", "3171237212900001", "0171230112900001");
    assertRefuses(
        WorldChecks::indonesian, "3171230112900000", "3171234012900001", "3171230113900001");
  }

  @Test
  void companiesOfBrazilAreNotOneDigitRepeated() {
    for (char digit = '0'; digit <= '9'; digit++) {
      assertRefuses(WorldChecks::cnpj, String.valueOf(digit).repeat(14));
    }
  }

  @Test
  void workNumbersOfArgentinaHaveAPrefixOfPersonsOrCompanies() {
    assertTakes(WorldChecks::cuil, "30500010912");
    assertRefuses(WorldChecks::cuil, "21055361681", "40055361682");
  }

  @Test
  void chileanTenIsAK() {
    assertTakes(WorldChecks::rut, "6K", "10000013K");
    assertRefuses(WorldChecks::rut, "100000131", "10000013A", "100000130");
  }

  @Test
  void mexicanCodesHaveADateAndASex() {
    assertRefuses(WorldChecks::curp, "BOXW311320HNERXN09", "BOXW310832HNERXN09");
    assertTakes(WorldChecks::rfcForm, "GODE561231GR7");
    assertRefuses(WorldChecks::rfcForm, "GODE561331GR7", "GODE561232GR7", "GODE560230GR7");
  }

  @Test
  void vehicleNumbersHaveNoLettersThatLookLikeDigits() {
    assertTakes(WorldChecks::vin, "1M8GDM9AXKP042788");
    assertRefuses(WorldChecks::vin, "IM8GDM9AXKP042788", "1M8GDM9AXKPO42788", "1M8GDM9AXKP04278Q");
    assertRefuses(WorldChecks::vin, "1M8GDM9A0KP042788", "1M8GDM9A1KP042788");
  }

  @Test
  void codesOfBanksNameACountry() {
    assertTakes(WorldChecks::bic, "DEUTDEFF", "NEDSZAJJXXX");
    assertRefuses(WorldChecks::bic, "DEUTXXFF", "DEUTQQFF500");
  }

  @Test
  void platesHaveLettersAndDigits() {
    assertTakes(WorldChecks::plate, "ABC1234", "1ABC234");
    assertRefuses(WorldChecks::plate, "ABCDEFG", "1234567");
  }
}
