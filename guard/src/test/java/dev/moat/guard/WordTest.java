package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class WordTest {
  private static Word of(String text, int at) {
    Window window = new Window();
    Normaliser normaliser = new Normaliser(window);
    normaliser.accept(text, 0, text.length());
    normaliser.finish();
    window.stand(at);
    Word word = new Word();
    word.read(window, at);
    return word;
  }

  @Test
  void endsWhereNoLetterOrDigitStands() {
    Word word = of("a Word9.", 2);
    assertEquals(2, word.start());
    assertEquals(7, word.end());
    assertEquals(' ', word.before());
    assertEquals('W', word.first());
    assertEquals('.', word.after());
    assertEquals(Window.END, of("end", 0).after());
  }

  @Test
  void hasTheHashOfItsLowerCase() {
    assertEquals("word9az".hashCode(), of("WoRd9aZ ", 0).hash());
  }

  @Test
  void knowsWhetherThereIsADigit() {
    assertTrue(of("word", 0).isLetters());
    assertFalse(of("word1", 0).isLetters());
    assertFalse(of("1word", 0).isLetters());
    assertFalse(of("12", 0).isLetters());
  }

  @Test
  void isReadOnlySoFar() {
    Word word = of("a".repeat(60), 0);
    assertEquals(41, word.length());
    assertFalse(word.isShort());
    assertFalse(word.isAlone());
    assertEquals(41, of("a".repeat(41) + " ", 0).length());
    assertTrue(of("a".repeat(41) + " ", 0).isAlone());
  }

  @Test
  void isAloneWhereNothingGoesOnWithIt() {
    assertTrue(of("don ", 0).isAlone());
    assertTrue(of("don-t", 0).isAlone());
    assertFalse(of("don't", 0).isAlone());
    assertFalse(of("donж", 0).isAlone());
    assertFalse(of("do\uDB40\uDC6E ", 0).isAlone());
  }

  @Test
  void waitsForItsEnd() {
    Window window = new Window();
    new Normaliser(window).accept("wor", 0, 3);
    window.stand(0);
    new Word().read(window, 0);
    assertTrue(window.starved());
  }
}
