package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a stream holds back is exactly what it took and did not hand on. */
class HeldTextTest {
  private static final String TEXT =
      "One word, then 192.168.1.2 and many words more; a key = \"value\" and so on to the end. ";

  @Test
  void isWhatWasTakenAndNotHandedOn() {
    Guard guard = Guard.of(GuardPolicy.defaults().with(Channel.OUTPUT, Kind.PERSONAL, Action.FLAG));
    Random random = new Random(11);
    for (int round = 0; round < 200; round++) {
      StreamGuard stream = guard.stream(Channel.OUTPUT);
      StringBuilder out = new StringBuilder();
      for (int at = 0; at < TEXT.length(); ) {
        int next = Math.min(TEXT.length(), at + 1 + random.nextInt(9));
        out.append(stream.accept(TEXT.substring(at, next)));
        at = next;
        assertEquals(TEXT.substring(0, at), out + stream.held());
        assertTrue(stream.held().length() <= StreamGuard.HELD_CHARACTERS_MAX);
      }
      out.append(stream.finish());
      assertEquals("", stream.held());
      assertEquals(TEXT, out.toString());
    }
  }

  @Test
  void isEmptyBeforeTheFirstPiece() {
    assertEquals("", Guard.of(GuardPolicy.defaults()).stream(Channel.OUTPUT).held());
  }
}
