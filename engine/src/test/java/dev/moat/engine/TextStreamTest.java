package dev.moat.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TextStreamTest {
  private static final String SAMPLE = "Größe, naïve 猫 🐈 end";

  private final SplittableRandom random = new SplittableRandom(17);

  private record Result(String text, boolean stopped) {}

  /** Feeds the bytes in pieces of random size, down to single bytes and up to all. */
  private Result streamed(byte[] bytes, List<String> stops, int pieceMax) {
    TextStream stream = new TextStream(stops);
    StringBuilder text = new StringBuilder();
    int at = 0;
    while (at < bytes.length && !stream.stopped()) {
      int end = Math.min(bytes.length, at + 1 + random.nextInt(pieceMax));
      text.append(stream.accept(Arrays.copyOfRange(bytes, at, end)));
      at = end;
    }
    text.append(stream.end());
    return new Result(text.toString(), stream.stopped());
  }

  private Result streamed(String text, List<String> stops) {
    return streamed(text.getBytes(StandardCharsets.UTF_8), stops, 4);
  }

  /** Where the text must end: before the stop that is complete first, the longest of those. */
  private static Result expected(String text, List<String> stops) {
    for (int end = 1; end <= text.length(); end++) {
      int longest = 0;
      for (String stop : stops) {
        if (text.substring(0, end).endsWith(stop)) {
          longest = Math.max(longest, stop.length());
        }
      }
      if (longest > 0) {
        return new Result(text.substring(0, end - longest), true);
      }
    }
    return new Result(text, false);
  }

  @Test
  void givesTheTextWhereverBytesAreCut() {
    byte[] bytes = SAMPLE.getBytes(StandardCharsets.UTF_8);
    for (int round = 0; round < 200; round++) {
      assertEquals(new Result(SAMPLE, false), streamed(bytes, List.of(), 1 + round % 9));
    }
  }

  @Test
  void releasesWholeCharactersAtOnce() {
    TextStream stream = new TextStream(List.of());
    byte[] cat = "🐈".getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 3; i++) {
      assertEquals("", stream.accept(new byte[] {cat[i]}));
    }
    assertEquals("🐈", stream.accept(new byte[] {cat[3]}));
    assertEquals("a", stream.accept(new byte[] {'a'}));
    assertEquals("", stream.accept(new byte[0]));
    assertEquals("", stream.end());
  }

  @Test
  void replacesWhatIsNotUtf8AsAWholeDecoderDoes() {
    for (int round = 0; round < 2_000; round++) {
      byte[] bytes = new byte[random.nextInt(12)];
      random.nextBytes(bytes);
      if (round % 2 == 0) {
        byte[] good = SAMPLE.getBytes(StandardCharsets.UTF_8);
        bytes = Arrays.copyOfRange(good, random.nextInt(20), good.length - random.nextInt(4));
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      String whole = new String(bytes, StandardCharsets.UTF_8);
      assertEquals(new Result(whole, false), streamed(bytes, List.of(), 3));
    }
  }

  @Test
  void replacesACharacterThatIsNeverFinished() {
    TextStream stream = new TextStream(List.of());
    assertEquals("a", stream.accept(new byte[] {'a', (byte) 0xe7, (byte) 0x8c}));
    assertEquals("\ufffd", stream.end());
  }

  @Test
  void endsBeforeAStopStringWhereverItIsCut() {
    List<String> stops = List.of("naïve", "🐈 e");
    for (int round = 0; round < 100; round++) {
      assertEquals(new Result("Größe, ", true), streamed(SAMPLE, stops));
      assertEquals(new Result("Größe, naïve 猫 ", true), streamed(SAMPLE, List.of("🐈 e", "xyz")));
    }
  }

  @Test
  void holdsBackOnlyWhatMayBeginAStopString() {
    TextStream stream = new TextStream(List.of("abc", "bd"));
    assertEquals("x", stream.accept(bytes("xab")));
    assertEquals("ab", stream.accept(bytes("a")));
    assertEquals("aa", stream.accept(bytes("aab")));
    assertFalse(stream.stopped());
    assertEquals("a", stream.accept(bytes("d")));
    assertTrue(stream.stopped());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void releasesWhatWasHeldOnceItCannotBeAStop() {
    TextStream stream = new TextStream(List.of("</end>"));
    assertEquals("a", stream.accept(bytes("a</en")));
    assertEquals("</enx", stream.accept(bytes("x")));
    assertEquals("", stream.accept(bytes("<")));
    assertEquals("<", stream.end());
    assertFalse(stream.stopped());
  }

  @Test
  void releasesNothingAfterTheStop() {
    TextStream stream = new TextStream(List.of("STOP"));
    assertEquals("go ", stream.accept(bytes("go STOP and more")));
    assertTrue(stream.stopped());
    assertEquals("", stream.accept(bytes("again")));
    assertEquals("", stream.end());
  }

  @Test
  void agreesWithTheDefinitionForRandomTextsAndStops() {
    for (int round = 0; round < 3_000; round++) {
      String text = randomText(30);
      List<String> stops = new ArrayList<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        stops.add(randomText(1 + random.nextInt(4)));
      }
      assertEquals(expected(text, stops), streamed(text, stops), text + " " + stops);
    }
  }

  /** Few different letters, so that stop strings overlap themselves and each other. */
  private String randomText(int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.appendCodePoint("abä".codePointAt(random.nextInt(3)));
    }
    return text.toString();
  }
}
