package dev.moat.data;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Optional;

/**
 * Decodes the bytes of one file to clean text, or says why it is not text.
 *
 * <p>A byte order mark decides first (Unicode 16, section 23.8). Without one the bytes must be
 * strict UTF-8 (RFC 3629); else they may be windows-1252 if they look like a Western text: few high
 * bytes, next to letters, no controls. A file that holds NUL is binary.
 */
public final class Decoder {
  private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");
  private static final double CONTROL_SHARE_MAX = 0.01;
  private static final double HIGH_SHARE_MAX = 0.3;
  private static final double BESIDE_LETTER_SHARE_MIN = 0.5;

  /**
   * How many marks one letter may bear: the bound of stream-safe text (Unicode annex 15), because
   * sorting a run of them takes the square of its length.
   */
  private static final int MARKS_MAX = 30;

  private Decoder() {}

  /** The clean text of a file; empty if it is not text. */
  public static Optional<String> text(byte[] bytes) {
    return decode(bytes) instanceof Decoded.Legible(String text)
        ? Optional.of(text)
        : Optional.empty();
  }

  /** Decodes and cleans. */
  static Decoded decode(byte[] bytes) {
    if (bytes.length == 0) {
      return new Decoded.Dropped(DropReason.EMPTY);
    }
    Optional<Charset> marked = byteOrderMark(bytes);
    if (marked.isPresent()) {
      return strict(bytes, marked.get())
          .map(Decoder::cleaned)
          .orElseGet(() -> new Decoded.Dropped(DropReason.UNDECODABLE));
    }
    if (looksBinary(bytes)) {
      return new Decoded.Dropped(DropReason.BINARY);
    }
    return strict(bytes, StandardCharsets.UTF_8)
        .or(() -> western(bytes))
        .map(Decoder::cleaned)
        .orElseGet(() -> new Decoded.Dropped(DropReason.UNDECODABLE));
  }

  /** The text in NFC with LF line ends, without control and bidirectional override characters. */
  static String clean(String text) {
    StringBuilder out = new StringBuilder(text.length());
    int marks = 0;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (removed(c)) {
        continue;
      }
      marks = isMark(c) ? marks + 1 : 0;
      if (c == '\r') {
        boolean beforeLineFeed = i < text.length() && text.charAt(i) == '\n';
        out.append(beforeLineFeed ? "" : "\n");
      } else if (c == '\u0085' || c == '\u2028') {
        out.append('\n');
      } else if (c == '\u2029') {
        out.append("\n\n");
      } else if (marks <= MARKS_MAX) {
        out.appendCodePoint(c);
      }
    }
    String kept = out.toString();
    return Normalizer.isNormalized(kept, Normalizer.Form.NFC)
        ? kept
        : Normalizer.normalize(kept, Normalizer.Form.NFC);
  }

  /** Controls, byte order marks and the overrides that make code read otherwise than it runs. */
  private static boolean removed(int c) {
    return (Character.isISOControl(c) && c != '\t' && c != '\n' && c != '\r' && c != 0x85)
        || c == '\uFEFF'
        || (c >= '\u202A' && c <= '\u202E')
        || (c >= '\u2066' && c <= '\u2069');
  }

  private static boolean isMark(int c) {
    return switch (Character.getType(c)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.COMBINING_SPACING_MARK ->
          true;
      default -> false;
    };
  }

  private static Decoded cleaned(String text) {
    String clean = clean(text);
    return clean.isBlank() ? new Decoded.Dropped(DropReason.EMPTY) : new Decoded.Legible(clean);
  }

  private static Optional<Charset> byteOrderMark(byte[] bytes) {
    if (starts(bytes, 0xEF, 0xBB, 0xBF)) {
      return Optional.of(StandardCharsets.UTF_8);
    }
    if (starts(bytes, 0xFF, 0xFE, 0, 0)) {
      return Optional.of(StandardCharsets.UTF_32LE);
    }
    if (starts(bytes, 0, 0, 0xFE, 0xFF)) {
      return Optional.of(StandardCharsets.UTF_32BE);
    }
    if (starts(bytes, 0xFF, 0xFE)) {
      return Optional.of(StandardCharsets.UTF_16LE);
    }
    if (starts(bytes, 0xFE, 0xFF)) {
      return Optional.of(StandardCharsets.UTF_16BE);
    }
    return Optional.empty();
  }

  private static boolean starts(byte[] bytes, int... mark) {
    if (bytes.length < mark.length) {
      return false;
    }
    for (int i = 0; i < mark.length; i++) {
      if ((bytes[i] & 0xFF) != mark[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean looksBinary(byte[] bytes) {
    int controls = 0;
    for (byte b : bytes) {
      if (b == 0) {
        return true;
      }
      if ((b >= 0 && b < ' ' && !isSpacing(b)) || b == 0x7F) {
        controls++;
      }
    }
    return controls > bytes.length * CONTROL_SHARE_MAX;
  }

  private static boolean isSpacing(byte b) {
    return b == '\t' || b == '\n' || b == '\r' || b == '\f';
  }

  private static Optional<String> strict(byte[] bytes, Charset charset) {
    try {
      CharBuffer text =
          charset
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes));
      return Optional.of(text.toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> western(byte[] bytes) {
    int high = 0;
    int besideLetter = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] >= 0) {
        if (bytes[i] < ' ' && !isSpacing(bytes[i])) {
          return Optional.empty();
        }
        continue;
      }
      high++;
      boolean letterBefore = i > 0 && Character.isLetter(bytes[i - 1]);
      boolean letterAfter = i + 1 < bytes.length && Character.isLetter(bytes[i + 1]);
      besideLetter += letterBefore || letterAfter ? 1 : 0;
    }
    return high <= bytes.length * HIGH_SHARE_MAX && besideLetter >= high * BESIDE_LETTER_SHARE_MIN
        ? strict(bytes, WINDOWS_1252)
        : Optional.empty();
  }
}
