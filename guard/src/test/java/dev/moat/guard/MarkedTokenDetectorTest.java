package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MarkedTokenDetectorTest {
  private final Random random = new Random(111);

  private String some(Alphabet alphabet, int length) {
    return TokenDetectorTest.characters(alphabet, length, random);
  }

  private static void finds(String type, String token) {
    assertEquals(List.of(type + "=" + token), Found.in("use " + token + " here"), token);
  }

  @Test
  void findsTokensMarkedInTheirMiddleOrEnd() {
    for (int i = 0; i < 20; i++) {
      String start = some(Alphabet.of("b-df-z"), 1);
      finds("telegram-token", "7" + some(Alphabet.DIGITS, 8) + ":AA" + some(Alphabet.ALNUM, 33));
      finds("mailchimp-key", some(Alphabet.LOWER_HEX, 32) + "-us" + (1 + i));
      finds(
          "terraform-token",
          start + some(Alphabet.LOWER_ALNUM, 13) + ".atlasv1." + some(Alphabet.ALNUM, 64));
      finds(
          "maxmind-key", start + some(Alphabet.ALNUM, 5) + "_" + some(Alphabet.ALNUM, 29) + "_mmk");
      finds(
          "azure-client-secret",
          start + some(Alphabet.ALNUM, 2) + "8Q~" + some(Alphabet.ALNUM, 33));
      finds(
          "facebook-token",
          "1" + some(Alphabet.DIGITS, 14) + "|" + some(Alphabet.ALNUM, 27 + i % 14));
      finds("twitter-token", "A".repeat(22) + "B" + some(Alphabet.ALNUM, 79 + i));
    }
  }

  @Test
  void leavesWhatLacksTheMark() {
    String hex = some(Alphabet.LOWER_HEX, 32);
    for (String text :
        List.of(
            "1" + some(Alphabet.DIGITS, 13) + "|" + some(Alphabet.ALNUM, 27),
            "1" + some(Alphabet.DIGITS, 14) + "|" + some(Alphabet.ALNUM, 20),
            "A".repeat(21) + "B" + some(Alphabet.ALNUM, 79),
            "A".repeat(400),
            "123456789:BA" + some(Alphabet.ALNUM, 33),
            "1234567:AA" + some(Alphabet.ALNUM, 33),
            "123456789:AA" + some(Alphabet.ALNUM, 20),
            hex + "-uk12",
            hex + "-us",
            hex.substring(1) + "-us12",
            "abcdefghijklmn.atlasv2." + some(Alphabet.ALNUM, 64),
            "abcdef_" + some(Alphabet.ALNUM, 29) + "_mmx",
            "abcXQ~" + some(Alphabet.ALNUM, 33),
            "abc8Q~" + some(Alphabet.ALNUM, 10))) {
      assertEquals(List.of(), Found.in("use " + text + " here"), text);
    }
  }
}
