package dev.moat.guard;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Knows JSON web tokens (RFC 7519): a base64url header that names an algorithm, then a payload. */
final class JwtDetector implements Detector {
  private static final int HEADER_MIN = 16;
  private static final int HEADER_MAX = 400;
  private static final int PAYLOAD_MIN = 8;
  private static final Tail REST = Tail.of(Alphabet.URL64_DOTS);

  @Override
  public Start start() {
    return Start.at(Alphabet.of("e"));
  }

  @Override
  public void find(Window window, int at, Best best) {
    if (window.at(at) != 'e' || window.at(at + 1) != 'y') {
      return;
    }
    int dot = Alphabet.URL64.runEnd(window, at, HEADER_MAX);
    if (dot - at < HEADER_MIN || window.at(dot) != '.' || !namesAlgorithm(window, at, dot)) {
      return;
    }
    int end = Alphabet.URL64.runEnd(window, dot + 1, PAYLOAD_MIN);
    if (end - dot > PAYLOAD_MIN) {
      best.offer("jwt", end, REST);
    }
  }

  private static boolean namesAlgorithm(Window window, int from, int end) {
    int whole = from + (end - from) / 4 * 4; // the header may be cut; its start says enough
    byte[] text = window.text(from, whole).getBytes(StandardCharsets.US_ASCII);
    String header = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.ISO_8859_1);
    return header.startsWith("{") && (header.contains("\"alg\"") || header.contains("\"typ\""));
  }
}
