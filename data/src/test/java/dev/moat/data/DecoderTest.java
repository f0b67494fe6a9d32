package dev.moat.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class DecoderTest {
  private static final int FUZZ_ROUNDS = 4000;

  @Test
  void readsUtf8() {
    assertEquals("grüße 漢字 😀\n", text(bytes("grüße 漢字 😀\n")));
  }

  @Test
  void dropsByteOrderMarkOfUtf8() {
    assertEquals("a", text(new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF, 'a'}));
  }

  @Test
  void readsUtf16OfBothOrders() {
    assertEquals("aé\n", text(concat(new int[] {0xFF, 0xFE}, "aé\n", StandardCharsets.UTF_16LE)));
    assertEquals("aé\n", text(concat(new int[] {0xFE, 0xFF}, "aé\n", StandardCharsets.UTF_16BE)));
  }

  @Test
  void readsUtf32OfBothOrders() {
    assertEquals(
        "x😀", text(concat(new int[] {0xFF, 0xFE, 0, 0}, "x😀", StandardCharsets.UTF_32LE)));
    assertEquals(
        "x😀", text(concat(new int[] {0, 0, 0xFE, 0xFF}, "x😀", StandardCharsets.UTF_32BE)));
  }

  @Test
  void dropsHalfOfSurrogatePairInUtf16() {
    byte[] bytes = {(byte) 0xFF, (byte) 0xFE, 0x3D, (byte) 0xD8, 'a', 0};
    assertEquals(DropReason.UNDECODABLE, reason(bytes));
  }

  @Test
  void dropsTruncatedUtf16() {
    assertEquals(DropReason.UNDECODABLE, reason(new byte[] {(byte) 0xFF, (byte) 0xFE, 'a'}));
  }

  @Test
  void readsWesternTextThatIsNotUtf8() {
    Charset western = Charset.forName("windows-1252");
    String text = "Das Café heißt “naïve”, sagt man.\n";
    assertEquals(text, text(text.getBytes(western)));
  }

  @Test
  void dropsManyHighBytesThatAreNoText() {
    byte[] bytes = new byte[256];
    new SplittableRandom(1).nextBytes(bytes);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] |= (byte) 0x80;
    }
    assertEquals(DropReason.UNDECODABLE, reason(bytes));
  }

  @Test
  void dropsOverlongAndSurrogateFormsOfUtf8() {
    assertEquals(DropReason.UNDECODABLE, reason(new byte[] {(byte) 0xC0, (byte) 0xAF}));
    assertEquals(
        DropReason.UNDECODABLE, reason(new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80}));
  }

  @Test
  void takesNulForBinary() {
    assertEquals(DropReason.BINARY, reason(bytes("text\0text")));
  }

  @Test
  void takesManyControlsForBinary() {
    assertEquals(DropReason.BINARY, reason(bytes("a\u0001\u0002\u0003b")));
  }

  @Test
  void toleratesOneControlInLongText() {
    String text = text(bytes("x".repeat(500) + "\u001b" + "y".repeat(500)));
    assertEquals("x".repeat(500) + "y".repeat(500), text);
  }

  @Test
  void takesNothingAndBlanksForEmpty() {
    assertEquals(DropReason.EMPTY, reason(new byte[0]));
    assertEquals(DropReason.EMPTY, reason(bytes(" \r\n\t\n")));
  }

  @Test
  void makesAllLineEndsLineFeeds() {
    assertEquals("a\nb\nc\nd\ne\n\nf", Decoder.clean("a\r\nb\rc\u0085d\u2028e\u2029f"));
  }

  @Test
  void keepsCarriageReturnsApartFromLineFeeds() {
    assertEquals("a\n\nb", Decoder.clean("a\r\r\nb"));
  }

  @Test
  void composesCharacters() {
    assertEquals("é", Decoder.clean("e\u0301"));
  }

  @Test
  void removesWhatMakesCodeReadOtherwiseThanItRuns() {
    assertEquals("if (admin)", Decoder.clean("if\u202E (\u2066admin\u2069)\uFEFF"));
  }

  @Test
  void cleaningTwiceChangesNothing() {
    SplittableRandom random = new SplittableRandom(7);
    for (int round = 0; round < 500; round++) {
      String once = Decoder.clean(randomText(random));
      assertEquals(once, Decoder.clean(once));
    }
  }

  @Test
  void anyBytesGiveCleanTextOrReason() {
    SplittableRandom random = new SplittableRandom(11);
    byte[] seed = bytes("class A { // grüße\r\n  String s = \"漢字😀\";\r\n}\r\n");
    for (int round = 0; round < FUZZ_ROUNDS; round++) {
      byte[] bytes = mutated(seed, random);
      switch (Decoder.decode(bytes)) {
        case Decoded.Legible(String text) -> assertClean(text);
        case Decoded.Dropped(DropReason reason) ->
            assertTrue(
                reason == DropReason.BINARY
                    || reason == DropReason.EMPTY
                    || reason == DropReason.UNDECODABLE);
      }
    }
  }

  private static void assertClean(String text) {
    assertFalse(text.isBlank());
    assertTrue(Normalizer.isNormalized(text, Normalizer.Form.NFC));
    assertTrue(
        text.chars().noneMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\t'), text);
    assertTrue(StandardCharsets.UTF_8.newEncoder().canEncode(text));
  }

  private static byte[] mutated(byte[] seed, SplittableRandom random) {
    byte[] bytes = new byte[random.nextInt(seed.length * 2)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = seed[i % seed.length];
    }
    for (int n = random.nextInt(6); n > 0 && bytes.length > 0; n--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    if (random.nextInt(8) == 0 && bytes.length > 4) {
      int[][] marks = {{0xFF, 0xFE}, {0xFE, 0xFF}, {0xEF, 0xBB, 0xBF}, {0, 0, 0xFE, 0xFF}};
      int[] mark = marks[random.nextInt(marks.length)];
      for (int i = 0; i < mark.length; i++) {
        bytes[i] = (byte) mark[i];
      }
    }
    return bytes;
  }

  private static String randomText(SplittableRandom random) {
    int[] alphabet = {'a', '\r', '\n', 0x85, 0x2028, 0x301, 'e', 0x202E, 0xFEFF, 0x1F600, 0xAC00};
    StringBuilder out = new StringBuilder();
    for (int n = random.nextInt(30); n > 0; n--) {
      out.appendCodePoint(alphabet[random.nextInt(alphabet.length)]);
    }
    return out.toString();
  }

  private static byte[] concat(int[] mark, String text, Charset charset) {
    byte[] encoded = text.getBytes(charset);
    byte[] out = new byte[mark.length + encoded.length];
    for (int i = 0; i < mark.length; i++) {
      out[i] = (byte) mark[i];
    }
    System.arraycopy(encoded, 0, out, mark.length, encoded.length);
    return out;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return assertInstanceOf(Decoded.Legible.class, Decoder.decode(bytes)).text();
  }

  private static DropReason reason(byte[] bytes) {
    return assertInstanceOf(Decoded.Dropped.class, Decoder.decode(bytes)).reason();
  }

  @Test
  void boundsTheMarksOfOneLetter() {
    String marks = "\u0327".repeat(29);
    assertEquals("q" + marks + "\u0327", Decoder.clean("q" + marks + "\u0327"));
    assertEquals("q" + marks + "\u0327", Decoder.clean("q" + marks + "\u0327\u0327\u0327"));
    assertEquals("q" + marks + "\u0327p", Decoder.clean("q" + marks + "\u0327\u0007\u0327p"));
    assertEquals("q\u0327p\u0327", Decoder.clean("q\u0327p\u0327"));
  }

  @Test
  void sortsHostileMarksInLinearTime() {
    String hostile = "a" + "\u0301\u0323".repeat(500_000);
    String musical = "a" + "\ud834\udd6d\ud834\udd65".repeat(250_000);
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          assertTrue(Decoder.clean(hostile).length() <= 31);
          assertTrue(Decoder.clean(musical).length() <= 61);
        });
  }
}
