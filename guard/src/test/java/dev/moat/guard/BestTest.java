package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BestTest {
  private static final Tail TAIL = Tail.of(Alphabet.ALNUM);

  @Test
  void isEmptyUntilSomethingIsOffered() {
    Best best = new Best();
    assertTrue(best.isEmpty());
    assertEquals(0, best.end());
    best.offer("email", 5);
    assertFalse(best.isEmpty());
    assertEquals("email", best.type());
    assertEquals(5, best.end());
    assertFalse(best.isOpen());
  }

  @Test
  void theLongerOfTwoIsTaken() {
    Best best = new Best();
    best.offer("phone", 5);
    best.offer("card", 6);
    assertEquals("card", best.type());
    best.offer("iban", 4);
    assertEquals("card", best.type());
    assertEquals(6, best.end());
  }

  @Test
  void ofEqualOnesTheFirstIsTaken() {
    Best best = new Best();
    best.offer("phone", 5);
    best.offer("card", 5);
    best.offer("token", 5, TAIL);
    assertEquals("phone", best.type());
    assertFalse(best.isOpen());
  }

  @Test
  void aMatchWithATailIsOpen() {
    Best best = new Best();
    best.offer("token", 5, TAIL);
    assertTrue(best.isOpen());
    assertSame(TAIL, best.tail());
  }

  @Test
  void aLongerMatchWithAnEndClosesIt() {
    Best best = new Best();
    best.offer("token", 5, TAIL);
    best.offer("jwt", 6);
    assertFalse(best.isOpen());
    assertEquals("jwt", best.type());
  }

  @Test
  void clearedItIsLikeNew() {
    Best best = new Best();
    best.offer("token", 5, TAIL);
    best.clear();
    assertTrue(best.isEmpty());
    assertFalse(best.isOpen());
    assertSame(Tail.NONE, best.tail());
    assertEquals("", best.type());
    best.offer("phone", 1);
    assertEquals("phone", best.type());
  }

  @Test
  void takesWhatAnotherHoldsIfThatIsLonger() {
    Best open = new Best();
    open.offer("token", 7, TAIL);
    Best best = new Best();
    best.offer("phone", 6);
    best.take(open);
    assertEquals("token", best.type());
    assertTrue(best.isOpen());
    assertSame(TAIL, best.tail());
    Best shorter = new Best();
    shorter.offer("card", 7);
    best.take(shorter);
    assertEquals("token", best.type());
  }

  @Test
  void takesNothingFromAnEmptyOne() {
    Best best = new Best();
    best.take(new Best());
    assertTrue(best.isEmpty());
    best.offer("phone", 3);
    best.take(new Best());
    assertEquals("phone", best.type());
  }

  @Test
  void aTailOfAnAlphabetStopsBeforeAnythingElse() {
    assertEquals(0, TAIL.next(0, 'a'));
    assertEquals(Tail.STOP_BEFORE, TAIL.next(0, ' '));
    assertEquals(Tail.STOP_BEFORE, TAIL.next(0, Window.BREAK));
    assertEquals(Tail.STOP_BEFORE, Tail.NONE.next(0, 'a'));
  }
}
