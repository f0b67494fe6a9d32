package dev.moat.scan;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Tells whether bytes are text: well-formed UTF-8 without control characters. */
final class Utf8Text {
  private static final long TEXT_BYTES_MAX = 256L << 20;

  private Utf8Text() {}

  static boolean isText(MemorySegment bytes) {
    long size = bytes.byteSize();
    if (size > TEXT_BYTES_MAX) {
      return false;
    }
    for (long i = 0; i < size; i++) {
      byte b = bytes.get(ValueLayout.JAVA_BYTE, i);
      if ((b >= 0 && b < ' ' && b != '\n' && b != '\r' && b != '\t') || b == 0x7F) {
        return false;
      }
    }
    try {
      ByteBuffer buffer = ByteBuffer.wrap(bytes.toArray(ValueLayout.JAVA_BYTE));
      StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT).decode(buffer);
      return true;
    } catch (CharacterCodingException _) {
      return false;
    }
  }
}
