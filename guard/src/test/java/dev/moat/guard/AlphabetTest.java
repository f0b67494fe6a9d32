package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class AlphabetTest {
  @Test
  void readsRangesAndEscapes() {
    Alphabet alphabet = Alphabet.of("a-c0_\\-\\\\");
    for (char c : "abc0_-\\".toCharArray()) {
      assertTrue(alphabet.has(c), "" + c);
    }
    for (char c : "d1A +".toCharArray()) {
      assertFalse(alphabet.has(c), "" + c);
    }
    assertEquals(7, alphabet.size());
  }

  @Test
  void holdsOnlyAscii() {
    Alphabet all = Alphabet.of("\0-\u007F");
    assertEquals(128, all.size());
    for (int c = 128; c <= 0xFFFF; c++) {
      assertFalse(all.has((char) c));
    }
  }

  @Test
  void theNamedOnesAreWhatTheirNamesSay() {
    assertEquals(62, Alphabet.ALNUM.size());
    assertEquals(22, Alphabet.HEX.size());
    assertEquals(64, Alphabet.URL64.size());
    assertEquals(65, Alphabet.BASE64.size());
    assertEquals(58, Alphabet.BASE58.size());
    assertEquals(32, Alphabet.BECH32.size());
    assertEquals(32, Alphabet.BASE32.size());
  }
}
