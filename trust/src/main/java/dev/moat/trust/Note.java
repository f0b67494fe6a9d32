package dev.moat.trust;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * A text with signatures in the C2SP signed-note form: the text, which ends with a line feed, an
 * empty line, and one line per signature, {@code — name base64(hash of the key, signature)}.
 */
record Note(String text, List<Line> signatures) {
  static final int NOTE_CHARACTERS_MAX = 16 << 10;

  private static final int SIGNATURES_MAX = 32;
  private static final String SEPARATOR = "\n\n";
  private static final String DASH = "\u2014 ";

  Note {
    signatures = List.copyOf(signatures);
    if (!text.endsWith("\n") || signatures.isEmpty() || signatures.size() > SIGNATURES_MAX) {
      throw malformed("no signed text");
    }
  }

  /** One signature line: who, and the bytes of key hash and signature together. */
  record Line(String name, String base64) {}

  static Note sign(String text, SigningKey key) {
    byte[] signature = key.sign(text.getBytes(StandardCharsets.UTF_8));
    byte[] bytes =
        ByteBuffer.allocate(VerifyKey.HASH_BYTES + signature.length)
            .put(key.verifyKey().hash())
            .put(signature)
            .array();
    String base64 = Base64.getEncoder().encodeToString(bytes);
    return new Note(text, List.of(new Line(key.verifyKey().name(), base64)));
  }

  static Note parse(String note) {
    int split = note.lastIndexOf(SEPARATOR);
    int signaturesAt = split + SEPARATOR.length();
    if (note.length() > NOTE_CHARACTERS_MAX
        || split < 0
        || signaturesAt >= note.length()
        || !note.endsWith("\n")) {
      throw malformed("no empty line before signatures, or too long");
    }
    if (note.chars().anyMatch(c -> (c < ' ' && c != '\n') || c == 0x7F || c == 0xFFFD)) {
      throw malformed("control characters or broken UTF-8");
    }
    List<Line> lines = new ArrayList<>();
    String signatures = note.substring(signaturesAt, note.length() - 1);
    for (String line : signatures.split("\n", SIGNATURES_MAX + 1)) {
      lines.add(line(line));
    }
    return new Note(note.substring(0, split + 1), lines);
  }

  /** Whether a signature of this key is there and right. */
  boolean isSignedBy(VerifyKey key) {
    return signatures.stream()
        .filter(line -> line.name().equals(key.name()))
        .map(line -> Base64.getDecoder().decode(line.base64()))
        .filter(bytes -> Arrays.equals(key.hash(), Arrays.copyOf(bytes, VerifyKey.HASH_BYTES)))
        .anyMatch(
            bytes ->
                key.verify(
                    text.getBytes(StandardCharsets.UTF_8),
                    Arrays.copyOfRange(bytes, VerifyKey.HASH_BYTES, bytes.length)));
  }

  String format() {
    StringBuilder out = new StringBuilder(text).append('\n');
    for (Line line : signatures) {
      out.append(DASH).append(line.name()).append(' ').append(line.base64()).append('\n');
    }
    return out.toString();
  }

  private static Line line(String line) {
    int space = line.lastIndexOf(' ');
    if (!line.startsWith(DASH) || space < DASH.length()) {
      throw malformed("a signature line is not of the form \"" + DASH + "name base64\"");
    }
    String name = line.substring(DASH.length(), space);
    String base64 = line.substring(space + 1);
    if (!VerifyKey.isName(name) || decodedLength(base64) <= VerifyKey.HASH_BYTES) {
      throw malformed("a signature line has no name or no signature");
    }
    return new Line(name, base64);
  }

  /** The length of the decoded bytes, or -1 if it is not exactly base64. */
  private static int decodedLength(String base64) {
    try {
      byte[] bytes = Base64.getDecoder().decode(base64);
      return Base64.getEncoder().encodeToString(bytes).equals(base64) ? bytes.length : -1;
    } catch (IllegalArgumentException _) {
      return -1;
    }
  }

  private static Failure malformed(String why) {
    return new Failure(
        new Problem.Invalid("signed note: " + why + "; copy it whole, with its last line", "note"));
  }
}
