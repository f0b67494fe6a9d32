package dev.moat.wire;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Percent-encoding of paths (RFC 3986, section 2.1), read strictly. */
final class PercentCoding {
  private PercentCoding() {}

  /** The text that {@code encoded} stands for; broken escapes, bytes and controls fail. */
  static String decode(String encoded) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(encoded.length());
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      if (c != '%') {
        bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
        continue;
      }
      bytes.write(escaped(encoded, i));
      i += 2;
    }
    String text = utf8(bytes.toByteArray());
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw malformed("a control character");
    }
    return text;
  }

  private static int escaped(String encoded, int at) {
    if (at + 2 >= encoded.length()) {
      throw malformed("a cut escape");
    }
    int high = Character.digit(encoded.charAt(at + 1), 16);
    int low = Character.digit(encoded.charAt(at + 2), 16);
    if (high < 0 || low < 0) {
      throw malformed("an escape that is not two hex digits");
    }
    return (high << 4) | low;
  }

  private static String utf8(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw malformed("bytes that are not UTF-8");
    }
  }

  private static Failure malformed(String what) {
    return new Failure(
        new Problem.Invalid("path: " + what + " in it; percent-encode it as UTF-8", "path"));
  }
}
