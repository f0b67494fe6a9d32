package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.guard.Action;
import dev.moat.guard.Channel;
import dev.moat.guard.Guard;
import dev.moat.guard.GuardPolicy;
import dev.moat.guard.Kind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class GatewayCacheTest {
  private static final String ZERO = ",\"temperature\":0";
  private static final String STREAM = ",\"stream\":true,\"temperature\":0";
  private static final GuardPolicy POLICY = GuardPolicy.defaults();

  private TestGateway gateway;

  @BeforeEach
  void start() {
    gateway = TestGateway.start();
    serve(caching(1_000, 1 << 20, false), POLICY, TestGateway.RELEASE);
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private void awaitMiss() {
    long end = System.nanoTime() + 20_000_000_000L;
    while (gateway.chat("hi", ZERO).header("x-moat-cache").equals("hit")) {
      assertTrue(System.nanoTime() < end, "it is still kept");
    }
  }

  private static RoutePolicy.Caching caching(int entries, long bytes, boolean sampled) {
    return new RoutePolicy.Caching(Duration.ofMinutes(10), entries, bytes, sampled);
  }

  private void serve(RoutePolicy.Caching caching, GuardPolicy policy, Digest release) {
    RoutePolicy route = new RoutePolicy(Guard.of(policy), RoutePolicy.Guarding.defaults(), caching);
    gateway.models.replace(
        List.of(
            new Served(TestGateway.MODEL, release, TestGateway.NOW, gateway.backend, route),
            new Served(TestGateway.OTHER_MODEL, release, TestGateway.NOW, gateway.backend, route)));
  }

  private void assertMiss(TestGateway.Answer answer) {
    assertEquals("miss", answer.header("x-moat-cache"));
    gateway.backend.nextRun();
  }

  private void assertHit(TestGateway.Answer answer) {
    assertEquals("hit", answer.header("x-moat-cache"));
    assertTrue(gateway.backend.unasked());
  }

  private void assertNone(TestGateway.Answer answer) {
    assertEquals("", answer.header("x-moat-cache"));
    gateway.backend.nextRun();
  }

  @Test
  void isOffByDefault() {
    gateway.models.replace(List.of(TestGateway.served(TestGateway.MODEL, gateway.backend)));
    assertNone(gateway.chat("hi", ZERO));
    assertNone(gateway.chat("hi", ZERO));
  }

  @Test
  void givesAnAnswerAgainStreamedOrWhole() {
    TestGateway.Answer first = gateway.chat("hi", ZERO);
    assertMiss(first);
    for (int i = 0; i < 2; i++) {
      TestGateway.Answer whole = gateway.chat("hi", ZERO);
      assertHit(whole);
      assertEquals(first.content(), whole.content());
      assertEquals(first.json().path("usage"), whole.json().path("usage"));
      TestGateway.Answer streamed = gateway.chat("hi", STREAM);
      assertHit(streamed);
      assertEquals(first.content(), streamed.streamedContent());
    }
  }

  @Test
  void keepsWhatWasStreamedFirst() {
    TestGateway.Answer first = gateway.chat("hi", STREAM);
    assertMiss(first);
    TestGateway.Answer whole = gateway.chat("hi", ZERO);
    assertHit(whole);
    assertEquals(first.streamedContent(), whole.content());
  }

  @Test
  void recordsEachExchangeAndWhereTheAnswerCameFrom() {
    TestGateway.Answer first = gateway.chat("hi", ZERO);
    TestGateway.Answer second = gateway.chat("hi", ZERO);
    assertFalse(first.json().path("id").equals(second.json().path("id")));
    JsonNode opened = gateway.ledger.next();
    JsonNode closed = gateway.ledger.next();
    JsonNode again = gateway.ledger.next();
    assertFalse(opened.has("cached"));
    assertEquals(first.header("x-moat-receipt"), again.path("cached").toString());
    assertEquals(second.header("x-moat-receipt"), again.path("index").toString());
    JsonNode end = gateway.ledger.next();
    assertEquals(closed.path("answer"), end.path("answer"));
    assertEquals(closed.path("usage"), end.path("usage"));
    assertEquals(closed.path("finish"), end.path("finish"));
  }

  @Test
  void givesToolCallsAgain() {
    gateway.backend.script(
        run ->
            run.piece(new Piece.ToolCall(0, "c1", "look", ""))
                .piece(new Piece.ToolCall(0, "", "", "{\"q\":1}"))
                .finish());
    TestGateway.Answer first = gateway.chat("hi", ZERO);
    assertMiss(first);
    TestGateway.Answer again = gateway.chat("hi", ZERO);
    assertHit(again);
    assertEquals(first.choice(), again.choice());
    assertEquals("tool_calls", again.choice().path("finish_reason").stringValue());
  }

  @Test
  void sharesNothingBetweenPrincipals() {
    String body =
        TestGateway.json(
            "{'model':'other','temperature':0,'messages':[{'role':'user','content':'hi'}]}");
    assertMiss(gateway.post("/v1/chat/completions", body));
    assertMiss(
        gateway.send(
            gateway
                .posting("/v1/chat/completions", body)
                .setHeader("authorization", "Bearer " + TestGateway.SCOPED_KEY)));
    assertHit(gateway.post("/v1/chat/completions", body));
  }

  @Test
  void outlivesNeitherPolicyNorRelease() {
    assertMiss(gateway.chat("hi", ZERO));
    RoutePolicy.Caching caching = caching(1_000, 1 << 20, false);
    GuardPolicy stricter = POLICY.with(Channel.OUTPUT, Kind.PERSONAL, Action.BLOCK);
    serve(caching, stricter, TestGateway.RELEASE);
    assertMiss(gateway.chat("hi", ZERO));
    serve(caching, POLICY, Digest.of("a newer release"));
    assertMiss(gateway.chat("hi", ZERO));
    serve(caching, POLICY, TestGateway.RELEASE);
    assertHit(gateway.chat("hi", ZERO));
  }

  @Test
  void needsTheCallersWordThatTheAnswerIsDetermined() {
    for (String chance : List.of("", ",\"temperature\":0.1", ",\"top_p\":0")) {
      assertNone(gateway.chat("hi", chance));
      assertNone(gateway.chat("hi", chance));
    }
    assertMiss(gateway.chat("hi", ",\"seed\":7"));
    assertHit(gateway.chat("hi", ",\"seed\":7"));
    assertMiss(gateway.chat("hi", ",\"seed\":8"));
    serve(caching(1_000, 1 << 20, true), POLICY, TestGateway.RELEASE);
    assertMiss(gateway.chat("hi", ""));
    assertHit(gateway.chat("hi", ""));
  }

  @Test
  void leavesTheCacheAloneWhereTheCallerSaysSo() {
    assertMiss(gateway.chat("hi", ZERO));
    for (String words : List.of("no-store", "max-age=0, No-Store")) {
      assertNone(
          gateway.send(
              gateway
                  .posting("/v1/chat/completions", TestGateway.chatBody("hi", ZERO))
                  .header("cache-control", words)));
      assertNone(
          gateway.send(
              gateway
                  .posting("/v1/chat/completions", TestGateway.chatBody("ho", ZERO))
                  .header("cache-control", words)));
    }
    assertHit(gateway.chat("hi", ZERO));
    assertMiss(gateway.chat("ho", ZERO));
  }

  @Test
  void keepsNothingThatFailedOrWasBlocked() {
    gateway.backend.script(run -> run.say("Hel").fail(Refusal.backend(502, "broke off")));
    assertMiss(gateway.chat("hi", ZERO));
    gateway.backend.script(run -> run.say("x").finish(FinishReason.CONTENT_FILTER, 1, 1));
    assertMiss(gateway.chat("hi", ZERO));
    gateway.backend.script(
        run -> {
          gateway.ledger.mode(FakeLedger.Mode.BROKEN);
          run.say("x").finish();
        });
    assertMiss(gateway.chat("hi", ZERO));
    gateway.ledger.mode(FakeLedger.Mode.PROMPT);
    gateway.backend.says("fine");
    TestGateway.Answer last = gateway.chat("hi", ZERO);
    assertMiss(last);
    assertEquals("fine", last.content());
  }

  @Test
  void keepsWhatTheCallerReadNotWhatTheModelSaid() {
    gateway.backend.says("ask jane.doe@", "example.org");
    TestGateway.Answer first = gateway.chat("hi", ZERO);
    assertMiss(first);
    TestGateway.Answer again = gateway.chat("hi", ZERO);
    assertHit(again);
    assertEquals(first.content(), again.content());
    assertFalse(again.text().contains("jane"), again.text());
  }

  @Test
  void keepsNoMoreThanItsBounds() {
    serve(caching(2, 1 << 20, false), POLICY, TestGateway.RELEASE);
    for (int i = 0; i < 20; i++) {
      assertMiss(gateway.chat("question " + i, ZERO));
    }
    int hits = 0;
    for (int i = 0; i < 20; i++) {
      boolean hit = gateway.chat("question " + i, ZERO).header("x-moat-cache").equals("hit");
      hits += hit ? 1 : 0;
    }
    assertTrue(hits <= 2, "at most two are kept: " + hits);
    serve(caching(1_000, 1_024, false), POLICY, TestGateway.RELEASE);
    gateway.backend.says("x".repeat(600));
    for (int i = 0; i < 2; i++) {
      String word = gateway.chat("a long answer", ZERO).header("x-moat-cache");
      assertEquals("miss", word, "it alone is more than all that may be kept");
    }
  }

  @Test
  void givesEachArmOfAnExperimentItsOwnEntries() {
    RoutePolicy route =
        new RoutePolicy(
            Guard.of(POLICY), RoutePolicy.Guarding.defaults(), caching(10, 1 << 20, false));
    List<Served> arms =
        List.of(
            new Served("a", Digest.of("a"), TestGateway.NOW, gateway.backend, route),
            new Served("b", Digest.of("b"), TestGateway.NOW, gateway.backend, route));
    String lines = "model: " + TestGateway.MODEL + "\narms: [a=0, b=1]\ncontrol: a\ncanary: [100%]";
    gateway.models.replace(arms, List.of(ExperimentTest.read(lines + "\nstep: 0")));
    gateway.backend.says("from a");
    assertMiss(gateway.chat("hi", ZERO));
    gateway.models.replace(arms, List.of(ExperimentTest.read(lines + "\nstep: 1")));
    gateway.backend.says("from b");
    TestGateway.Answer answer = gateway.chat("hi", ZERO);
    assertMiss(answer);
    assertEquals("from b", answer.content());
    gateway.models.replace(arms, List.of(ExperimentTest.read(lines + "\nstep: 0")));
    TestGateway.Answer again = gateway.chat("hi", ZERO);
    assertHit(again);
    assertEquals("from a", again.content());
  }

  @Test
  void keepsNoAnswerWhoseCallerWent() {
    gateway.backend.script(run -> run.say("Some words to go on with. ".repeat(200)));
    try (Lines lines =
        gateway.open(gateway.posting("/v1/chat/completions", TestGateway.chatBody("hi", STREAM)))) {
      assertTrue(lines.next().contains("role"));
      gateway.backend.nextRun();
    }
    gateway.ledger.next();
    assertEquals("cancelled", gateway.ledger.next().path("finish").stringValue());
    gateway.backend.says("fine");
    assertMiss(gateway.chat("hi", ZERO));
  }

  @Test
  void forgetsAnAnswerInTime() {
    Duration second = Duration.ofSeconds(1);
    serve(new RoutePolicy.Caching(second, 10, 1 << 20, false), POLICY, TestGateway.RELEASE);
    assertMiss(gateway.chat("hi", ZERO));
    awaitMiss();
  }

  @Test
  void worksForCompletions() {
    assertMiss(gateway.complete("hi", ZERO));
    TestGateway.Answer again = gateway.complete("hi", ZERO);
    assertHit(again);
    assertEquals("Hello, world", again.choice().path("text").stringValue());
  }
}
