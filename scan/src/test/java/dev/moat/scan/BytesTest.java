package dev.moat.scan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BytesTest {
  private static final Bytes BYTES = of(1, 2, 0xFF, 0x80, 0, 0, 0, 0x80, 9);

  private static Bytes of(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return new Bytes(MemorySegment.ofArray(bytes));
  }

  @Test
  void readsNothingPastItsEnds() {
    assertEquals(0xFF, BYTES.at(2));
    assertEquals(9, BYTES.at(8));
    assertEquals(-1, BYTES.at(9));
    assertEquals(-1, BYTES.at(-1));
    assertEquals(-1, BYTES.at(Long.MAX_VALUE));
    assertEquals(-1, BYTES.at(Long.MIN_VALUE));
  }

  @Test
  void readsLittleEndianNumbers() {
    assertEquals(0x80000000_80FF0201L, BYTES.littleLong());
    assertEquals(0x0201, BYTES.little(0, 2));
    assertEquals(0x80FF0201L, BYTES.little(0, 4));
    assertTrue(BYTES.little(0, 8) < 0);
    assertEquals(9, BYTES.little(8, 4));
    assertEquals(0, BYTES.little(100, 8));
  }

  @Test
  void knowsTextByItsBytes() {
    assertTrue(BYTES.has(1, "\u0002\u00FF"));
    assertTrue(BYTES.has(9, ""));
    assertFalse(BYTES.has(8, "\t\n"));
    assertFalse(BYTES.has(-1, "\u0001"));
  }

  @Test
  void copiesAPart() {
    assertArrayEquals(new byte[] {2, -1}, BYTES.copy(1, 2));
  }

  @Test
  void takesOnlyWellFormedUtf8ForText() {
    byte[] good = "größe 猫 🐈".getBytes(StandardCharsets.UTF_8);
    assertEquals(Optional.of("größe 猫 🐈"), Bytes.utf8(good));
    for (int[] bad :
        new int[][] {{0xC3}, {0xE9}, {0xC0, 0x80}, {0xED, 0xA0, 0x80}, {0xF5, 0x80, 0x80, 0x80}}) {
      assertEquals(Optional.empty(), Bytes.utf8(of(bad).copy(0, bad.length)));
    }
  }
}
