package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class TokenDetectorTest {
  private static final int SAMPLES = 20;

  @Test
  void knowsAtLeastSixtyKinds() {
    Set<String> types = new HashSet<>();
    TokenRules.templates().forEach(template -> types.add(template.type()));
    assertTrue(types.size() >= 60, "only " + types.size());
  }

  @Test
  void findsEveryFormWhereTokensStand() {
    RandomGenerator random = new Random(1);
    List<String> frames = List.of("%s", "x = \"%s\";", "<a>%s</a>", "see %s, please", "?t=%s&u=1");
    for (TokenTemplate template : TokenRules.templates()) {
      for (int i = 0; i < SAMPLES; i++) {
        String token = sample(template, random);
        String frame = frames.get(i % frames.size());
        String text = frame.formatted(token);
        int start = frame.indexOf("%s");
        Span expected = new Span(template.type(), start, start + token.length());
        assertEquals(List.of(expected), Sensitive.find(text), template.prefix() + " in " + text);
      }
    }
  }

  @Test
  void leavesSamplesAndShortOnesAlone() {
    for (String text :
        List.of(
            "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "ghp_000000000000000000000000000000000000",
            "ghp_1234567890abcdefghijklmnopqrstuvwxyz",
            "AKIAIOSFODNN7EXAMPLE",
            "AKIAXXXXXXXXXXXXXXXX",
            "sk-ant-your-key-goes-here-and-must-be-longer",
            "AIzaSyA",
            "glpat-short",
            "sk_live_test",
            "hf_transformers_are_models_with_attention",
            "key-value stores and key-hash maps")) {
      assertEquals(List.of(), Sensitive.find(text), text);
    }
  }

  @Test
  void takesTheWholeOfATokenLongerThanAWindow() {
    RandomGenerator random = new Random(2);
    String token = "ghs_" + characters(Alphabet.ALNUM, 3 * Window.REACH, random);
    assertEquals(
        List.of(new Span("github-token", 5, 5 + token.length())),
        Sensitive.find("push " + token + " now"));
  }

  @Test
  void acceptsAPoorTokenWithAValidChecksum() {
    String body = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    java.util.zip.CRC32 crc = new java.util.zip.CRC32();
    crc.update(body.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    StringBuilder check = new StringBuilder();
    String base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    for (long rest = crc.getValue(); check.length() < 6; rest /= 62) {
      check.insert(0, base62.charAt((int) (rest % 62)));
    }
    assertEquals(1, Sensitive.find("npm_" + body + check).size());
    assertEquals(0, Sensitive.find("npm_" + body + "000000").size());
  }

  /** A random token of the form. */
  static String sample(TokenTemplate template, RandomGenerator random) {
    while (true) {
      StringBuilder token = new StringBuilder(template.prefix());
      for (TokenTemplate.Run run : template.runs()) {
        int max = Math.min(run.max(), run.min() + 12);
        int length = run.min() + random.nextInt(max - run.min() + 1);
        token.append(characters(run.alphabet(), length, random)).append(run.literal());
      }
      // a run may by chance end in its separator or look like a sample
      if (isClean(token) && hasDigitBehindDot(template, token)) {
        return token.toString();
      }
    }
  }

  private static boolean hasDigitBehindDot(TokenTemplate template, StringBuilder token) {
    return !template.prefix().endsWith(".") || token.chars().anyMatch(Character::isDigit);
  }

  private static boolean isClean(StringBuilder token) {
    return Alphabet.ALNUM.has(token.charAt(token.length() - 1));
  }

  static String characters(Alphabet alphabet, int length, RandomGenerator random) {
    StringBuilder out = new StringBuilder();
    while (out.length() < length) {
      char c = (char) random.nextInt(33, 127);
      if (alphabet.has(c)) {
        out.append(c);
      }
    }
    return out.toString();
  }
}
