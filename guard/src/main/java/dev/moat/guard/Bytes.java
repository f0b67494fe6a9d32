package dev.moat.guard;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Bytes that a text carries in some encoding, and whether they are text themselves. */
final class Bytes {
  private static final double READABLE = 0.9;
  private static final double LETTERS = 0.6;
  private static final double WORDS = 0.4;
  private static final int CODE_MIN = 24;
  private static final int GLUED_MAX = 3;

  private final byte[] bytes;
  private int size;

  Bytes(int capacity) {
    bytes = new byte[capacity];
  }

  void add(int value) {
    if (size < bytes.length) {
      bytes[size++] = (byte) value;
    }
  }

  int size() {
    return size;
  }

  /** The text they are, if they are one; the last few may belong to what is glued to it. */
  Optional<String> text() {
    if (size < 2) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, 0, size);
    CharBuffer out = CharBuffer.allocate(size);
    StandardCharsets.UTF_8.newDecoder().decode(in, out, true);
    String text = out.flip().toString();
    return in.remaining() <= GLUED_MAX && isReadable(text) ? Optional.of(text) : Optional.empty();
  }

  /** The text they are, with a sign for what is none. */
  String anyText() {
    return new String(bytes, 0, size, StandardCharsets.UTF_8);
  }

  /** Whether {@code text} is nearly all letters and what goes with them, or encoded once more. */
  static boolean isReadable(String text) {
    int readable = 0;
    int letters = 0;
    int signs = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = Character.isLetter(c);
      boolean space = c == ' ' || c == '\n' || c == '\r' || c == '\t';
      letters += letter ? 1 : 0;
      signs += letter || space ? 1 : 0;
      readable += letter || space || (c > ' ' && c < 0x7F) ? 1 : 0;
    }
    boolean words = letters >= WORDS * text.length() && signs >= LETTERS * text.length();
    boolean code = text.length() >= CODE_MIN;
    return readable >= READABLE * text.length() && (words || code);
  }
}
