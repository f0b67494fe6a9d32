package dev.moat.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * One event of an event stream (WHATWG HTML, section 9.2).
 *
 * @param type what its {@code event} field says, or empty
 * @param data its {@code data} lines, joined by line feeds
 */
public record ServerSentEvent(String type, String data) {
  private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);

  /** The bytes of an event without a type whose data is one line. */
  public static byte[] encode(byte[] line) {
    byte[] out = new byte[DATA.length + line.length + 2];
    System.arraycopy(DATA, 0, out, 0, DATA.length);
    for (int i = 0; i < line.length; i++) {
      if (line[i] == '\n' || line[i] == '\r') {
        throw new IllegalArgumentException("an event of one line has a line break");
      }
      out[DATA.length + i] = line[i];
    }
    out[out.length - 2] = '\n';
    out[out.length - 1] = '\n';
    return out;
  }

  /** The bytes of this event, with a {@code data} field for each of its lines. */
  public byte[] encode() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (!type.isEmpty()) {
      out.writeBytes(("event: " + type + "\n").getBytes(StandardCharsets.UTF_8));
    }
    for (String line : data.split("\n", -1)) {
      out.writeBytes(("data: " + line + "\n").getBytes(StandardCharsets.UTF_8));
    }
    out.write('\n');
    return out.toByteArray();
  }
}
