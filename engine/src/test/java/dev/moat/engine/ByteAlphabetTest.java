package dev.moat.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ByteAlphabetTest {
  private final ByteAlphabet alphabet = new ByteAlphabet();

  @Test
  void everyByteHasItsOwnPrintableCharacter() {
    Set<Character> characters = new HashSet<>();
    for (int value = 0; value < 256; value++) {
      char c = alphabet.character(value);
      assertTrue(characters.add(c), "byte " + value);
      assertFalse(Character.isWhitespace(c) || Character.isISOControl(c), "byte " + value);
    }
  }

  @Test
  void writesAsGpt2Does() {
    assertEquals("Ġa", alphabet.written(" a"));
    assertEquals("Ċ", alphabet.written("\n"));
    assertEquals("ĉ", alphabet.written("\t"));
    assertEquals("Ã©", alphabet.written("é"));
    assertEquals("!~", alphabet.written("!~"));
    assertEquals("ł", String.valueOf(alphabet.character(0xa0)));
    assertEquals("Ń", String.valueOf(alphabet.character(0xad)));
  }

  @Test
  void readsBackWhatItWrote() {
    byte[] all = new byte[256];
    for (int value = 0; value < 256; value++) {
      all[value] = (byte) value;
    }
    String written = alphabet.written(all);
    assertTrue(alphabet.covers(written));
    assertArrayEquals(all, alphabet.bytes(written));
  }

  @Test
  void doesNotCoverOtherCharacters() {
    assertFalse(alphabet.covers(" "));
    assertFalse(alphabet.covers("\n"));
    assertFalse(alphabet.covers("a\u4f60"));
    assertFalse(alphabet.covers("\u0144\uffff"));
    assertTrue(alphabet.covers(""));
  }
}
