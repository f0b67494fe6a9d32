package dev.moat.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

class FormatTest {
  private static Bytes bytes(byte[] content) {
    return new Bytes(MemorySegment.ofArray(content));
  }

  private static Format of(String latin) {
    return Format.of(bytes(Samples.ascii(latin)));
  }

  /** A safetensors file of one tensor, which holds the content. */
  private static byte[] holding(byte[] content) {
    String header =
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[0,%d]}}"
            .formatted(content.length, content.length);
    byte[] file = Samples.safetensors(header, content.length);
    System.arraycopy(content, 0, file, file.length - content.length, content.length);
    return file;
  }

  private static byte[] zip(String comment) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.setComment(comment);
      zip.putNextEntry(new ZipEntry("__main__.py"));
      zip.write(Samples.ascii("print(1)\n"));
    }
    return out.toByteArray();
  }

  @Test
  void suspectsAZipAtTheEndOfATensor() throws IOException {
    FileReport report = Samples.judge("model.safetensors", holding(zip("")));
    assertEquals(ScanVerdict.SUSPICIOUS, report.verdict(), report.toString());
    assertTrue(Samples.rules(report).contains("polyglot"));
  }

  @Test
  void suspectsAZipWithACommentAtTheEndOfATensor() throws IOException {
    for (String comment : new String[] {"x", "x".repeat(65_535)}) {
      FileReport report = Samples.judge("model.safetensors", holding(zip(comment)));
      assertEquals(ScanVerdict.SUSPICIOUS, report.verdict(), report.toString());
      assertTrue(Samples.rules(report).contains("polyglot"));
    }
  }

  @Test
  void suspectsAZipWithMoreBehindItThanItsComment() throws IOException {
    byte[] zip = zip("");
    byte[] file = holding(Arrays.copyOf(zip, zip.length + 100));
    assertEquals(ScanVerdict.SUSPICIOUS, Samples.judge("model.safetensors", file).verdict());
  }

  @Test
  void suspectsTheEndOfALargeZip() {
    byte[] end = new byte[20 + 22 + 7];
    System.arraycopy(Samples.ascii("PK\u0006\u0007"), 0, end, 0, 4);
    System.arraycopy(Samples.ascii("PK\u0005\u0006"), 0, end, 20, 4);
    Arrays.fill(end, 24, 40, (byte) 0xFF);
    assertTrue(Format.endsAsZip(bytes(end)));
  }

  @Test
  void passesATensorThatHoldsAZipFarFromTheEnd() throws IOException {
    byte[] zip = zip("");
    byte[] file = holding(Arrays.copyOf(zip, zip.length + 70_000));
    assertEquals(ScanVerdict.CLEAN, Samples.judge("model.safetensors", file).verdict());
  }

  @Test
  void takesTheMarkAloneForNoZip() {
    byte[] content = new byte[300];
    System.arraycopy(Samples.ascii("PK\u0005\u0006"), 0, content, 200, 4);
    assertFalse(Format.endsAsZip(bytes(content)));
    assertFalse(Format.endsAsZip(bytes(new byte[0])));
    assertFalse(Format.endsAsZip(bytes(Samples.ascii("PK\u0005\u0006"))));
  }

  @Test
  void knowsEachKindByItsFirstBytes() {
    Map<String, Format> marks =
        Map.ofEntries(
            Map.entry("", Format.EMPTY),
            Map.entry("PK\u0005\u0006" + "\0".repeat(18), Format.ZIP),
            Map.entry("Rar!\u001A\u0007", Format.RAR),
            Map.entry("\u00FD7zXZ\0", Format.XZ),
            Map.entry("BZh9", Format.BZIP2),
            Map.entry("(\u00B5/\u00FD", Format.ZSTD),
            Map.entry("\0asm", Format.WEB_ASSEMBLY),
            Map.entry("\u00CB\r\r\n", Format.PYTHON_BYTECODE),
            Map.entry("\u00CF\u00FA\u00ED\u00FE", Format.EXECUTABLE),
            Map.entry("MZqFpD", Format.EXECUTABLE),
            Map.entry("GIF89a", Format.IMAGE),
            Map.entry("\u0080\u0005.", Format.PICKLE),
            Map.entry(" \n[1]", Format.JSON),
            Map.entry("{ }", Format.JSON),
            Map.entry("{{ x }}", Format.TEXT),
            Map.entry("{% x %}", Format.TEXT));
    marks.forEach((start, format) -> assertEquals(format, of(start), start));
  }

  @Test
  void takesNoHeaderBeyondTheLimitForSafetensors() {
    byte[] within = Samples.safetensors(100_000_000, Samples.ascii("{"), 0);
    byte[] beyond = Samples.safetensors(100_000_001, Samples.ascii("{"), 0);
    assertEquals(Format.SAFETENSORS, Format.of(bytes(within)));
    assertEquals(Format.UNKNOWN, Format.of(bytes(beyond)));
  }
}
