package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class EnglishTest {
  @Test
  void numbersLettersWhateverTheirCase() {
    assertEquals(1, English.symbol('a'));
    assertEquals(1, English.symbol('A'));
    assertEquals(26, English.symbol('z'));
    assertEquals(0, English.symbol(' '));
    assertEquals(0, English.symbol('1'));
    assertEquals(0, English.symbol('@'));
    assertEquals(0, English.symbol('['));
    assertEquals(0, English.symbol('ж'));
  }

  @Test
  void commonPairsScoreAboveChanceAndRareOnesBelow() {
    assertTrue(English.pair(English.symbol('t'), English.symbol('h')) > 0);
    assertTrue(English.pair(English.symbol('q'), English.symbol('u')) > 0);
    assertTrue(English.pair(English.symbol('q'), English.symbol('x')) < 0);
    assertTrue(English.pair(English.symbol('e'), 0) > 0);
    assertTrue(English.pair(English.symbol('j'), 0) < 0);
  }

  @Test
  void sentencesScoreAboveTheirCiphers() {
    for (String sentence : Sentences.ORDINARY) {
      int score = English.score(sentence);
      assertTrue(score > sentence.length(), sentence);
      for (int shift = 1; shift < 26; shift++) {
        assertTrue(English.score(Ciphers.shifted(sentence, shift)) < score, sentence + shift);
      }
      assertTrue(English.score(new StringBuilder(sentence).reverse()) < score, sentence);
    }
  }

  @Test
  void nothingScoresNothing() {
    assertEquals(0, English.score(""));
    assertEquals(0, English.score("1 2 3 ..."));
  }

  @Test
  void edgesOfWordsAreTold() {
    int inside = English.joint(English.symbol('i'), English.symbol('n'));
    int between = English.joint(English.symbol('d'), English.symbol('t'));
    assertTrue(inside > between);
  }

  @Test
  void evidenceIsAgainstEnglishAndForItsReverse() {
    int t = English.symbol('t');
    int h = English.symbol('h');
    assertTrue(English.strange(t, h) < 0);
    assertTrue(English.strange(English.symbol('q'), English.symbol('x')) > 0);
    assertTrue(English.backwards(h, t) > 0);
    assertTrue(English.backwards(t, h) < 0);
    assertEquals(0, English.strange(0, 0));
    assertEquals(0, English.backwards(0, 0));
  }
}
