import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * Cuts HTTP/1.1 messages out of the bytes of one connection. It knows what the programs here send
 * each other (bodies by length or in chunks, no trailers, no upgrade) and refuses the rest: this is
 * no parser for the open net, but one that costs next to nothing.
 */
final class MessageReader {
  /** Takes one message after another. */
  interface Sink {
    /** Takes the first line and the header fields, in lower case. */
    void head(String head) throws IOException;

    /** Takes a part of the body. */
    void body(byte[] bytes, int from, int to);

    /** Says that the message is complete. */
    void end() throws IOException;
  }

  private enum State {
    HEAD,
    LENGTH_BODY,
    CHUNK_SIZE,
    CHUNK_BODY,
    CHUNK_END,
    LAST_LINE
  }

  private static final int HEAD_BYTES_MAX = 16 << 10;

  private final Sink sink;
  private byte[] head = new byte[512];
  private int headLength;
  private State state = State.HEAD;
  private long left;

  MessageReader(Sink sink) {
    this.sink = sink;
  }

  /** Takes what was read from the connection. */
  void accept(byte[] bytes, int length) throws IOException {
    int at = 0;
    while (at < length) {
      at =
          switch (state) {
            case HEAD -> head(bytes, at, length);
            case LENGTH_BODY, CHUNK_BODY -> body(bytes, at, length);
            case CHUNK_SIZE -> size(bytes[at], at);
            case CHUNK_END, LAST_LINE -> lineEnd(bytes[at], at);
          };
    }
  }

  /** Whether a message has begun and not ended. */
  boolean within() {
    return state != State.HEAD || headLength > 0;
  }

  private int head(byte[] bytes, int from, int length) throws IOException {
    for (int at = from; at < length; at++) {
      if (headLength == head.length) {
        if (headLength == HEAD_BYTES_MAX) {
          throw new IOException("head of more than " + HEAD_BYTES_MAX + " bytes");
        }
        head = Arrays.copyOf(head, 2 * headLength);
      }
      head[headLength++] = bytes[at];
      if (bytes[at] == '\n' && headLength >= 4 && head[headLength - 3] == '\n') {
        begin();
        return at + 1;
      }
    }
    return length;
  }

  private void begin() throws IOException {
    String text =
        new String(head, 0, headLength, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    headLength = 0;
    sink.head(text);
    if (text.contains("\r\ntransfer-encoding: chunked")) {
      state = State.CHUNK_SIZE;
      left = 0;
      return;
    }
    left = number(text, "\r\ncontent-length: ");
    if (left > 0) {
      state = State.LENGTH_BODY;
    } else {
      sink.end();
    }
  }

  private int body(byte[] bytes, int from, int length) throws IOException {
    int to = (int) Math.min(length, from + left);
    sink.body(bytes, from, to);
    left -= to - from;
    if (left == 0) {
      if (state == State.CHUNK_BODY) {
        state = State.CHUNK_END;
      } else {
        finish();
      }
    }
    return to;
  }

  private int size(byte next, int at) throws IOException {
    if (next == '\n') {
      state = left == 0 ? State.LAST_LINE : State.CHUNK_BODY;
    } else if (next != '\r') {
      int digit = Character.digit(next, 16);
      if (digit < 0) {
        throw new IOException("chunk size with the character " + next);
      }
      left = left * 16 + digit;
    }
    return at + 1;
  }

  private int lineEnd(byte next, int at) throws IOException {
    if (next == '\n') {
      if (state == State.LAST_LINE) {
        finish();
      } else {
        state = State.CHUNK_SIZE;
      }
    }
    return at + 1;
  }

  private void finish() throws IOException {
    state = State.HEAD;
    sink.end();
  }

  private static long number(String head, String name) {
    int at = head.indexOf(name);
    if (at < 0) {
      return 0;
    }
    int from = at + name.length();
    return Long.parseLong(head.substring(from, head.indexOf('\r', from)).strip());
  }
}
