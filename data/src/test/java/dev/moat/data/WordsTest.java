package dev.moat.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class WordsTest {
  @Test
  void splitsAtMarksAndSpaces() {
    assertEquals(List.of("jane", "doe", "notes", "md"), words("jane.doe/notes_md"));
  }

  @Test
  void splitsCamelCase() {
    assertEquals(List.of("jane", "doe", "test"), words("JaneDoeTest"));
    assertEquals(List.of("http", "server"), words("HTTPServer"));
    assertEquals(List.of("x", "m", "lreader"), words("xMLreader").stream().toList());
  }

  @Test
  void splitsLettersFromDigits() {
    assertEquals(List.of("doe", "42", "b"), words("doe42b"));
  }

  @Test
  void foldsCaseAndDiacritics() {
    assertEquals(List.of("jose", "muller"), words("José MÜLLER"));
    assertEquals(List.of("jose"), words("Jose\u0301"));
  }

  @Test
  void findsNothingInMarks() {
    assertEquals(List.of(), words(" \n.-/"));
    assertEquals(List.of(), words(""));
  }

  @Test
  void keepsPlaces() {
    Words words = Words.of("  ab CdEf");
    assertEquals(3, words.count());
    assertEquals(2, words.start(0));
    assertEquals(4, words.end(0));
    assertEquals(7, words.start(2));
    assertEquals(9, words.end(2));
  }

  @Test
  void takesManyWords() {
    assertEquals(1000, Words.of("w ".repeat(1000)).count());
  }

  @Test
  void wordsAreOrderedAndDisjointInAnyText() {
    SplittableRandom random = new SplittableRandom(5);
    for (int round = 0; round < 500; round++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(40); n > 0; n--) {
        text.appendCodePoint("aB9 é.漢\uD83D\u0301_".charAt(random.nextInt(10)));
      }
      Words words = Words.of(text.toString());
      int end = 0;
      for (int i = 0; i < words.count(); i++) {
        assertTrue(words.start(i) >= end && words.end(i) > words.start(i), text.toString());
        end = words.end(i);
      }
      assertTrue(end <= text.length());
    }
  }

  private static List<String> words(String text) {
    Words words = Words.of(text);
    List<String> out = new ArrayList<>();
    for (int i = 0; i < words.count(); i++) {
      out.add(words.folded(i));
    }
    return out;
  }
}
