package dev.moat.guard;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Knows secrets that are hidden in base64: a run that decodes to readable text is searched as that
 * text, and so is base64 within it. Of a run longer than a window its beginning is read. A level is
 * a quarter shorter than the one around it, so all levels together are bounded.
 */
final class EncodedSecretDetector implements Detector {
  private static final Alphabet BODY = Alphabet.of("a-zA-Z0-9+/_\\-");

  /** The first six bits of a readable byte. */
  private static final Alphabet FIRSTS = Alphabet.of("I-Za-f");

  private static final Alphabet JOINERS = Alphabet.of("+/_\\-");
  private static final Alphabet JOINED = Alphabet.of("a-zA-Z0-9+/");
  private static final Tail REST = Tail.of(Alphabet.BASE64);
  private static final String BASIC = "Basic ";
  private static final int PROBE = 12;
  private static final int RUN_MIN = 24;
  private static final int RUN_MAX = Window.REACH / 4 * 4;

  @Override
  public Start start() {
    return Start.at(FIRSTS).endedBy(JOINERS);
  }

  @Override
  public void find(Window window, int at, Best best) {
    if (!FIRSTS.has(window.at(at)) || JOINED.has(window.at(at - 1))) {
      return;
    }
    if (!isReadable(window, at)) {
      return;
    }
    int end = BODY.runEnd(window, at, RUN_MAX);
    boolean basic = follows(window, at, BASIC);
    if (end - at < RUN_MIN && !basic) {
      return;
    }
    String text = decode(window, at, end);
    type(text, basic)
        .ifPresent(
            type -> {
              if (end - at == RUN_MAX) {
                best.offer(type, end, REST);
              } else {
                best.offer(type, paddingEnd(window, end));
              }
            });
  }

  /** Whether the first bytes are ASCII text: one of six thousand runs of noise begins like that. */
  private static boolean isReadable(Window window, int at) {
    int bits = 0;
    for (int i = 0; i < PROBE; i++) {
      int value = value(window.at(at + i));
      if (value < 0) {
        return false;
      }
      bits = (bits & 0xFFFFFF) << 6 | value;
      int bytes = i % 4;
      if (bytes > 0 && !isText((bits >> (6 - 2 * bytes)) & 0xFF)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isText(int c) {
    return (c >= ' ' && c < 0x7F) || c == '\n' || c == '\r' || c == '\t';
  }

  private static int value(char c) {
    if (!BODY.has(c)) {
      return -1;
    }
    return switch (c) {
      case '+', '-' -> 62;
      case '/', '_' -> 63;
      default -> c <= '9' ? c - '0' + 52 : c <= 'Z' ? c - 'A' : c - 'a' + 26;
    };
  }

  private static String decode(Window window, int from, int end) {
    byte[] bytes = new byte[(end - from) * 3 / 4];
    int bits = 0;
    int size = 0;
    for (int i = 0; i < end - from; i++) {
      bits = (bits & 0xFFFFFF) << 6 | value(window.at(from + i));
      if (i % 4 > 0) {
        bytes[size++] = (byte) (bits >> (6 - 2 * (i % 4)));
      }
    }
    return new String(bytes, 0, size, StandardCharsets.UTF_8);
  }

  private static Optional<String> type(String text, boolean basic) {
    Optional<String> type =
        Sensitive.find(text).stream()
            .map(Span::type)
            .filter(found -> !PersonalTypes.ALL.contains(found))
            .findFirst();
    boolean login = basic && text.indexOf(':') >= 0 && !text.endsWith(":");
    return type.isEmpty() && login ? Optional.of("credential") : type;
  }

  private static boolean follows(Window window, int at, String word) {
    for (int i = 0; i < word.length(); i++) {
      if (window.at(at - word.length() + i) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static int paddingEnd(Window window, int end) {
    int padded = end;
    while (padded - end < 2 && window.at(padded) == '=') {
      padded++;
    }
    return padded;
  }
}
