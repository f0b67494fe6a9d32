package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class IssuerRulesTest {
  private static final String HEX32 = "9f1c07d2ab35e86420fbd97c1e6a3b58";
  private static final String UUID = "3f2b8c1d-9e4a-4d7b-a6c5-0f1e2d3c4b5a";

  @Test
  void findsWhatIsGivenToAnIssuersName() {
    for (String frame :
        List.of(
            "adobe_client_id = \"%s\"",
            "const adobeKey = '%s';",
            "ADOBE_ID=%s\n",
            "{\"adobe\": \"%s\"}",
            "{\"adobe_id\":\"%s\"}",
            "\"{\\\"adobeId\\\":\\\"%s\\\"}\"",
            "adobe.client.id: %s\n",
            "'adobe' => '%s',",
            "<adobeId>%s</adobeId>",
            "set_adobe_id(\"%s\")",
            "the adobe api key is %s.",
            "adobe api key: %s")) {
      String text = frame.formatted(HEX32);
      assertEquals(List.of("adobe-key=" + HEX32), Found.in(text), text);
    }
  }

  @Test
  void knowsIssuersOfTwoWords() {
    for (String name : List.of("new_relic", "newRelic", "new-relic", "NEW_RELIC", "newrelic")) {
      String value = (HEX32 + HEX32).replace('f', 'x');
      assertEquals(List.of("newrelic-key=" + value), Found.in(name + "=" + value), name);
    }
  }

  @Test
  void takesUuidsAndNumbersOnlyWithAWordForACredential() {
    assertEquals(List.of("heroku-key=" + UUID), Found.in("heroku_api_key=" + UUID));
    assertEquals(List.of("snyk-token=" + UUID), Found.in("SNYK_TOKEN: " + UUID));
    assertEquals(List.of(), Found.in("heroku_app=" + UUID.toUpperCase(Locale.ROOT)));
    assertEquals(List.of(), Found.in("hubspot=" + UUID));
    assertEquals(List.of(), Found.in("discord = 743712681735698632"));
    assertEquals(
        List.of("discord-secret=743712681735698632"),
        Found.in("discord_client_id = \"743712681735698632\""));
  }

  @Test
  void leavesValuesOfOtherFormsAndNames() {
    for (String text :
        List.of(
            "adobe = \"" + HEX32 + "0\"",
            "adobe = \"" + HEX32.substring(1) + "\"",
            "adobe_commit = \"" + HEX32 + "\"",
            "adobeChecksum: " + HEX32,
            "adobe " + HEX32,
            "adobe, " + HEX32.substring(2),
            "adobe_id = \"00000000000000000000000000000000\"",
            "acme_id = \"" + HEX32 + "\"",
            "adobes = readTheValueOf12345678901234567()")) {
      assertEquals(List.of(), Found.in(text), text);
    }
  }

  @Test
  void keepsTheWholeOfAValueWithColons() {
    assertEquals(
        List.of("sidekiq-credential=cafe12ab:9d0f37e1"),
        Found.in("BUNDLE_GEMS__CONTRIBSYS__COM=\"cafe12ab:9d0f37e1\""));
  }
}
