package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class EditTest {
  private static final byte[] DIGITS = "0123456789".getBytes(StandardCharsets.UTF_8);

  private static String spliced(Edit... edits) {
    return new String(Edit.splice(DIGITS, List.of(edits)), StandardCharsets.UTF_8);
  }

  @Test
  void replacesInsertsAndRemovesInAnyOrder() {
    assertEquals(
        "äb23c6789!",
        spliced(
            new Edit(10, 10, "!"), new Edit(4, 6, "c"), new Edit(0, 2, "äb"), new Edit(9, 9, "")));
  }

  @Test
  void copiesNothingWithoutEdits() {
    assertSame(DIGITS, Edit.splice(DIGITS, List.of()));
  }

  @Test
  void refusesOverlaps() {
    assertThrows(
        IllegalArgumentException.class, () -> spliced(new Edit(0, 3, ""), new Edit(2, 4, "")));
    assertThrows(IllegalArgumentException.class, () -> spliced(new Edit(3, 2, "")));
    assertEquals("ab456789", spliced(new Edit(0, 2, "a"), new Edit(2, 4, "b")));
  }
}
