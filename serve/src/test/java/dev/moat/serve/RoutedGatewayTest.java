package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Settings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A gateway over several servers, which come and go. */
class RoutedGatewayTest {
  private static final String STREAM = ",\"stream\":true";
  private static final String UNCHECKED = ", health-path: \"\"";

  private final List<RawUpstream> servers = new ArrayList<>();
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  private RawUpstream server() {
    RawUpstream server = new RawUpstream();
    servers.add(server);
    open.add(server);
    return server;
  }

  private RoutedGateway gateway(String each, String route) {
    RoutedGateway routed =
        new RoutedGateway(
            each, route, servers.stream().map(RawUpstream::base).toArray(String[]::new));
    open.add(routed);
    return routed;
  }

  @Test
  void twoServersShareTheCalls() {
    server().says("one");
    server().says("two");
    RoutedGateway routed = gateway(UNCHECKED, "");
    for (int i = 0; i < 40; i++) {
      assertEquals(200, routed.chat(STREAM).status());
    }
    assertTrue(servers.stream().allMatch(s -> s.requests.get() > 5));
    assertEquals(0, routed.open());
  }

  @Test
  void theCallerDoesNotNoticeThatOneIsDown() {
    RawUpstream ill = server().plays(RawUpstream.Line::close);
    server().says("well");
    RoutedGateway routed = gateway(UNCHECKED, "backends: [a, b], retry-budget-percent: 100");
    for (int i = 0; i < 15; i++) {
      assertEquals("well", routed.chat(STREAM).streamedContent());
    }
    ill.plays(line -> line.send(RawUpstream.whole(503, "{}")));
    for (int i = 0; i < 30; i++) {
      TestGateway.Answer answer = routed.chat(STREAM);
      assertEquals("well", answer.streamedContent(), answer.text());
    }
    assertTrue(routed.count("moat.backend.retries") > 0);
    assertEquals("up", routed.state("b"));
    assertEquals(0, routed.open());
  }

  @Test
  void theFallbackTakesOver() {
    RawUpstream first = server().plays(RawUpstream.Line::close);
    server().says("second");
    RoutedGateway routed =
        gateway(UNCHECKED + ", breaker-calls-min: 2", "backends: [a], fallback: [b]");
    for (int i = 0; i < 5; i++) {
      assertEquals("second", routed.chat(STREAM).streamedContent());
    }
    assertEquals("open", routed.state("a"));
    first.says("first");
    RoutedGateway.await(
        "the first is back", () -> routed.chat(STREAM).streamedContent().equals("first"));
  }

  @Test
  void oneQuestionIsAnsweredByOneServerAlone() {
    RawUpstream slow =
        server()
            .plays(
                line ->
                    line.pause(400)
                        .send(
                            RawUpstream.STREAM_HEAD
                                + RawUpstream.chunk(RawUpstream.content("slow"))
                                + RawUpstream.chunk(RawUpstream.finish())
                                + "0\r\n\r\n"));
    RawUpstream fast = server().says("fast");
    RoutedGateway routed =
        gateway(UNCHECKED, "backends: [a], fallback: [b], hedge-ms: 50, retry-budget-percent: 100");
    for (int i = 0; i < 3; i++) {
      assertEquals("fast", routed.chat(STREAM).streamedContent());
    }
    assertEquals(3, fast.requests.get());
    assertEquals(3, slow.requests.get());
    assertEquals(3, routed.count("moat.backend.hedges"));
    RoutedGateway.await("the loser is cut off", () -> routed.open() == 0);
  }

  @Test
  void whatBeginsAlikeGoesToTheSameServer() {
    server().says("one");
    server().says("two");
    server().says("three");
    RoutedGateway routed = gateway(UNCHECKED, "backends: [a, b, c], balance: sticky");
    for (int i = 0; i < 12; i++) {
      assertEquals(200, routed.chat(STREAM).status());
    }
    assertEquals(1, servers.stream().filter(s -> s.requests.get() > 0).count());
  }

  @Test
  void healthChecksTakeAServerOutAndBringItBack() {
    RawUpstream ill = server().plays(line -> line.send(RawUpstream.whole(500, "")));
    server()
        .plays(
            line ->
                line.send(
                    RawUpstream.whole(200, "{\"choices\":[{\"message\":{\"content\":\"ok\"}}]}")));
    RoutedGateway routed = gateway(", health-seconds: 1", "");
    RoutedGateway.await("the check fails", () -> routed.state("a").equals("down"));
    int checks = ill.requests.get();
    for (int i = 0; i < 20; i++) {
      assertEquals("ok", routed.chat("").content());
    }
    assertTrue(ill.requests.get() <= checks + 10, "only checks went there");
    assertEquals(0, routed.count("moat.backend.calls", "backend", "a"));
    ill.plays(line -> line.send(RawUpstream.whole(404, "")));
    RoutedGateway.await("the check is good", () -> routed.state("a").equals("up"));
  }

  @Test
  void manyCallsAtOnceLeaveNothingOpen() throws Exception {
    server().says("one");
    server().plays(line -> line.send(RawUpstream.STREAM_HEAD).close());
    RoutedGateway routed = gateway(UNCHECKED, "");
    List<Future<TestGateway.Answer>> answers = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) {
        answers.add(threads.submit(() -> routed.chat(STREAM)));
      }
    }
    int good = 0;
    for (Future<TestGateway.Answer> answer : answers) {
      int status = answer.get().status();
      assertTrue(status == 200 || status == 502 || status == 503, "status " + status);
      good += status == 200 ? 1 : 0;
    }
    assertTrue(good > 100, "good: " + good);
    assertEquals(0, routed.open());
  }

  @Test
  void aReleaseIsServedOnlyFromExactlyTheAddressesItBinds() {
    RawUpstream one = server();
    RawUpstream two = server();
    RoutedGateway routed = gateway(UNCHECKED, "backends: [a]");
    String model = TestGateway.MODEL;
    assertTrue(routed.backends.serve(model, List.of(one.base())).isPresent());
    assertTrue(routed.backends.serve(model, List.of(one.base() + "/")).isPresent());
    assertFalse(routed.backends.serve(model, List.of(two.base())).isPresent());
    assertFalse(routed.backends.serve(model, List.of(one.base(), two.base())).isPresent());
    assertFalse(routed.backends.serve(model, List.of("http://192.0.2.1/v1")).isPresent());
    assertFalse(routed.backends.serve("another", List.of(one.base())).isPresent());
  }

  @Test
  void noAddressComesFromARequest() {
    RawUpstream listed = server().says("listed");
    RawUpstream other = server().says("other");
    RoutedGateway routed = gateway(UNCHECKED, "backends: [a]");
    String evil = other.base();
    for (String field : List.of("base_url", "api_base", "upstream", "backend", "host")) {
      TestGateway.Answer answer =
          routed.gateway.send(
              routed
                  .gateway
                  .posting(
                      "/v1/chat/completions",
                      TestGateway.chatBody("hi", STREAM + ",\"" + field + "\":\"" + evil + "\""))
                  .header("x-" + field, evil)
                  .header("x-forwarded-host", evil));
      assertEquals("listed", answer.streamedContent());
    }
    assertEquals(5, listed.requests.get());
    assertEquals(0, other.requests.get());
  }

  @Test
  void closingRemovesWhatItMeasured() {
    server().says("one");
    RoutedGateway routed = gateway(UNCHECKED, "");
    assertTrue(routed.gateway.meters.scrape().contains("moat_backend_state{backend=\"a\"} 0.0"));
    assertTrue(routed.backends.states().toString().contains("\"state\":\"up\""));
    routed.backends.close();
    assertTrue(routed.gateway.meters.scrape().contains("moat_backend_state"), "it still serves");
    routed.gateway.models.replace(List.of());
    assertFalse(routed.gateway.meters.scrape().contains("moat_backend_state"));
  }

  @Test
  void aModelMayHaveAnotherNameThere() {
    FakeUpstream named = new FakeUpstream();
    open.add(named);
    named.saysJson("{\"choices\":[{\"message\":{\"content\":\"ok\"}}]}");
    RoutedGateway routed =
        new RoutedGateway(", model: their-name, token: sk-there" + UNCHECKED, "", named.base());
    open.add(routed);
    assertEquals("ok", routed.chat("").content());
    FakeUpstream.Asked asked = named.nextAsked();
    assertTrue(asked.body().contains("\"their-name\""), asked.body());
    assertEquals("Bearer sk-there", asked.head().headers().first("authorization").orElseThrow());
  }

  @Test
  void theSimpleWayWorksAsBefore() {
    FakeUpstream simple = new FakeUpstream();
    open.add(simple);
    simple.saysJson("{\"choices\":[{\"message\":{\"content\":\"ok\"}}]}");
    TestGateway gateway = TestGateway.start();
    open.add(gateway);
    RoutingSettings routing =
        RoutingSettings.read(
            Settings.parse("{}".getBytes(StandardCharsets.UTF_8), "moat.yaml", Map.of()),
            Optional.of(simple.base()),
            Optional.empty());
    Backends backends =
        new Backends(routing, gateway.wire, gateway.meters, new SplittableRandom(1));
    open.add(backends);
    ModelBackend route = backends.serve(TestGateway.MODEL, List.of(simple.base())).orElseThrow();
    gateway.models.replace(List.of(TestGateway.served(TestGateway.MODEL, route)));
    assertEquals("ok", gateway.chat("hi", "").content());
    assertTrue(simple.nextAsked().body().contains(TestGateway.MODEL));
  }
}
