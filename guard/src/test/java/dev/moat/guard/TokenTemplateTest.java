package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;

class TokenTemplateTest {
  private static final Random RANDOM = new Random(101);

  /** The end of the token at the beginning of {@code text}, or 0. */
  private static int end(String template, String text) {
    Window window = new Window();
    Normaliser normaliser = new Normaliser(window);
    normaliser.accept(text, 0, text.length());
    normaliser.finish();
    window.stand(0);
    Best best = new Best();
    TokenTemplate.of("t", template).find(window, 0, best);
    return best.end();
  }

  private static String random(int length) {
    while (true) {
      String text = TokenDetectorTest.characters(Alphabet.ALNUM, length, RANDOM);
      if (text.chars().distinct().count() * 3 > length * 2L) {
        return text;
      }
    }
  }

  @Test
  void takesExactlyTheLengthItNames() {
    assertEquals(14, end("ab_cd_{ALNUM:8}", "ab_cd_" + random(8)));
    assertEquals(0, end("ab_cd_{ALNUM:8}", "ab_cd_" + random(7)));
    assertEquals(0, end("ab_cd_{ALNUM:8}", "ab_cd_" + random(9)));
    assertEquals(14, end("ab_cd_{ALNUM:8}", "ab_cd_" + random(8) + "-x"));
  }

  @Test
  void takesARangeOfLengths() {
    for (int length = 6; length <= 12; length++) {
      int expected = length >= 8 && length <= 10 ? 2 + length : 0;
      assertEquals(expected, end("k-{ALNUM:8-10}", "k-" + random(length)), "" + length);
    }
  }

  @Test
  void anOpenRunGoesOnInItsTail() {
    assertEquals(0, end("k-{ALNUM:8+}", "k-" + random(7)));
    assertEquals(22, end("k-{ALNUM:8+}", "k-" + random(20)));
    assertEquals(Window.REACH, end("k-{ALNUM:8+}", "k-" + random(60).repeat(20)));
  }

  @Test
  void literalsStandBetweenRuns() {
    String first = random(6);
    String second = random(7);
    String template = "p.{ALNUM:6}-mid-{ALNUM:7}.z";
    assertEquals(22, end(template, "p." + first + "-mid-" + second + ".z"));
    assertEquals(0, end(template, "p." + first + "-mod-" + second + ".z"));
    assertEquals(0, end(template, "p." + first + "-mid-" + second + ".y"));
  }

  @Test
  void takesOnlyTheAlphabetItNames() {
    assertEquals(12, end("h-{LOWER_HEX:10}", "h-3f9a01b7ce"));
    assertEquals(0, end("h-{LOWER_HEX:10}", "h-3F9A01B7CE"));
    assertEquals(0, end("h-{LOWER_HEX:10}", "h-3f9a01b7cg"));
  }

  @Test
  void leavesWhatIsNotRandom() {
    for (String poor : new String[] {"aaaaaaaaaaaaaaaa", "abababababababab", "0123456789abcdef"}) {
      assertEquals(0, end("k-{ALNUM:16}", "k-" + poor), poor);
    }
    assertEquals(0, end("k-{ALNUM:16}", "k-x8EXAMPLEq2z7Wk1"));
  }

  @Test
  void refusesAnUnknownAlphabet() {
    assertThrows(IllegalArgumentException.class, () -> TokenTemplate.of("t", "a{LATIN:3}"));
  }

  @Test
  void everyTemplateOfTheTableIsReadable() {
    int runs = 0;
    for (TokenTemplate template : TokenRules.templates()) {
      for (TokenTemplate.Run run : template.runs()) {
        assertEquals(true, run.min() > 0 && run.min() <= run.max(), template.toString());
        runs++;
      }
    }
    assertEquals(true, runs >= TokenRules.templates().size());
  }
}
