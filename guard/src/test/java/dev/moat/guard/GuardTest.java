package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class GuardTest {
  private static final Guard GUARD = Guard.of(GuardPolicy.defaults());

  private static String redacted(String text) {
    return assertInstanceOf(Verdict.Redact.class, GUARD.judge(Channel.OUTPUT, text)).text();
  }

  @Test
  void redactsALetter() {
    assertEquals(
        """
        Dear Ms Doe,
        we have sent the contract to [redacted:email] and will
        ring you at [redacted:phone]. Your account
        [redacted:iban] was charged, card
        [redacted:card]. You were born on [redacted:birth-date].
        """,
        redacted(
            """
            Dear Ms Doe,
            we have sent the contract to jane.doe@example.com and will
            ring you at +49 30 901820. Your account
            DE89 3704 0044 0532 0130 00 was charged, card
            4111-1111-1111-1111. You were born on 12 March 1980.
            """));
  }

  @Test
  void redactsALog() {
    assertEquals(
        """
        2026-11-21T03:30:00Z INFO login of 42 from [redacted:ip-address] mac [redacted:mac-address]
        2026-11-21T03:30:01Z WARN token=[redacted:credential] expired
        2026-11-21T03:30:02Z INFO version 1.4.2.0 took 00:00:12.345
        """,
        redacted(
            """
            2026-11-21T03:30:00Z INFO login of 42 from 81.2.69.142 mac 3c:22:fb:4a:9e:01
            2026-11-21T03:30:01Z WARN token=8fJ2kLq0ZxW7vB3nT5rY expired
            2026-11-21T03:30:02Z INFO version 1.4.2.0 took 00:00:12.345
            """));
  }

  @Test
  void redactsConfiguration() {
    assertEquals(
        """
        db:
          url: postgres://app:[redacted:url-password]@db.internal/main
          password: [redacted:password]
        aws:
          access-key: [redacted:aws-access-key]
          secret-access-key: "[redacted:credential]"
        debug: true
        """,
        redacted(
            """
            db:
              url: postgres://app:Zk21x9Qr@db.internal/main
              password: hX7!kq29Lm
            aws:
              access-key: AKIA3XQZ7VTLW2NJ5KRM
              secret-access-key: "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"
            debug: true
            """));
  }

  @Test
  void leavesCodeAlone() {
    String code =
        """
        /** Parses RFC 3986 URIs; since 1.2.3.4. See {@link java.net.URI#create(String)}. */
        @SuppressWarnings("unchecked")
        public final class Token extends Base<Key, Value> {
          private static final long serialVersionUID = 4111111111111111L;
          private static final int MASK = 0x7fffffff;
          private static final String ID = "550e8400-e29b-41d4-a716-446655440000";
          private static final String SHA = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
          private static final Pattern P = Pattern.compile("[a-z]{2,5}@\\\\d+");
          static final byte[] MAGIC = {0x50, 0x4B, 0x03, 0x04, 0x14, 0x00, 0x06, 0x00};
          Token next(Lexer lexer) { return lexer.token().password(password2).build(); }
          // 2024-05-06 10:11:12, 3.14159265358979323846, 1_000_000_000, 10.0 / 3.0 - 2.5
        }
        """;
    for (Channel channel : Channel.values()) {
      assertEquals("pass", GUARD.judge(channel, code).word(), channel.name());
    }
  }

  @Test
  void theEmptyTextPasses() {
    for (Channel channel : Channel.values()) {
      Verdict verdict = GUARD.judge(channel, "");
      assertEquals("pass", verdict.word());
      assertEquals(List.of(), verdict.spans());
      assertEquals(0, verdict.score());
      assertEquals(0, verdict.scores().harmMax());
    }
    StreamGuard stream = GUARD.stream(Channel.OUTPUT);
    assertEquals("", stream.accept("") + stream.finish());
  }

  @Test
  void isTheSameForAllThreads() throws Exception {
    TextMaker maker = new TextMaker(new Random(141));
    List<String> texts = new ArrayList<>();
    List<Verdict> expected = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      texts.add(maker.text(8));
      expected.add(GUARD.judge(Channel.USER, texts.getLast()));
    }
    Callable<List<Verdict>> judging =
        () -> texts.stream().map(text -> GUARD.judge(Channel.USER, text)).toList();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (Future<List<Verdict>> done : threads.invokeAll(List.of(judging, judging, judging))) {
        assertEquals(expected, done.get());
      }
    }
  }

  @Test
  void findsAcrossTheSlicesOfALongText() {
    String token = "ghp_r4nD0mT0k3nV4lu3zQ8wE7yU6iO5pA2sD1fG";
    for (int before = 8192 - token.length() - 3; before <= 8192 + 3; before++) {
      String text = "x".repeat(before - 1) + " " + token + " and more";
      assertEquals(
          List.of(new Span("github-token", before, before + token.length())), Sensitive.find(text));
    }
  }

  @Test
  void offsetsOfALongTextAreThoseOfTheOriginal() {
    StringBuilder text = new StringBuilder();
    List<Span> expected = new ArrayList<>();
    Random random = new Random(142);
    for (int i = 0; i < 500; i++) {
      text.append("wörd ".repeat(random.nextInt(60)));
      expected.add(new Span("email", text.length(), text.length() + 12));
      text.append("jané@exä.com").append(' ');
    }
    assertEquals(expected, Sensitive.find(text.toString()));
  }

  @Test
  void verdictsNameThemselves() {
    assertEquals("pass", new Verdict.Pass(0).word());
    assertEquals("flag", new Verdict.Flag("r", 1, List.of()).word());
    assertEquals("redact", new Verdict.Redact("", List.of(), 0).word());
    assertEquals("block", new Verdict.Block("r", 1, List.of()).word());
    assertEquals(List.of(), new Verdict.Pass(0.3).spans());
  }

  @Test
  void spansCannotBeReversed() {
    assertThrows(IllegalArgumentException.class, () -> new Span("email", 3, 2));
    assertThrows(IllegalArgumentException.class, () -> new Span("email", -1, 2));
    assertThrows(IllegalArgumentException.class, () -> new Sign("injection.x", 1));
    assertThrows(IllegalArgumentException.class, () -> new Sign("injection.x", 0));
  }

  @Test
  void verdictsKeepTheirOwnSpans() {
    List<Span> spans = new ArrayList<>(List.of(new Span("email", 0, 1)));
    Verdict flag = new Verdict.Flag("email", 1, spans);
    Verdict redact = new Verdict.Redact("", spans, 0);
    Verdict block = new Verdict.Block("email", 1, spans);
    spans.clear();
    assertTrue(flag.spans().size() == 1 && redact.spans().size() == 1 && block.spans().size() == 1);
  }
}
