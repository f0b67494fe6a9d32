package dev.moat.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class DraftTest {
  @Test
  void replacesStretches() {
    Draft draft = new Draft("a secret and a name").replace(stretches(2, 8, 15, 19), _ -> "<X>");
    assertEquals("a <X> and a <X>", draft.text());
  }

  @Test
  void knowsItsPseudonymsAndPartsOfThem() {
    Draft draft = new Draft("a secret.").replace(stretches(2, 8), _ -> "<X>");
    assertTrue(draft.isPseudonym(2, 5));
    assertTrue(draft.isPseudonym(3, 4));
    assertFalse(draft.isPseudonym(1, 5));
    assertFalse(draft.isPseudonym(2, 6));
    assertFalse(draft.isPseudonym(0, 1));
  }

  @Test
  void doesNotTrustPseudonymThatStoodInTheSource() {
    assertFalse(new Draft("a <X_abcdefgh>").isPseudonym(2, 14));
  }

  @Test
  void keepsPlacesWhenMoreIsReplaced() {
    Draft once = new Draft("aa bb cc").replace(stretches(3, 5), _ -> "<LONGER>");
    Draft twice = once.replace(stretches(0, 2), _ -> "<Y>");
    assertEquals("<Y> <LONGER> cc", twice.text());
    assertTrue(twice.isPseudonym(4, 12));
    assertTrue(twice.isPseudonym(0, 3));
  }

  @Test
  void takesWholePseudonymWhenStretchCutsIt() {
    Draft once = new Draft("user jane at home").replace(stretches(5, 9), _ -> "<JANE>");
    Draft twice = once.replace(stretches(8, 14), _ -> "<Z>");
    assertEquals("user <Z> home", twice.text());
  }

  @Test
  void joinsStretchesThatMeetInOnePseudonym() {
    Draft once = new Draft("ab").replace(stretches(0, 2), _ -> "<LONG>");
    Draft twice = once.replace(stretches(0, 2, 4, 6), _ -> "<Z>");
    assertEquals("<Z>", twice.text());
  }

  @Test
  void appendsPiecesWithTheirPseudonyms() {
    Draft piece = new Draft("by jane").replace(stretches(3, 7), _ -> "<J>");
    Draft draft = new Draft().append("x ").append(piece).append(" ").appendPseudonym("<K>");
    assertEquals("x by <J> <K>", draft.text());
    assertTrue(draft.isPseudonym(5, 8));
    assertTrue(draft.isPseudonym(9, 12));
    assertFalse(draft.isPseudonym(0, 2));
  }

  @Test
  void agreesWithPlainReplacementForAnyStretches() {
    SplittableRandom random = new SplittableRandom(17);
    for (int round = 0; round < 500; round++) {
      String text = "abcdefghijklmnopqrstuvwxyz".substring(0, 1 + random.nextInt(26));
      List<Found> stretches = new ArrayList<>();
      StringBuilder expected = new StringBuilder();
      int at = 0;
      while (at < text.length()) {
        int length = 1 + random.nextInt(Math.min(4, text.length() - at));
        if (random.nextBoolean()) {
          stretches.add(new Found("t", "c", at, at + length));
          expected.append("<T>");
        } else {
          expected.append(text, at, at + length);
        }
        at += length;
      }
      assertEquals(expected.toString(), new Draft(text).replace(stretches, _ -> "<T>").text());
    }
  }

  private static List<Found> stretches(int... places) {
    List<Found> out = new ArrayList<>();
    for (int i = 0; i < places.length; i += 2) {
      out.add(new Found("t", "c", places[i], places[i + 1]));
    }
    return out;
  }
}
