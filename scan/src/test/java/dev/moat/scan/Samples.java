package dev.moat.scan;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Makes small files for tests and judges them. */
final class Samples {
  private Samples() {}

  /** A safetensors file with this header and so many bytes of data. */
  static byte[] safetensors(String header, int dataBytes) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    return safetensors(text.length, text, dataBytes);
  }

  /** A safetensors file that claims a header of {@code length} bytes. */
  static byte[] safetensors(long length, byte[] header, int dataBytes) {
    ByteBuffer file =
        ByteBuffer.allocate(8 + header.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    return file.putLong(length).put(header).array();
  }

  /** A pickle of protocol 4 that calls {@code module.name("id")}. */
  static byte[] pickle(String module, String name) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x80, 4});
    shortText(out, module);
    shortText(out, name);
    out.write(0x93);
    shortText(out, "id");
    out.writeBytes(new byte[] {(byte) 0x85, 'R', '.'});
    return out.toByteArray();
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static FileReport judge(String path, byte[] bytes) {
    return ModelScanner.scan(List.of(new ScannedFile(path, MemorySegment.ofArray(bytes))))
        .files()
        .getFirst();
  }

  static FileReport judge(String path, String text) {
    return judge(path, text.getBytes(StandardCharsets.UTF_8));
  }

  /** The rules of the findings, without remarks. */
  static List<String> rules(FileReport report) {
    return report.findings().stream()
        .filter(finding -> finding.verdict() != ScanVerdict.CLEAN)
        .map(Finding::rule)
        .distinct()
        .toList();
  }

  private static void shortText(ByteArrayOutputStream out, String text) {
    out.write(0x8c);
    out.write(text.length());
    out.writeBytes(ascii(text));
  }
}
