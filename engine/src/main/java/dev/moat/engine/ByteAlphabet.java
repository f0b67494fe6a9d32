package dev.moat.engine;

import java.nio.charset.StandardCharsets;

/**
 * The printable characters that stand for the 256 bytes in a byte-level {@code tokenizer.json}
 * (Radford et al. 2019): printable Latin-1 bytes are themselves, the others follow from U+0100 on.
 */
final class ByteAlphabet {
  private static final int FIRST_SUBSTITUTE = 0x100;

  private final char[] characters = new char[256];
  private final short[] bytes = new short[FIRST_SUBSTITUTE + 256];

  ByteAlphabet() {
    java.util.Arrays.fill(bytes, (short) -1);
    int substitute = FIRST_SUBSTITUTE;
    for (int value = 0; value < 256; value++) {
      characters[value] = (char) (isPrintable(value) ? value : substitute++);
      bytes[characters[value]] = (short) value;
    }
  }

  /** The character for a byte, 0 to 255. */
  char character(int value) {
    return characters[value];
  }

  /** The written form of the UTF-8 bytes of a text. */
  String written(String text) {
    return written(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The written form of raw bytes. */
  String written(byte[] raw) {
    StringBuilder out = new StringBuilder(raw.length);
    for (byte b : raw) {
      out.append(characters[b & 0xff]);
    }
    return out.toString();
  }

  /** Whether every character of a token stands for a byte. */
  boolean covers(String token) {
    return token.chars().allMatch(c -> c < bytes.length && bytes[c] >= 0);
  }

  /** The bytes that a covered token stands for. */
  byte[] bytes(String token) {
    byte[] out = new byte[token.length()];
    for (int i = 0; i < out.length; i++) {
      out[i] = (byte) bytes[token.charAt(i)];
    }
    return out;
  }

  private static boolean isPrintable(int value) {
    return (value >= '!' && value <= '~')
        || (value >= 0xa1 && value <= 0xac)
        || (value >= 0xae && value <= 0xff);
  }
}
