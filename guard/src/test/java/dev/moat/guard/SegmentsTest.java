package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SegmentsTest {
  private static final String GRIN = "\uD83D\uDE00";

  private static List<Integer> lengths(String text) {
    return Segments.of(text).stream().map(String::length).toList();
  }

  private static String words(int count) {
    return "word ".repeat(count);
  }

  @Test
  void anEmptyTextHasNone() {
    assertEquals(List.of(), Segments.of(""));
  }

  @Test
  void allOfThemAreTheText() {
    Random random = new Random(21);
    String letters = "ab .\n!?\u3002\uD83D\uDE00\u200B\t\"";
    for (int i = 0; i < 500; i++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(1500);
      while (text.length() < length) {
        text.append(letters.charAt(random.nextInt(letters.length())));
      }
      List<String> segments = Segments.of(text.toString());
      assertEquals(text.toString(), String.join("", segments));
      for (String segment : segments) {
        assertTrue(!segment.isEmpty() && segment.length() <= Segments.LENGTH_MAX + 1, segment);
      }
      for (int j = 0; j < segments.size() - 1; j++) {
        assertTrue(segments.get(j).length() >= 8, segments.get(j));
      }
    }
  }

  @Test
  void endsAfterTheBlankBehindASentence() {
    assertEquals(
        List.of("The bakery opens at seven. ", "It closes at six."),
        Segments.of("The bakery opens at seven. It closes at six."));
  }

  @Test
  void doesNotEndInsideAName() {
    assertEquals(1, Segments.of("The address of the bakery is shop.example.org/today").size());
  }

  @Test
  void theBlankAfterASentenceBelongsToIt() {
    assertEquals(
        List.of("The bakery opens at seven.  \t ", "It closes at six."),
        Segments.of("The bakery opens at seven.  \t It closes at six."));
  }

  @Test
  void aMarkMayCloseAQuoteToo() {
    assertEquals(
        List.of("He said \"we open at seven.\" ", "She did not hear it."),
        Segments.of("He said \"we open at seven.\" She did not hear it."));
  }

  @Test
  void aLineIsASegmentIfItIsNotShort() {
    assertEquals(
        List.of("milk\neggs\n", "flour of the dark sort\n", "and some butter"),
        Segments.of("milk\neggs\nflour of the dark sort\nand some butter"));
  }

  @Test
  void aLineIsNotShorterThanItsLeast() {
    assertEquals(List.of(8, 4), lengths("bananas\nmilk"));
    assertEquals(List.of(11), lengths("apples\nmilk"));
    assertEquals(List.of(13, 4), lengths("bananas\n  \n \nmilk"));
  }

  @Test
  void isNotShorterThanItsLeast() {
    String sentence = "a".repeat(22) + ". ";
    assertEquals(List.of(24, 5), lengths(sentence + "after"));
    assertEquals(List.of(28), lengths(sentence.substring(1) + "after"));
  }

  @Test
  void aWideMarkEndsItWithoutABlank() {
    String sentence = "\u6587".repeat(23) + "\u3002";
    assertEquals(List.of(24, 24), lengths(sentence + sentence));
    assertEquals(List.of(47), lengths(sentence.substring(1) + sentence));
  }

  @Test
  void aLongOneEndsAtTheFirstBlankFromItsWantedLength() {
    assertEquals(List.of(280, 220), lengths(words(100)));
    assertEquals(List.of(281, 219), lengths("x" + words(99) + "word"));
  }

  @Test
  void oneWithoutBlanksIsCutAtTheLongest() {
    assertEquals(List.of(320, 320, 1), lengths("x".repeat(641)));
    assertEquals(List.of(320), lengths("x".repeat(320)));
  }

  @Test
  void doesNotCutACharacterInHalf() {
    assertEquals(List.of(320, 80), lengths(GRIN.repeat(200)));
    assertEquals(List.of(321, 80), lengths("x" + GRIN.repeat(200)));
  }

  @Test
  void halvesOfCharactersAreCutAtTheLongestToo() {
    assertEquals(List.of(320, 320, 10), lengths("\uDC00".repeat(650)));
    assertEquals(List.of(320, 320, 10), lengths("\uD83D".repeat(650)));
    assertEquals(List.of(321, 320, 9), lengths("x" + GRIN.repeat(160) + "\uDC00".repeat(329)));
  }

  @Test
  void aStreamIsCutAsTheWholeIs() {
    String text = "Yes. " + words(70) + "\n\nend. " + "\uDC00".repeat(700) + GRIN.repeat(300);
    Segments segments = new Segments();
    List<String> cut = new ArrayList<>(List.of(""));
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (segments.endsBefore(c)) {
        cut.add("");
      }
      cut.add(cut.removeLast() + c);
    }
    assertEquals(Segments.of(text), cut);
  }
}
