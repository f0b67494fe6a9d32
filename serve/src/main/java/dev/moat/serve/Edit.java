package dev.moat.serve;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;

/** A replacement of the bytes from {@code start} to {@code end} of a JSON document. */
record Edit(int start, int end, String json) {
  /** The document with all edits made; they must not overlap. */
  static byte[] splice(byte[] document, List<Edit> edits) {
    if (edits.isEmpty()) {
      return document;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(document.length + 256);
    int at = 0;
    for (Edit edit : edits.stream().sorted(Comparator.comparingInt(Edit::start)).toList()) {
      if (edit.start < at || edit.end < edit.start) {
        throw new IllegalArgumentException("edits overlap at byte " + edit.start);
      }
      out.write(document, at, edit.start - at);
      out.writeBytes(edit.json.getBytes(StandardCharsets.UTF_8));
      at = edit.end;
    }
    out.write(document, at, document.length - at);
    return out.toByteArray();
  }
}
