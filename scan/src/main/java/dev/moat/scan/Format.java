package dev.moat.scan;

import java.util.Locale;

/** What a file is, told by its content and never by its name. */
enum Format {
  EMPTY,
  SAFETENSORS,
  JSON,
  TEXT,
  LFS_POINTER,
  PICKLE,
  ZIP,
  GZIP,
  SEVEN_ZIP,
  RAR,
  XZ,
  BZIP2,
  ZSTD,
  TAR,
  GGUF,
  HDF5,
  NUMPY,
  EXECUTABLE,
  JAVA_CLASS,
  PYTHON_BYTECODE,
  WEB_ASSEMBLY,
  IMAGE,
  UNKNOWN;

  private static final String TAR_MARK = "ustar";
  private static final int TAR_MARK_AT = 257;
  private static final long SAFETENSORS_PREFIX = 8;
  private static final String LFS_MARK = "version https://git-lfs.github.com/spec/";
  private static final long TEXT_PROBE = 1 << 16;
  private static final long ZIP_END_BYTES = 22;
  private static final long ZIP_COMMENT_BYTES_MAX = 0xFFFF;
  private static final long ZIP64_LOCATOR_BYTES = 20;

  /** The word for it in reports. */
  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What the bytes begin like. */
  static Format of(Bytes bytes) {
    if (bytes.size() == 0) {
      return EMPTY;
    }
    if (looksLikeSafetensors(bytes)) {
      return SAFETENSORS; // before pickle: a header of 640 bytes begins like protocol 2
    }
    Format binary = byMark(bytes);
    if (binary != UNKNOWN) {
      return binary;
    }
    if (PickleProbe.isPickle(bytes)) {
      return PICKLE;
    }
    if (bytes.has(0, LFS_MARK)) {
      return LFS_POINTER;
    }
    if (!looksLikeText(bytes)) {
      return UNKNOWN;
    }
    return looksLikeJson(bytes) ? JSON : TEXT;
  }

  /** An array, or an object whose first key is quoted; a template begins with other braces. */
  private static boolean looksLikeJson(Bytes bytes) {
    long first = visible(bytes, 0);
    int second = bytes.at(visible(bytes, first + 1));
    return bytes.at(first) == '[' || (bytes.at(first) == '{' && (second == '"' || second == '}'));
  }

  private static long visible(Bytes bytes, long from) {
    long i = from;
    while (i < from + TEXT_PROBE && Character.isWhitespace(bytes.at(i))) {
      i++;
    }
    return i;
  }

  private static Format byMark(Bytes bytes) {
    Format archive = archive(bytes);
    if (archive != UNKNOWN) {
      return archive;
    }
    if (bytes.has(0, "GGUF")) {
      return GGUF;
    }
    if (bytes.has(0, "\u0089HDF\r\n\u001A\n")) {
      return HDF5;
    }
    if (bytes.has(0, "\u0093NUMPY")) {
      return NUMPY;
    }
    if (bytes.has(0, "\u0089PNG") || bytes.has(0, "\u00FF\u00D8\u00FF") || bytes.has(0, "GIF8")) {
      return IMAGE;
    }
    return code(bytes);
  }

  private static Format archive(Bytes bytes) {
    if (bytes.has(0, "PK\u0003\u0004") || bytes.has(0, "PK\u0005\u0006")) {
      return ZIP;
    }
    if (bytes.has(0, "\u001F\u008B")) {
      return GZIP;
    }
    if (bytes.has(0, "7z\u00BC\u00AF'\u001C")) {
      return SEVEN_ZIP;
    }
    if (bytes.has(0, "Rar!\u001A\u0007")) {
      return RAR;
    }
    if (bytes.has(0, "\u00FD7zXZ\u0000")) {
      return XZ;
    }
    if (bytes.has(0, "BZh")) {
      return BZIP2;
    }
    if (bytes.has(0, "(\u00B5/\u00FD")) {
      return ZSTD;
    }
    return bytes.has(TAR_MARK_AT, TAR_MARK) ? TAR : UNKNOWN;
  }

  private static Format code(Bytes bytes) {
    boolean mach =
        bytes.has(0, "\u00CF\u00FA\u00ED\u00FE")
            || bytes.has(0, "\u00CE\u00FA\u00ED\u00FE")
            || bytes.has(0, "\u00FE\u00ED\u00FA");
    if (mach || bytes.has(0, "\u007FELF") || isWindowsProgram(bytes)) {
      return EXECUTABLE;
    }
    if (bytes.has(0, "\u00CA\u00FE\u00BA\u00BE")) {
      return JAVA_CLASS;
    }
    if (bytes.has(0, "\0asm")) {
      return WEB_ASSEMBLY;
    }
    return bytes.has(2, "\r\n") && bytes.at(1) == 0x0D ? PYTHON_BYTECODE : UNKNOWN;
  }

  private static boolean isWindowsProgram(Bytes bytes) {
    return bytes.has(0, "MZ") && (bytes.size() > 64 || bytes.has(2, "qFpD"));
  }

  /**
   * A zip reader begins at the end: whatever stands before, this opens as an archive. A comment may
   * follow the record that it looks for, and some readers mind neither its length nor what follows.
   */
  static boolean endsAsZip(Bytes bytes) {
    long last = bytes.size() - ZIP_END_BYTES;
    for (long at = last; at >= Math.max(0, last - ZIP_COMMENT_BYTES_MAX); at--) {
      if (bytes.has(at, "PK\u0005\u0006")) {
        long directory = at - bytes.little(at + 12, 4);
        long end = at + ZIP_END_BYTES + bytes.little(at + 20, 2);
        if (end == bytes.size()
            || bytes.has(directory, "PK\u0001\u0002")
            || bytes.has(at - ZIP64_LOCATOR_BYTES, "PK\u0006\u0007")) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean looksLikeSafetensors(Bytes bytes) {
    if (bytes.size() <= SAFETENSORS_PREFIX) {
      return false;
    }
    long length = bytes.littleLong();
    return bytes.at(SAFETENSORS_PREFIX) == '{'
        && length > 0
        && length <= SafetensorsCheck.HEADER_BYTES_MAX;
  }

  private static boolean looksLikeText(Bytes bytes) {
    long length = Math.min(bytes.size(), TEXT_PROBE);
    for (long i = 0; i < length; i++) {
      int b = bytes.at(i);
      boolean blank = b == '\n' || b == '\r' || b == '\t' || b == '\f';
      if ((b < 0x20 && !blank) || b == 0x7F) {
        return false;
      }
    }
    return true;
  }
}
