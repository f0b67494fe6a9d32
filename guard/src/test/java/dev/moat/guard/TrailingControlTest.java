package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Texts that end in a character that acts on what follows, although nothing does. */
class TrailingControlTest {
  private static final String ATTACK = Sentences.ATTACKS.getFirst();
  private static final Guard GUARD = SmallModel.guard();

  @Test
  void aControlAtTheEndHidesNothing() {
    for (String end : List.of("\u0007", "\b", "\u001B", "\u009B", "\u202C", "\u202E", "\u2069")) {
      for (int count : new int[] {1, 2, 16, 17, 100}) {
        Verdict verdict = GUARD.judge(Channel.USER, ATTACK + end.repeat(count));
        assertInstanceOf(Verdict.Block.class, verdict, Integer.toHexString(end.charAt(0)));
      }
    }
  }

  @Test
  void aControlAtTheEndHidesNothingFromAStream() {
    StreamGuard stream = GUARD.stream(Channel.USER);
    for (int i = 0; i < ATTACK.length(); i++) {
      stream.accept(ATTACK.substring(i, i + 1));
    }
    stream.accept("\u202C");
    assertFalse(stream.isBlocked());
    stream.finish();
    assertTrue(stream.isBlocked());
  }

  @Test
  void aTextOfControlsAloneIsHandedOn() {
    for (String text : List.of("\u0007", "\u202E\u202C", "\u001B\u001B\u001B", "a\u202E")) {
      StreamGuard stream = GUARD.stream(Channel.USER);
      assertEquals(text, stream.accept(text) + stream.finish());
      assertInstanceOf(Verdict.Pass.class, stream.verdict());
    }
  }

  @Test
  void allIsInTheCopyOnceTheTextIsComplete() {
    Window window = new Window();
    Normaliser normaliser = new Normaliser(window);
    normaliser.accept("ab\u202E", 0, 3);
    assertEquals(2, normaliser.offset());
    normaliser.finish();
    assertEquals(3, normaliser.offset());
    assertEquals(2, window.end());
  }
}
