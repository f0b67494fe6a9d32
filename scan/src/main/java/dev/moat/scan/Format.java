package dev.moat.scan;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** What a file is, told by its content and never by its name. */
enum Format {
  SAFETENSORS,
  JSON,
  TEXT,
  EMPTY,
  PICKLE,
  EXECUTABLE,
  SCRIPT,
  ARCHIVE,
  GGUF,
  HDF5,
  NUMPY,
  UNKNOWN;

  private static final int HEAD_BYTES = 512;
  private static final long SAFETENSORS_HEADER_MAX = 100L << 20;

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Format of(MemorySegment bytes) {
    long size = bytes.byteSize();
    if (size == 0) {
      return EMPTY;
    }
    byte[] head = bytes.asSlice(0, Math.min(HEAD_BYTES, size)).toArray(ValueLayout.JAVA_BYTE);
    Format magic = byMagic(head);
    if (magic != UNKNOWN) {
      return magic;
    }
    if (looksLikeSafetensors(bytes)) {
      return SAFETENSORS;
    }
    if (!Utf8Text.isText(bytes)) {
      return UNKNOWN;
    }
    int first = firstVisible(head);
    return first == '{' || first == '[' ? JSON : looksLikePickleText(head) ? PICKLE : TEXT;
  }

  private static Format byMagic(byte[] head) {
    if (starts(head, 0x7F, 'E', 'L', 'F')
        || starts(head, 'M', 'Z')
        || starts(head, 0xCA, 0xFE, 0xBA, 0xBE)
        || starts(head, 0xFE, 0xED, 0xFA)
        || starts(head, 0xCF, 0xFA, 0xED, 0xFE)) {
      return EXECUTABLE;
    }
    if (starts(head, '#', '!')) {
      return SCRIPT;
    }
    if (head.length > 1 && head[0] == (byte) 0x80 && head[1] >= 1 && head[1] <= 5) {
      return PICKLE;
    }
    if (starts(head, 'P', 'K')
        || starts(head, 0x1F, 0x8B)
        || starts(head, 'B', 'Z', 'h')
        || starts(head, 0xFD, '7', 'z', 'X', 'Z')
        || starts(head, '7', 'z', 0xBC, 0xAF)
        || starts(head, 'R', 'a', 'r', '!')
        || (head.length > 262 && starts(Arrays.copyOfRange(head, 257, 262), 'u', 's', 't'))) {
      return ARCHIVE;
    }
    if (starts(head, 'G', 'G', 'U', 'F')) {
      return GGUF;
    }
    if (starts(head, 0x89, 'H', 'D', 'F')) {
      return HDF5;
    }
    return starts(head, 0x93, 'N', 'U', 'M', 'P', 'Y') ? NUMPY : UNKNOWN;
  }

  private static boolean starts(byte[] head, int... magic) {
    if (head.length < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if ((head[i] & 0xFF) != magic[i]) {
        return false;
      }
    }
    return true;
  }

  /** A length that fits a header, then an opening brace: what no text begins with. */
  private static boolean looksLikeSafetensors(MemorySegment bytes) {
    if (bytes.byteSize() < SafetensorsCheck.LENGTH_BYTES + 2) {
      return false;
    }
    long length = bytes.get(SafetensorsCheck.LENGTH, 0);
    byte brace = bytes.get(ValueLayout.JAVA_BYTE, SafetensorsCheck.LENGTH_BYTES);
    return brace == '{' && length > 0 && length <= SAFETENSORS_HEADER_MAX;
  }

  /** Protocol 0 begins with a global: {@code c}, a module line and a name line. */
  private static boolean looksLikePickleText(byte[] head) {
    String text = new String(head, StandardCharsets.ISO_8859_1);
    int start = 0;
    while (start < text.length() && text.charAt(start) == '(') {
      start++;
    }
    if (start >= text.length() || (text.charAt(start) != 'c' && text.charAt(start) != 'i')) {
      return false;
    }
    int first = text.indexOf('\n', start);
    int second = first < 0 ? -1 : text.indexOf('\n', first + 1);
    return second > 0
        && isName(text.substring(start + 1, first))
        && isName(text.substring(first + 1, second));
  }

  private static boolean isName(String text) {
    return !text.isEmpty()
        && text.chars().allMatch(c -> c == '.' || c == '_' || Character.isLetterOrDigit(c));
  }

  private static int firstVisible(byte[] head) {
    for (byte b : head) {
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return b;
      }
    }
    return -1;
  }
}
