package dev.moat.trust;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameReaderTest {
  private static Frame frame(long first, String... entries) {
    List<byte[]> bytes = new ArrayList<>();
    for (String entry : entries) {
      bytes.add(entry.getBytes(StandardCharsets.UTF_8));
    }
    return new Frame(first, bytes, "note of " + first);
  }

  private static byte[] join(Frame... frames) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Frame frame : frames) {
      out.writeBytes(frame.format());
    }
    return out.toByteArray();
  }

  private static List<Frame> readAll(byte[] bytes) {
    FrameReader reader = new FrameReader(bytes, "journal/x");
    List<Frame> frames = new ArrayList<>();
    for (Optional<Frame> next = reader.next(); next.isPresent(); next = reader.next()) {
      frames.add(next.get());
    }
    return frames;
  }

  private final byte[] three =
      join(frame(0, "one"), frame(1, "two", "three", ""), frame(4, "x".repeat(700)));

  @Test
  void readsWhatWasWritten() {
    List<Frame> frames = readAll(three);
    assertEquals(3, frames.size());
    assertEquals(1, frames.get(1).first());
    assertEquals("note of 1", frames.get(1).note());
    assertEquals(3, frames.get(1).entries().size());
    assertArrayEquals("three".getBytes(StandardCharsets.UTF_8), frames.get(1).entries().get(1));
    assertArrayEquals(new byte[0], frames.get(1).entries().get(2));
  }

  @Test
  void nothingIsReadFromNothing() {
    assertEquals(List.of(), readAll(new byte[0]));
  }

  @Test
  void everyCutOffEndIsDroppedAndNothingElse() {
    int firstEnd = frame(0, "one").format().length;
    int secondEnd = firstEnd + frame(1, "two", "three", "").format().length;
    for (int length = 0; length < three.length; length++) {
      int whole = length < firstEnd ? 0 : length < secondEnd ? 1 : 2;
      assertEquals(whole, readAll(Arrays.copyOf(three, length)).size(), "length " + length);
    }
  }

  @Test
  void everyFlippedBitIsFound() {
    for (int bit = 0; bit < three.length * 8; bit++) {
      byte[] damaged = Mutations.flip(three, bit);
      int at = bit;
      Failure failure = assertThrows(Failure.class, () -> readAll(damaged), () -> "bit " + at);
      Problem.Tampered tampered = assertInstanceOf(Problem.Tampered.class, failure.problem());
      assertEquals("journal/x", tampered.link());
    }
  }

  @Test
  void anUnwrittenBlockInTheLastFrameDropsIt() {
    byte[] damaged = three.clone();
    Arrays.fill(damaged, three.length - 512, three.length, (byte) 0);
    assertEquals(2, readAll(damaged).size());
    Arrays.fill(damaged, three.length - 760, three.length, (byte) 0);
    assertEquals(2, readAll(damaged).size());
  }

  @Test
  void anUnwrittenBlockBeforeTheLastFrameIsDamage() {
    byte[] damaged = three.clone();
    int secondAt = frame(0, "one").format().length;
    Arrays.fill(damaged, secondAt + 30, secondAt + 60, (byte) 0);
    assertThrows(Failure.class, () -> readAll(damaged));
  }

  @Test
  void zerosAfterTheLastFrameAreUnwritten() {
    assertEquals(3, readAll(Arrays.copyOf(three, three.length + 4096)).size());
  }

  @Test
  void mutatedJournalsGiveAPrefixOrFail() {
    Random random = new Random(5);
    int failures = 0;
    for (int i = 0; i < 3_000; i++) {
      try {
        List<Frame> frames = readAll(Mutations.mutate(three, random));
        assertTrue(frames.size() <= 3);
        for (int k = 0; k < frames.size(); k++) {
          assertEquals(readAll(three).get(k).note(), frames.get(k).note());
        }
      } catch (Failure e) {
        failures++;
      }
    }
    assertTrue(failures > 1_000);
  }

  @Test
  void randomBytesNeverBecomeFrames() {
    Random random = new Random(6);
    for (int i = 0; i < 2_000; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      try {
        assertEquals(List.of(), readAll(bytes));
      } catch (Failure e) {
        assertInstanceOf(Problem.Tampered.class, e.problem());
      }
    }
  }
}
