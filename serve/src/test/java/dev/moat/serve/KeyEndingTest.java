package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Json;
import dev.moat.trust.IssuedKey;
import dev.moat.trust.Scope;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Exchanges under way when their key ends. */
class KeyEndingTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final String STREAM = ",\"stream\":true";

  /** So long that the guard hands some of it on before more comes. */
  private static final String PROSE = "Hello there, this is plain. ".repeat(40);

  @TempDir Path home;
  private KeyedGateway gateway;
  private IssuedKey key;

  @BeforeEach
  void start() {
    gateway = KeyedGateway.start(home);
    key = gateway.issue(Scope.everything());
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  /** A stream of which something was read, and the model behind it. */
  private record Stream(Lines lines, FakeBackend.Run run) {}

  private Stream stream(IssuedKey by) {
    gateway.backend.script(run -> run.say(PROSE));
    Lines lines = gateway.open(gateway.chat(by, STREAM));
    lines.next();
    lines.next();
    return new Stream(lines, gateway.backend.nextRun());
  }

  private static void assertCut(Stream stream, long sinceNanos) {
    JsonNode last = Json.parse(stream.lines().next(), "event");
    long millis = (System.nanoTime() - sinceNanos) / 1_000_000;
    assertEquals("invalid_api_key", last.path("error").path("code").stringValue());
    assertEquals(4, last.path("error").size());
    assertEquals("", stream.lines().next(), "nothing follows, [DONE] neither");
    assertEquals("cancel", stream.run().nextEvent());
    assertTrue(millis < SECOND.toMillis(), millis + " ms");
    stream.lines().close();
  }

  private void assertSettled() {
    assertEquals("exchange-opened", gateway.exchanges.next().path("type").stringValue());
    JsonNode closed = gateway.exchanges.next();
    assertEquals("error", closed.path("finish").stringValue());
    assertTrue(closed.path("usage").path("completion_tokens").intValue() > 0, closed.toString());
    gateway.awaitQuiet();
  }

  @Test
  void aStreamOfARevokedKeyIsCutAtOnceAndSettled() {
    Stream stream = stream(key);
    long start = System.nanoTime();
    gateway.keys.revoke(key.key().id(), "ann");
    assertCut(stream, start);
    assertSettled();
    stream.run().say("nobody hears this").finish();
    assertTrue(gateway.exchanges.isEmpty());
  }

  @Test
  void aStreamOfAKeyThatExpiresIsCutWithinASecond() {
    Scope brief =
        new Scope(
            Set.of("*"),
            Set.of("*"),
            Set.of("*"),
            Set.of(),
            Optional.of(KeyedGateway.NOW.plusSeconds(60)));
    Stream stream = stream(gateway.issue(brief));
    gateway.now.set(KeyedGateway.NOW.plusSeconds(60).minusMillis(1));
    stream.run().say(PROSE);
    assertTrue(stream.lines().next().contains("plain"));
    long start = System.nanoTime();
    gateway.now.set(KeyedGateway.NOW.plusSeconds(60));
    while (!stream.lines().next().contains("invalid_api_key")) {
      assertTrue(System.nanoTime() - start < SECOND.toNanos());
    }
    assertTrue(System.nanoTime() - start < SECOND.toNanos());
    assertEquals("cancel", stream.run().nextEvent());
    stream.lines().close();
    assertSettled();
  }

  @Test
  void aStreamOfARotatedKeyGoesOnUntilTheOverlapIsOver() {
    Stream stream = stream(key);
    gateway.keys.rotate(key.key().id(), Duration.ofMinutes(5), "ann");
    gateway.now.set(KeyedGateway.NOW.plusSeconds(299));
    assertEquals(200, gateway.send(gateway.request("/v1/models", key).GET()).status());
    long start = System.nanoTime();
    gateway.now.set(KeyedGateway.NOW.plusSeconds(300));
    assertCut(stream, start);
    assertEquals(401, gateway.send(gateway.request("/v1/models", key).GET()).status());
  }

  @Test
  void aRotationWithoutOverlapCutsAtOnce() {
    Stream stream = stream(key);
    long start = System.nanoTime();
    gateway.keys.rotate(key.key().id(), Duration.ZERO, "ann");
    assertCut(stream, start);
    assertSettled();
  }

  @Test
  void otherKeysOfTheSamePrincipalGoOn() {
    IssuedKey other = gateway.issue(Scope.everything());
    Stream cut = stream(key);
    Stream kept = stream(other);
    long start = System.nanoTime();
    gateway.keys.revoke(key.key().id(), "ann");
    assertCut(cut, start);
    kept.run().say(" and goodbye").finish();
    StringBuilder rest = new StringBuilder();
    for (String data = kept.lines().next(); !data.isEmpty(); data = kept.lines().next()) {
      rest.append(data);
    }
    assertTrue(rest.toString().contains("goodbye"), rest.toString());
    assertTrue(rest.toString().endsWith("[DONE]"), rest.toString());
    kept.lines().close();
  }

  @Test
  void manyStreamsOfOneKeyAreAllCut() {
    List<Stream> streams = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      streams.add(stream(key));
    }
    long start = System.nanoTime();
    gateway.keys.revoke(key.key().id(), "ann");
    streams.forEach(stream -> assertEquals("cancel", stream.run().nextEvent()));
    assertTrue(System.nanoTime() - start < SECOND.toNanos());
    streams.forEach(stream -> assertTrue(stream.lines().next().contains("invalid_api_key")));
    streams.forEach(stream -> stream.lines().close());
    gateway.awaitQuiet();
  }

  @Test
  void aWholeAnswerBecomesTheErrorOfABadKey() {
    for (String more : List.of("", STREAM)) {
      IssuedKey own = gateway.issue(Scope.everything());
      gateway.backend.waits();
      CompletableFuture<TestGateway.Answer> asked =
          CompletableFuture.supplyAsync(() -> gateway.send(gateway.chat(own, more)));
      FakeBackend.Run run = gateway.backend.nextRun();
      gateway.keys.revoke(own.key().id(), "ann");
      assertEquals("cancel", run.nextEvent());
      TestGateway.Answer answer = asked.join();
      assertEquals(401, answer.status(), answer.text());
      assertEquals("invalid_api_key", answer.error().path("code").stringValue());
      assertEquals("Bearer", answer.header("www-authenticate"));
      assertFalse(answer.header("x-request-id").isEmpty());
    }
    gateway.awaitQuiet();
  }

  @Test
  void aQuestionThatIsStillBeingRecordedNeverReachesTheModel() {
    gateway.exchanges.mode(FakeLedger.Mode.HELD);
    CompletableFuture<TestGateway.Answer> asked =
        CompletableFuture.supplyAsync(() -> gateway.send(gateway.chat(key, "")));
    gateway.exchanges.next();
    gateway.keys.revoke(key.key().id(), "ann");
    assertEquals(401, asked.join().status());
    gateway.exchanges.mode(FakeLedger.Mode.PROMPT);
    gateway.exchanges.release();
    assertEquals("cancelled", gateway.exchanges.next().path("finish").stringValue());
    assertTrue(gateway.backend.unasked());
    gateway.awaitQuiet();
  }

  @Test
  void aQuestionWhoseBodyIsStillComingIsRefused() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.server.port())) {
      String head =
          String.join(
              "\r\n",
              "POST /v1/chat/completions HTTP/1.1",
              "host: x",
              "authorization: Bearer " + key.secret().reveal(),
              "content-length: 100",
              "",
              "{");
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
      while (!gateway.meters.scrape().contains("moat_exchanges_active 1.0")) {
        assertTrue(System.nanoTime() < end);
        Thread.onSpinWait();
      }
      gateway.keys.revoke(key.key().id(), "ann");
      socket.setSoTimeout(10_000);
      byte[] start = socket.getInputStream().readNBytes(12);
      assertEquals("HTTP/1.1 401", new String(start, StandardCharsets.US_ASCII));
    }
    gateway.awaitQuiet();
  }

  @Test
  void anAnswerThatTheModelHadFinishedIsCompleted() {
    gateway.backend.waits();
    CompletableFuture<TestGateway.Answer> asked =
        CompletableFuture.supplyAsync(() -> gateway.send(gateway.chat(key, "")));
    FakeBackend.Run run = gateway.backend.nextRun();
    gateway.exchanges.next();
    gateway.exchanges.mode(FakeLedger.Mode.HELD);
    run.say("done").finish();
    assertEquals("stop", gateway.exchanges.next().path("finish").stringValue());
    gateway.keys.revoke(key.key().id(), "ann");
    gateway.exchanges.release();
    assertEquals("done", asked.join().content());
  }

  @Test
  void whoAsksWhileTheKeyIsRevokedIsRefusedOrCut() throws Exception {
    for (int round = 0; round < 30; round++) {
      IssuedKey own = gateway.issue(Scope.everything());
      gateway.backend.waits();
      CompletableFuture<TestGateway.Answer> asked =
          CompletableFuture.supplyAsync(() -> gateway.send(gateway.chat(own, "")));
      gateway.keys.revoke(own.key().id(), "ann");
      assertEquals(401, asked.join().status());
    }
    gateway.awaitQuiet();
  }
}
