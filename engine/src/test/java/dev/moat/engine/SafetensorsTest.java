package dev.moat.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SafetensorsTest {
  private static final String ONE =
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";

  @TempDir Path folder;

  private static byte[] file(String header, int dataBytes) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return file(json.length, json, dataBytes);
  }

  private static byte[] file(long length, byte[] header, int dataBytes) {
    ByteBuffer out =
        ByteBuffer.allocate(Long.BYTES + header.length + dataBytes)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(length)
            .put(header);
    for (int i = 0; i < dataBytes; i++) {
      out.put((byte) i);
    }
    return out.array();
  }

  private static Safetensors read(byte[] bytes) {
    return Safetensors.of(MemorySegment.ofArray(bytes));
  }

  private static void assertRefused(String expected, byte[] bytes) {
    Failure failure = assertThrows(Failure.class, () -> read(bytes), expected);
    assertTrue(failure.getMessage().contains(expected), failure.getMessage());
    assertTrue(failure.getMessage().startsWith("safetensors"), failure.getMessage());
  }

  private static String entry(String name, String type, String shape, long begin, long end) {
    return "\""
        + name
        + "\":{\"dtype\":\""
        + type
        + "\",\"shape\":"
        + shape
        + ",\"data_offsets\":["
        + begin
        + ","
        + end
        + "]}";
  }

  private static String header(String... entries) {
    return "{" + String.join(",", entries) + "}";
  }

  @Test
  void readsNamesShapesTypesAndBytes() {
    Safetensors file =
        read(
            file(
                header(
                    "\"__metadata__\":{\"format\":\"pt\"}",
                    entry("b", "U8", "[3]", 8, 11),
                    entry("a", "I64", "[1,1]", 0, 8)),
                11));
    assertEquals(Set.of("a", "b"), file.names());
    assertEquals(Map.of("format", "pt"), file.metadata());
    assertArrayEquals(new int[] {1, 1}, file.shape("a"));
    assertEquals("U8", file.type("b"));
    assertArrayEquals(
        new byte[] {8, 9, 10}, file.data("b").toArray(java.lang.foreign.ValueLayout.JAVA_BYTE));
  }

  @Test
  void readsFloatsOfThreeTypes() {
    ByteBuffer data = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    data.putFloat(1.5f).putFloat(-0.25f);
    data.putShort(Float.floatToFloat16(3.5f)).putShort(Float.floatToFloat16(65_504f));
    data.putShort((short) 0x3fc0).putShort((short) 0xff80);
    byte[] bytes =
        file(
            header(
                entry("f", "F32", "[2]", 0, 8),
                entry("h", "F16", "[2]", 8, 12),
                entry("b", "BF16", "[1,2]", 12, 16)),
            16);
    System.arraycopy(data.array(), 0, bytes, bytes.length - 16, 16);
    Safetensors file = read(bytes);
    assertArrayEquals(new float[] {1.5f, -0.25f}, file.floats("f").values());
    assertArrayEquals(new float[] {3.5f, 65_504f}, file.floats("h").values());
    assertArrayEquals(new float[] {1.5f, Float.NEGATIVE_INFINITY}, file.floats("b").values());
    assertArrayEquals(new int[] {1, 2}, file.floats("b").shape());
  }

  @Test
  void mapsAFile() throws IOException {
    Path path = folder.resolve("model.safetensors");
    Files.write(path, file(ONE, 8));
    assertEquals(Set.of("a"), Safetensors.map(path).names());
    assertTrue(Safetensors.map(path).data("a").isReadOnly());
  }

  @Test
  void saysWhichFileCannotBeRead() {
    Path path = folder.resolve("absent.safetensors");
    Failure failure = assertThrows(Failure.class, () -> Safetensors.map(path));
    assertTrue(failure.getMessage().contains("absent.safetensors"), failure.getMessage());
  }

  @Test
  void emptyTensorsAndNoTensorsAreFine() {
    assertEquals(Set.of(), read(file("{}", 0)).names());
    Safetensors file =
        read(file(header(entry("e", "F32", "[0,7]", 0, 0), entry("s", "F32", "[]", 0, 4)), 4));
    assertEquals(0, file.floats("e").values().length);
    assertEquals(1, file.floats("s").values().length);
  }

  @Test
  void refusesFilesShorterThanTheirHeader() {
    assertRefused("shorter than the 8 bytes", new byte[0]);
    assertRefused("shorter than the 8 bytes", new byte[7]);
    assertRefused("header length 0", new byte[8]);
    assertRefused("header length 99", file(99, ONE.getBytes(StandardCharsets.UTF_8), 8));
    assertRefused(
        "header length 9223372036854775808",
        file(Long.MIN_VALUE, ONE.getBytes(StandardCharsets.UTF_8), 8));
    assertRefused(
        "header length 100000001", file(100_000_001, ONE.getBytes(StandardCharsets.UTF_8), 8));
  }

  @Test
  void refusesHeadersThatAreNoObject() {
    assertRefused("does not begin with '{'", file("[]", 0));
    assertRefused("does not begin with '{'", file(" {}", 0));
    assertRefused("not valid JSON", file("{]", 0));
    assertRefused("not valid JSON", file("{}}", 0));
    assertRefused("not valid JSON", file("{\"a\":1,\"a\":2}", 0));
    assertRefused("not valid JSON", file("{\"a\":\"\\ud800", 0));
  }

  @Test
  void toleratesSpacesAfterTheHeader() {
    assertEquals(Set.of("a"), read(file(ONE + "     ", 8)).names());
  }

  @Test
  void refusesMetadataThatIsMoreThanText() {
    assertRefused("__metadata__: not an object", file("{\"__metadata__\":7}", 0));
    assertRefused("__metadata__: holds more than strings", file("{\"__metadata__\":{\"a\":1}}", 0));
    assertRefused(
        "__metadata__: holds more than strings", file("{\"__metadata__\":{\"a\":{}}}", 0));
  }

  @Test
  void refusesEntriesOfAnotherForm() {
    assertRefused("tensor \"a\": not exactly", file("{\"a\":7}", 0));
    assertRefused(
        "tensor \"a\": not exactly", file("{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4));
    assertRefused(
        "tensor \"a\": not exactly",
        file("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1],\"code\":1}}", 1));
    assertRefused("unknown dtype \"F33\"", file(header(entry("a", "F33", "[1]", 0, 4)), 4));
  }

  @Test
  void refusesShapesThatAreNone() {
    for (String shape : List.of("7", "[-1]", "[1.5]", "[\"1\"]", "[null]", "[2147483648]")) {
      assertRefused("tensor \"a\"", file(header(entry("a", "U8", shape, 0, 1)), 1));
    }
    String many = "[" + "1,".repeat(16) + "1]";
    assertRefused("at most 16 sizes", file(header(entry("a", "U8", many, 0, 1)), 1));
    assertRefused(
        "its shape overflows",
        file(header(entry("a", "U8", "[2147483647,2147483647,2147483647]", 0, 1)), 1));
    assertRefused(
        "its shape overflows", file(header(entry("a", "F64", "[2147483647,2147483647]", 0, 1)), 1));
  }

  @Test
  void refusesOffsetsThatAreNone() {
    assertRefused("data_offsets", file(header(entry("a", "U8", "[1]", -1, 0)), 1));
    assertRefused("data_offsets", file(header(entry("a", "U8", "[1]", 1, 0)), 1));
    for (String offsets : List.of("[0]", "[0,1,2]", "[0,1.5]", "[0,\"1\"]", "7", "[0,1e30]")) {
      String header = "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":" + offsets + "}}";
      assertRefused("data_offsets are not two integers", file(header, 1));
    }
  }

  @Test
  void refusesLengthsThatContradictTheShape() {
    assertRefused(
        "tensor \"a\" offset 0: its shape takes 8 bytes, not 4",
        file(header(entry("a", "F32", "[2]", 0, 4)), 4));
    assertRefused(
        "its shape takes 4 bytes, not 8", file(header(entry("a", "F16", "[2]", 0, 8)), 8));
  }

  @Test
  void refusesHolesOverlapsAndTrailingBytes() {
    assertRefused(
        "tensor \"b\" offset 5: a hole of 1 bytes",
        file(header(entry("a", "U8", "[4]", 0, 4), entry("b", "U8", "[4]", 5, 9)), 9));
    assertRefused(
        "tensor \"a\" offset 1: a hole of 1 bytes", file(header(entry("a", "U8", "[4]", 1, 5)), 5));
    assertRefused(
        "tensor \"b\" offset 3: it overlaps the one before by 1 bytes",
        file(header(entry("a", "U8", "[4]", 0, 4), entry("b", "U8", "[4]", 3, 7)), 7));
    assertRefused(
        "it overlaps",
        file(header(entry("a", "U8", "[4]", 0, 4), entry("b", "U8", "[4]", 0, 4)), 4));
    assertRefused("offset 8: 1 trailing bytes", file(ONE, 9));
    assertRefused("it ends at 8, after the data's 7 bytes", file(ONE, 7));
    assertRefused("1 trailing bytes", file("{}", 1));
  }

  @Test
  void refusesUnknownNamesAndTypesWithoutFloats() {
    Safetensors file = read(file(header(entry("a", "I32", "[1]", 0, 4)), 4));
    Failure absent = assertThrows(Failure.class, () -> file.floats("z"));
    assertTrue(absent.getMessage().contains("no tensor \"z\""), absent.getMessage());
    Failure integers = assertThrows(Failure.class, () -> file.floats("a"));
    assertTrue(integers.getMessage().contains("type I32"), integers.getMessage());
    assertThrows(Failure.class, () -> file.data("z"));
    assertThrows(Failure.class, () -> file.shape(""));
  }

  @Test
  void damagedHeadersAreReadOrRefusedButNeverCrash() {
    byte[] intact =
        file(
            header(
                "\"__metadata__\":{\"format\":\"pt\",\"x\":\"y\"}",
                entry("model.a", "F32", "[2,3]", 0, 24),
                entry("model.b", "BF16", "[5]", 24, 34),
                entry("model.c", "U8", "[1,2,3]", 34, 40)),
            40);
    SplittableRandom random = new SplittableRandom(9);
    int refused = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] damaged = intact.clone();
      int changes = 1 + random.nextInt(4);
      for (int i = 0; i < changes; i++) {
        int at = random.nextInt(damaged.length - 40);
        damaged[at] =
            (byte)
                (random.nextBoolean()
                    ? "0123456789[]{},:\"".charAt(random.nextInt(17))
                    : random.nextInt(256));
      }
      try {
        requireConsistent(read(damaged));
      } catch (Failure e) {
        refused++;
        assertTrue(e.getMessage().startsWith("safetensors"), e.getMessage());
      }
    }
    assertTrue(refused > 10_000, "refused " + refused);
  }

  @Test
  void cutAndPaddedFilesAreRefused() {
    byte[] intact = file(ONE, 8);
    for (int length = 0; length < intact.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(intact, length);
      assertThrows(Failure.class, () -> read(cut), "length " + length);
    }
    byte[] padded = java.util.Arrays.copyOf(intact, intact.length + 1);
    assertThrows(Failure.class, () -> read(padded));
  }

  /** What was accepted can be read in full. */
  private static void requireConsistent(Safetensors file) {
    long bytes = 0;
    for (String name : file.names()) {
      bytes += file.data(name).byteSize();
      if (Set.of("F32", "F16", "BF16").contains(file.type(name))) {
        assertEquals(
            java.util.Arrays.stream(file.shape(name)).reduce(1, (a, b) -> a * b),
            file.floats(name).values().length);
      }
    }
    assertEquals(40, bytes);
  }
}
