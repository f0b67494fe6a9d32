package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class WindowTest {
  private static Window of(int length) {
    Window window = new Window();
    for (int i = 0; i < length; i++) {
      window.append((char) ('a' + i % 26), i, 1, 0);
    }
    return window;
  }

  @Test
  void showsWhatHasArrived() {
    Window window = of(3);
    window.stand(1);
    assertEquals('a', window.at(0));
    assertEquals('c', window.at(2));
    assertFalse(window.starved());
  }

  @Test
  void starvesWhenMoreMayCome() {
    Window window = of(3);
    window.stand(1);
    assertEquals(Window.END, window.at(3));
    assertTrue(window.starved());
    window.stand(1);
    assertFalse(window.starved());
  }

  @Test
  void doesNotStarveAtTheEndOfTheText() {
    Window window = of(3);
    window.complete();
    window.stand(1);
    assertEquals(Window.END, window.at(3));
    assertFalse(window.starved());
  }

  @Test
  void showsNoFurtherThanItsReachWhateverHasArrived() {
    Window window = of(Window.REACH + 100);
    window.stand(10);
    assertTrue(window.at(10 + Window.REACH - 1) != Window.END);
    assertEquals(Window.END, window.at(10 + Window.REACH));
    assertFalse(window.starved());
    Window shorter = of(20);
    shorter.stand(10);
    assertEquals(Window.END, shorter.at(10 + Window.REACH));
    assertFalse(shorter.starved());
    assertEquals(Window.END, shorter.at(10 + Window.REACH - 1));
    assertTrue(shorter.starved());
  }

  @Test
  void showsNoFurtherBackThanItsContext() {
    Window window = of(300);
    window.stand(200);
    assertTrue(window.at(200 - Window.CONTEXT) != Window.END);
    assertEquals(Window.END, window.at(200 - Window.CONTEXT - 1));
    window.stand(0);
    assertEquals(Window.END, window.at(-1));
    assertFalse(window.starved());
  }

  @Test
  void forgetsOnlyWhatCannotBeSeen() {
    int length = 100_000;
    Window window = of(length);
    window.forget(90_000);
    window.stand(90_000);
    for (int i = 90_000 - Window.CONTEXT; i < 90_000 + Window.REACH; i++) {
      assertEquals((char) ('a' + i % 26), window.at(i));
      assertEquals(i, window.originStart(i));
    }
    assertEquals(length, window.end());
    window.append('!', length, 1, 0);
    assertEquals('!', window.arrived(length));
    assertEquals(length + 1, window.originEnd(length));
  }

  @Test
  void knowsWhereAWordGoesOn() {
    Window window = new Window();
    for (char c : "ab c".toCharArray()) {
      window.append(c, 0, 1, 0);
    }
    window.append('d', 0, 2, Window.SMUGGLED);
    assertFalse(window.isInWord(0));
    assertTrue(window.isInWord(1));
    assertFalse(window.isInWord(2));
    assertFalse(window.isInWord(3));
    assertFalse(window.isInWord(4));
    window.stand(3);
    assertTrue(window.turns(4));
    assertFalse(window.turns(1));
  }

  @Test
  void takesPlainTextAtOnce() {
    Window window = new Window();
    window.append('-', 0, 2, Window.SMUGGLED);
    window.appendPlain("xx" + "ab".repeat(2_000), 2, 4_002, 2);
    assertEquals(4_001, window.end());
    assertEquals('a', window.arrived(1));
    assertEquals(2, window.originStart(1));
    assertEquals(4_002, window.originEnd(4_000));
    assertFalse(window.isPlainFrom(0));
    assertTrue(window.isPlainFrom(1));
  }

  @Test
  void knowsWhereAWordEnds() {
    Window window = new Window();
    window.appendPlain("ab1 \\nice", 0, 9, 0);
    assertEquals(3, window.wordEnd(1));
    assertEquals(0, window.wordEnd(0));
    assertEquals(3, window.wordEnd(3));
    assertEquals(6, window.wordEnd(6)); // behind an escaped line end a word begins
    assertEquals(9, window.wordEnd(7));
    assertEquals(9, window.wordEnd(9));
  }
}
