package dev.moat.engine;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Turns the bytes of tokens into text that is certain: whole characters, and nothing that may yet
 * turn out to begin a stop string. The text ends before the stop string that is complete first, and
 * of those complete at the same character the longest; so it does not depend on where the bytes are
 * cut into tokens.
 */
final class TextStream {
  private final List<String> stops;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private final StringBuilder held = new StringBuilder();
  private byte[] partial = new byte[0];
  private boolean stopped;

  TextStream(List<String> stops) {
    this.stops = stops;
  }

  /** Whether a stop string was found; nothing is released any more. */
  boolean stopped() {
    return stopped;
  }

  /** Takes the bytes of a token; gives the text that has become certain, often none. */
  String accept(byte[] bytes) {
    return release(decode(bytes, false), false);
  }

  /** Gives what was held back, once no more bytes come. */
  String end() {
    return release(decode(new byte[0], true), true);
  }

  private String decode(byte[] bytes, boolean last) {
    ByteBuffer in = ByteBuffer.allocate(partial.length + bytes.length);
    in.put(partial).put(bytes).flip();
    CharBuffer out = CharBuffer.allocate(in.remaining() + 1);
    decoder.decode(in, out, last);
    partial = new byte[in.remaining()];
    in.get(partial);
    return out.flip().toString();
  }

  private String release(String text, boolean last) {
    if (stopped) {
      return "";
    }
    for (int i = 0; i < text.length(); i++) {
      held.append(text.charAt(i));
      int stop = longestStopAtEnd();
      if (stop > 0) {
        stopped = true;
        return held.substring(0, held.length() - stop);
      }
    }
    int certain = last ? held.length() : held.length() - possibleStopAtEnd();
    String released = held.substring(0, certain);
    held.delete(0, certain);
    return released;
  }

  private int longestStopAtEnd() {
    int longest = 0;
    for (String stop : stops) {
      if (stop.length() > longest && endsWith(stop, stop.length())) {
        longest = stop.length();
      }
    }
    return longest;
  }

  /** The length of the longest end of the held text that a stop string may begin with. */
  private int possibleStopAtEnd() {
    int longest = 0;
    for (String stop : stops) {
      for (int size = Math.min(stop.length() - 1, held.length()); size > longest; size--) {
        if (endsWith(stop, size)) {
          longest = size;
        }
      }
    }
    return longest;
  }

  private boolean endsWith(String stop, int size) {
    int at = held.length() - size;
    if (at < 0) {
      return false;
    }
    for (int i = 0; i < size; i++) {
      if (held.charAt(at + i) != stop.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
