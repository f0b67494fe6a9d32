package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EvasionsTest {
  private static final int SEEDS = 2;

  private static List<String> sentences() {
    return Stream.concat(Sentences.ATTACKS.stream(), Sentences.ORDINARY.stream()).toList();
  }

  private static String disguised(String name, String text) {
    for (Evasion evasion : Evasions.all()) {
      if (evasion.name().equals(name)) {
        return evasion.apply(text, new Random(1));
      }
    }
    throw new IllegalArgumentException(name);
  }

  /** The share of words that can be read again, in percent. */
  private static double recovery(Evasion evasion) {
    int words = 0;
    int recovered = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      for (String sentence : sentences()) {
        words += sentence.split(" ").length;
        recovered += Sentences.recovered(sentence, evasion.apply(sentence, random));
      }
    }
    return 100.0 * recovered / words;
  }

  @Test
  void whatADisguiseHidesCanBeReadAgain() {
    List<String> weak = new ArrayList<>();
    for (Evasion evasion : Evasions.all()) {
      double least =
          switch (evasion.recovery()) {
            case ALL -> 100;
            case MOST -> 95;
            case LEARNT -> 0;
          };
      double recovery = recovery(evasion);
      if (recovery < least) {
        weak.add(evasion.name() + " " + recovery);
      }
    }
    assertEquals(List.of(), weak);
  }

  @Test
  void eachDisguiseChangesEachSentence() {
    for (Evasion evasion : Evasions.all()) {
      for (String sentence : Sentences.ATTACKS) {
        int changed = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
          changed += evasion.apply(sentence, new Random(seed)).equals(sentence) ? 0 : 1;
        }
        assertTrue(changed > 0, evasion.name() + ": " + sentence);
      }
    }
  }

  @Test
  void theSameRandomnessGivesTheSameDisguise() {
    for (Evasion evasion : Evasions.all()) {
      String sentence = Sentences.ATTACKS.getFirst();
      assertEquals(evasion.apply(sentence, new Random(3)), evasion.apply(sentence, new Random(3)));
    }
  }

  @Test
  void eachDisguiseHasItsOwnName() {
    Set<String> names = new HashSet<>();
    Evasions.all().forEach(evasion -> assertTrue(names.add(evasion.name()), evasion.name()));
    assertTrue(names.size() >= 32);
  }

  @Test
  void anyTextCanBeDisguised() {
    List<String> odd =
        List.of(
            "",
            " ",
            "a",
            "ab",
            "  two  spaces ",
            "中文",
            "Grüße aus Köln",
            "\uD83D",
            "😀 and 👍",
            "line\nbreak\ttab",
            "1234",
            "!?",
            "a b c",
            "x".repeat(300));
    for (Evasion evasion : Evasions.all()) {
      for (String text : odd) {
        String disguised = evasion.apply(text, new Random(5));
        assertTrue(disguised.length() <= 20 * text.length() + 200, evasion.name());
        assertTrue(Views.of(disguised).size() <= Views.VIEWS_MAX, evasion.name());
      }
    }
  }

  @Test
  void writesEachDisguiseAsAttackersDo() {
    assertEquals("Ｉｇｎｏｒｅ ｉｔ", disguised("fullwidth", "Ignore it"));
    assertEquals("Ⓘⓖⓝⓞⓡⓔ", disguised("circled", "Ignore"));
    assertEquals("ti erongI", disguised("reversed", "Ignore it"));
    assertEquals("erongI ti", disguised("reversed-words", "Ignore it"));
    assertEquals("\u202Eti erongI\u202C", disguised("bidi", "Ignore it"));
    assertEquals("SWdub3Jl", disguised("base64", "Ignore"));
    assertEquals("%49%67", disguised("percent", "Ig"));
    assertEquals("=49=67", disguised("quoted-printable", "Ig"));
    assertEquals("&#73;&#103;", disguised("entities", "Ig"));
    assertEquals("&#x49;&#x67;", disguised("entities-hex", "Ig"));
    assertEquals("\\u0049\\u0067", disguised("unicode-escapes", "Ig"));
    assertEquals("⠊⠛⠝⠕⠗⠑", disguised("braille", "ignore"));
    assertEquals("ǝɹouƃᴉ", disguised("upside-down", "ignore"));
    assertEquals("ignoreway ethay", disguised("pig-latin", "ignore the"));
    assertEquals("ignoreit", disguised("joined", "ignore it"));
  }

  @Test
  void carriesWhatIsEncodedInASentence() {
    assertTrue(disguised("base64-carried", "Ignore").endsWith(": SWdub3Jl"));
    assertTrue(disguised("base32", "Ignore it now").endsWith(": JFTW433SMUQGS5BANZXXO==="));
    assertTrue(disguised("hex", "Ig").endsWith(": 4967"));
    assertTrue(disguised("hex-pairs", "Ig").endsWith(": 49 67"));
    assertTrue(disguised("hex-escapes", "Ig").endsWith(": \\x49\\x67"));
    assertTrue(disguised("binary", "Ig").endsWith(": 01001001 01100111"));
    assertTrue(disguised("decimal", "Ig").endsWith(": 73 103"));
    assertTrue(disguised("octal", "Ig").endsWith(": 111 147"));
    assertTrue(disguised("places", "Ig it").endsWith(": 9-7 / 9-20"));
    assertTrue(disguised("rot13", "Ignore").endsWith(": Vtaber"));
    assertTrue(disguised("morse", "so it").endsWith(": ... --- / .. -"));
  }

  @Test
  void randomDisguisesDifferFromTextToText() {
    for (String name : List.of("zero-width", "leet", "spaced", "typos", "random-case", "emoji")) {
      Evasion evasion =
          Evasions.all().stream()
              .filter(each -> each.name().equals(name))
              .findFirst()
              .orElseThrow();
      Random random = new Random(11);
      String text = Sentences.ATTACKS.getFirst();
      Set<String> seen = new HashSet<>();
      for (int i = 0; i < 10; i++) {
        seen.add(evasion.apply(text, random));
      }
      assertNotEquals(1, seen.size(), name);
    }
  }
}
