package dev.moat.scan;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Reads the bytes of a file without ever going past them. */
record Bytes(MemorySegment segment) {
  private static final ValueLayout.OfLong LITTLE_LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  long size() {
    return segment.byteSize();
  }

  /** The byte at {@code index}, or -1 past the end. */
  int at(long index) {
    return index < 0 || index >= size()
        ? -1
        : Byte.toUnsignedInt(segment.get(ValueLayout.JAVA_BYTE, index));
  }

  /** The unsigned 64-bit number at the beginning, which there must be room for. */
  long littleLong() {
    return segment.get(LITTLE_LONG, 0);
  }

  /** The little-endian number in so many bytes, of which those past the end count as zero. */
  long little(long index, int width) {
    long number = 0;
    for (int i = width - 1; i >= 0; i--) {
      number = (number << 8) | Math.max(0, at(index + i));
    }
    return number;
  }

  /** Whether the bytes at {@code index} are those of the ISO 8859-1 text. */
  boolean has(long index, String text) {
    for (int i = 0; i < text.length(); i++) {
      if (at(index + i) != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  byte[] copy(long from, long length) {
    return segment.asSlice(from, length).toArray(ValueLayout.JAVA_BYTE);
  }

  /** The bytes as UTF-8, if they are nothing else. */
  static Optional<String> utf8(byte[] bytes) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes))
              .toString());
    } catch (CharacterCodingException _) {
      return Optional.empty();
    }
  }
}
