package dev.moat.guard;

import java.util.Optional;

/** Reads base64 of either alphabet, on one line or broken over several, and base32. */
final class Base64Runs {
  private static final Alphabet BODY = Alphabet.of("a-zA-Z0-9+/_\\-");
  private static final int RUN_MIN = 16;
  private static final int PROBE = 32;

  /** How many characters stand for whole bytes. */
  private static final int GROUP = 4;

  private static final int GROUP_OF_32 = 8;

  private static final byte[] SIX_BITS = sixBits();

  private Base64Runs() {}

  /** Whether base64 of text could begin with the run, or behind a few characters of it. */
  static boolean hasText(String text, int start, int end) {
    for (int from = start; from < start + GROUP && end - from >= RUN_MIN; from++) {
      if (mayBeText(text, from, end)) {
        return true;
      }
    }
    return false;
  }

  /** Whether the beginning of the run could be base64 of text; a run that is no run passes. */
  private static boolean mayBeText(String text, int start, int end) {
    int more = 0;
    int group = 0;
    int last = Math.min(end, start + PROBE);
    for (int i = start; i < last; i++) {
      if (i < 0 || text.charAt(i) >= 128 || SIX_BITS[text.charAt(i)] < 0) {
        return true;
      }
      group = group << 6 | SIX_BITS[text.charAt(i)];
      int place = (i - start) % 4;
      if (place == 0) {
        continue;
      }
      int value = group >>> (6 - 2 * place) & 0xFF;
      more = next(more, value);
      if (more < 0) {
        return false;
      }
    }
    return true;
  }

  /** How many bytes of a character are to come after {@code value}, or -1 if it is no text. */
  private static int next(int more, int value) {
    if (more > 0) {
      return (value & 0xC0) == 0x80 ? more - 1 : -1;
    }
    if (value < 0x80) {
      boolean shown = value >= ' ' && value != 0x7F;
      return shown || value == '\n' || value == '\r' || value == '\t' ? 0 : -1;
    }
    if (value < 0xC2 || value >= 0xF5) {
      return -1;
    }
    return value < 0xE0 ? 1 : value < 0xF0 ? 2 : 3;
  }

  static void base64(Rewrite out) {
    String text = out.text();
    int single = 0; // before it, lines are not joined again
    int at = 0;
    while (at < text.length()) {
      int end = runEnd(text, at, BODY);
      if (end - at >= RUN_MIN) {
        int joined = at >= single ? linesEnd(text, end) : end;
        if (joined > end && replaced(out, at, joined)) {
          end = joined;
        } else {
          single = Math.max(single, joined);
          replaced(out, at, end);
        }
      }
      at = Math.max(at, end) + 1;
    }
  }

  /** Takes what the run says, perhaps behind up to three characters that are no part of it. */
  private static boolean replaced(Rewrite out, int start, int end) {
    for (int from = start; from < start + GROUP && end - from >= RUN_MIN; from++) {
      if (replacedFrom(out, from, end)) {
        return true;
      }
    }
    return false;
  }

  private static boolean replacedFrom(Rewrite out, int start, int end) {
    if (!mayBeText(out.text(), start, Math.min(end, start + RUN_MIN))) {
      return false;
    }
    Bytes bytes = new Bytes((end - start) * 3 / 4 + 3);
    int group = 0;
    int count = 0;
    for (int i = start; i < end; i++) {
      char c = out.text().charAt(i);
      if (c >= 128 || SIX_BITS[c] < 0) {
        continue; // a line break
      }
      group = group << 6 | SIX_BITS[c];
      int place = count++ % 4;
      if (place > 0) {
        bytes.add(group >>> (6 - 2 * place));
      }
    }
    Optional<String> said = bytes.text();
    said.ifPresent(word -> out.replace(start, padded(out.text(), end), word));
    return said.isPresent();
  }

  /** Where lines of base64 end if they go on after the line that ends at {@code end}. */
  private static int linesEnd(String text, int end) {
    int last = end;
    while (true) {
      int next = last;
      while (next < text.length() && next - last < 2 && isBreak(text.charAt(next))) {
        next++;
      }
      int lineEnd = runEnd(text, next, BODY);
      if (next == last || lineEnd == next || !endsLine(text, lineEnd)) {
        return last;
      }
      last = lineEnd;
    }
  }

  private static boolean endsLine(String text, int end) {
    return end == text.length() || text.charAt(end) == '=' || isBreak(text.charAt(end));
  }

  private static boolean isBreak(char c) {
    return c == '\n' || c == '\r';
  }

  private static int padded(String text, int end) {
    int i = end;
    while (i < text.length() && i - end < 6 && text.charAt(i) == '=') {
      i++;
    }
    return i;
  }

  static void base32(Rewrite out) {
    String text = out.text();
    for (int at = 0; at < text.length(); at++) {
      int end = runEnd(text, at, Alphabet.BASE32);
      boolean read = false;
      for (int from = at; !read && from < at + GROUP_OF_32 && end - from >= RUN_MIN; from++) {
        read = replacedFrom32(out, from, end);
      }
      at = Math.max(at, end);
    }
  }

  private static boolean replacedFrom32(Rewrite out, int start, int end) {
    Bytes bytes = new Bytes((end - start) * 5 / 8);
    int bits = 0;
    int count = 0;
    for (int i = start; i < end; i++) {
      char c = out.text().charAt(i);
      bits = bits << 5 | (c >= 'A' ? c - 'A' : c - '2' + 26);
      count += 5;
      if (count >= 8) {
        count -= 8;
        bytes.add(bits >>> count);
      }
    }
    Optional<String> said = bytes.text();
    said.ifPresent(word -> out.replace(start, padded(out.text(), end), word));
    return said.isPresent();
  }

  private static int runEnd(String text, int at, Alphabet alphabet) {
    int end = at;
    while (end < text.length() && alphabet.has(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static byte[] sixBits() {
    byte[] values = new byte[128];
    String order = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    for (int c = 0; c < values.length; c++) {
      values[c] = (byte) order.indexOf(c);
    }
    values['+'] = 62;
    values['-'] = 62;
    values['/'] = 63;
    values['_'] = 63;
    return values;
  }
}
