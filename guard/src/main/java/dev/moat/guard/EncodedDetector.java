package dev.moat.guard;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Knows phrases that are hidden in base64: a run that decodes to readable text is searched as that
 * text. Of a run longer than a window its beginning is read.
 */
final class EncodedDetector implements SignDetector {
  private static final Alphabet BODY = Alphabet.of("a-zA-Z0-9+/_\\-");
  private static final Alphabet JOINERS = Alphabet.of("+/_\\-");
  private static final int RUN_MIN = 24;
  private static final int RUN_MAX = Window.REACH / 4 * 4;
  private static final double READABLE = 0.9;

  private final Sign sign;
  private final PhraseDetector phrases;

  EncodedDetector(Sign sign, PhraseDetector phrases) {
    this.sign = sign;
    this.phrases = phrases;
  }

  @Override
  public Start start() {
    return Start.at(BODY).endedBy(JOINERS);
  }

  @Override
  public void find(Window window, int at, Signs signs) {
    if (BODY.has(window.at(at - 1))) {
      return;
    }
    int end = BODY.runEnd(window, at, RUN_MAX);
    if (end - at < RUN_MIN) {
      return;
    }
    int whole = (end - at) % 4 == 1 ? end - 1 : end; // six bits are no byte
    String decoded = decode(window.text(at, whole));
    if (isReadable(decoded)) {
      search(decoded, end, signs);
    }
  }

  private static String decode(String run) {
    String standard = run.replace('-', '+').replace('_', '/');
    byte[] bytes = Base64.getDecoder().decode(standard.getBytes(StandardCharsets.US_ASCII));
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static boolean isReadable(String text) {
    long readable =
        text.chars().filter(c -> c == '\n' || c == ' ' || Character.isLetterOrDigit(c)).count();
    return readable >= READABLE * text.length();
  }

  private void search(String text, int end, Signs signs) {
    Window decoded = new Window();
    Normaliser normaliser = new Normaliser(decoded);
    normaliser.accept(text, 0, text.length());
    normaliser.finish();
    Signs inside = new Signs();
    for (int at = 0; at < decoded.end(); at++) {
      decoded.stand(at);
      phrases.find(decoded, at, inside);
    }
    for (int i = 0; i < inside.count(); i++) {
      signs.add(inside.sign(i), end);
    }
    if (inside.count() > 0) {
      signs.add(sign, end);
    }
  }
}
