package dev.moat.guard;

import java.util.zip.CRC32;

/**
 * The checksum that GitHub and npm put into their tokens: the last six of 36 characters are the
 * CRC-32 of the first thirty, in base 62.
 */
final class TokenChecksum {
  private static final int BODY = 30;
  private static final int CHECK = 6;
  private static final String BASE62 =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private TokenChecksum() {}

  /** Whether the characters after a prefix carry a valid checksum. */
  static boolean holds(Window window, int from, int end) {
    if (end - from != BODY + CHECK) {
      return false;
    }
    CRC32 crc = new CRC32();
    for (int i = from; i < from + BODY; i++) {
      crc.update(window.at(i));
    }
    long rest = crc.getValue();
    for (int i = end - 1; i >= from + BODY; i--) {
      if (window.at(i) != BASE62.charAt((int) (rest % BASE62.length()))) {
        return false;
      }
      rest /= BASE62.length();
    }
    return true;
  }
}
