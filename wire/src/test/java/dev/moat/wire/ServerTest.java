package dev.moat.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServerTest {
  private static final Set<String> threads = ConcurrentHashMap.newKeySet();
  private static final LinkedBlockingQueue<Integer> completed = new LinkedBlockingQueue<>();
  private TestServer server;

  @BeforeAll
  void start() {
    server = TestServer.with(ServerTest::routes);
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private static void routes(Routes routes) {
    routes
        .add("GET", "/hello", exchange -> exchange.send(Response.text(200, "hello")))
        .add("DELETE", "/hello", exchange -> exchange.send(Response.empty(204)))
        .add("POST", "/echo", ServerTest::echo)
        .add("POST", "/ignore", exchange -> exchange.send(Response.text(200, "not read")))
        .add("GET", "/named/{id...}", ServerTest::named)
        .add("GET", "/denied", _ -> refuse(new Problem.Denied("denied", "rule")))
        .add("GET", "/busy", _ -> refuse(new Problem.Busy("busy", Duration.ofMillis(1500))))
        .add("GET", "/bug", _ -> Integer.parseInt("not a number"))
        .add("GET", "/late", exchange -> exchange.execute(() -> Integer.parseInt("")))
        .add("GET", "/error", _ -> overflow())
        .add("GET", "/counted", ServerTest::counted)
        .add("GET", "/query", exchange -> text(exchange, exchange.request().query()))
        .addBlocking("POST", "/blocking", ServerTest::blocking)
        .addBlocking("GET", "/blocking-error", (_, _) -> overflow())
        .addBlocking("GET", "/blocking-bug", (_, _) -> Response.of(700, "x", new byte[0]))
        .otherwise("/api", (exchange, _) -> exchange.send(Response.text(401, "who are you")));
  }

  private static Response overflow() {
    throw new StackOverflowError("a deep text");
  }

  private static void echo(ServerExchange exchange) {
    exchange.body(bytes -> exchange.send(Response.of(200, "application/octet-stream", bytes)));
  }

  private static void named(ServerExchange exchange) {
    text(exchange, exchange.request().parameter("id"));
  }

  private static void text(ServerExchange exchange, String text) {
    exchange.send(Response.text(200, text));
  }

  private static void counted(ServerExchange exchange) {
    exchange.onComplete(completed::add);
    if (exchange.request().query().equals("ok")) {
      exchange.send(Response.text(200, "ok"));
    } else if (exchange.request().query().equals("cut")) {
      exchange.stream(206, Headers.none()).abort();
    }
  }

  private static void refuse(Problem problem) {
    throw new Failure(problem);
  }

  private static Response blocking(Request request, RequestBody body) {
    threads.add(String.valueOf(Thread.currentThread().isVirtual()));
    return Response.text(200, request.method() + new String(body.read(), StandardCharsets.UTF_8));
  }

  @Test
  void answersAndNamesEveryRequestDifferently() {
    try (RawHttp http = server.connect()) {
      RawHttp.Answer first = http.get("/hello").answer();
      RawHttp.Answer second = http.get("/hello").answer();
      assertEquals("hello", first.text());
      assertEquals("text/plain; charset=utf-8", first.header("content-type").orElseThrow());
      assertEquals(36, first.header("x-request-id").orElseThrow().length());
      assertNotEquals(first.header("x-request-id"), second.header("x-request-id"));
    }
  }

  @Test
  void answersPipelinedRequestsInOrder() {
    try (RawHttp http = server.connect()) {
      http.send(
          "GET /query?1 HTTP/1.1\r\nhost: x\r\n\r\nGET /query?2 HTTP/1.1\r\nhost: x\r\n\r\n"
              + "POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\n\r\n3");
      assertEquals("1", http.answer().text());
      assertEquals("2", http.answer().text());
      assertEquals("3", http.answer().text());
    }
  }

  @Test
  void answersHeadWithTheLengthButNoBody() {
    try (RawHttp http = server.connect()) {
      RawHttp.Answer head = http.send("HEAD /hello HTTP/1.1\r\nhost: x\r\n\r\n").answer(false);
      assertEquals(200, head.status());
      assertEquals("5", head.header("content-length").orElseThrow());
      assertEquals("hello", http.get("/hello").answer().text());
    }
  }

  @Test
  void answersWithoutBody() {
    try (RawHttp http = server.connect()) {
      assertEquals(204, http.send("DELETE /hello HTTP/1.1\r\nhost: x\r\n\r\n").answer().status());
      assertEquals("hello", http.get("/hello").answer().text());
    }
  }

  @Test
  void refusesUnknownRouteInTheErrorForm() {
    try (RawHttp http = server.connect()) {
      RawHttp.Answer answer = http.get("/nowhere").answer();
      assertEquals(404, answer.status());
      assertEquals(
          "{\"error\":\"GET /nowhere: no such route; check method and path\"}", answer.text());
      assertTrue(answer.header("x-request-id").isPresent());
    }
  }

  @Test
  void refusesUnknownMethodNamingTheAllowedOnes() {
    try (RawHttp http = server.connect()) {
      RawHttp.Answer answer = http.post("/hello", "").answer();
      assertEquals(405, answer.status());
      assertEquals("DELETE, GET", answer.header("allow").orElseThrow());
    }
  }

  @Test
  void letsAHandlerAnswerForAllUnknownRoutesOfAPrefix() {
    try (RawHttp http = server.connect()) {
      assertEquals(401, http.get("/api/secret").answer().status());
      assertEquals(401, http.get("/api").answer().status());
      assertEquals(404, http.get("/apiary").answer().status());
    }
  }

  @Test
  void decodesNamedPartsOfThePath() {
    try (RawHttp http = server.connect()) {
      assertEquals("a/b:c d", http.get("/named/a/b:c%20d").answer().text());
      assertEquals("a/b", http.get("/named/a%2Fb").answer().text());
      assertEquals("größe", http.get("/named/gr%C3%B6%C3%9Fe").answer().text());
      assertEquals(400, http.get("/named/%FF").answer().status());
      assertEquals(400, http.get("/named/%0d%0a").answer().status());
      assertEquals(404, http.get("/named/").answer().status());
    }
  }

  @Test
  void mapsFailuresToStatus() {
    try (RawHttp http = server.connect()) {
      assertEquals(403, http.get("/denied").answer().status());
      RawHttp.Answer busy = http.get("/busy").answer();
      assertEquals(429, busy.status());
      assertEquals("2", busy.header("retry-after").orElseThrow());
      assertEquals("1500", busy.header("retry-after-ms").orElseThrow());
    }
  }

  @Test
  void hidesTheCauseOfABug() {
    for (String path : new String[] {"/bug", "/late", "/blocking-bug"}) {
      try (RawHttp http = server.connect()) {
        RawHttp.Answer answer = http.get(path).answer();
        assertEquals(500, answer.status());
        assertFalse(answer.text().contains("number"), answer.text());
        assertTrue(answer.text().contains(answer.header("x-request-id").orElseThrow()));
      }
    }
  }

  @Test
  void anErrorEndsItsRequestOnly() {
    for (String path : new String[] {"/error", "/blocking-error"}) {
      try (RawHttp http = server.connect()) {
        assertEquals(500, http.get(path).answer().status());
        assertEquals(200, http.get("/hello").answer().status());
      }
    }
  }

  @Test
  void runsBlockingHandlersOnVirtualThreads() {
    try (RawHttp http = server.connect()) {
      assertEquals("POSTbody", http.post("/blocking", "body").answer().text());
      assertEquals(Set.of("true"), threads);
    }
  }

  @Test
  void readsBodiesOfEveryForm() {
    try (RawHttp http = server.connect()) {
      assertEquals("", http.post("/echo", "").answer().text());
      assertEquals("x", http.post("/echo", "x").answer().text());
      String large = "0123456789".repeat(50_000);
      assertEquals(large, http.post("/echo", large).answer().text());
      http.send("POST /echo HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n");
      http.send("3\r\nabc\r\n").send("2\r\nde\r\n").send("0\r\n\r\n");
      assertEquals("abcde", http.answer().text());
    }
  }

  @Test
  void keepsTheConnectionWhenASmallBodyIsNotRead() {
    try (RawHttp http = server.connect()) {
      assertEquals("not read", http.post("/ignore", "x".repeat(1000)).answer().text());
      assertEquals("hello", http.get("/hello").answer().text());
    }
  }

  @Test
  void asksForTheBodyWhenTheCallerWaits() {
    try (RawHttp http = server.connect()) {
      http.send(
          "POST /echo HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n");
      assertEquals(100, http.answer().status());
      assertEquals("ok", http.send("ok").answer().text());
    }
  }

  @Test
  void refusesACompressedBody() {
    try (RawHttp http = server.connect()) {
      assertEquals(415, http.post("/echo", "x", "content-encoding: gzip").answer().status());
    }
  }

  @Test
  void closesWhenTheCallerAsksTo() {
    try (RawHttp http = server.connect()) {
      http.send("GET /hello HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
      assertEquals("hello", http.answer().text());
      assertTrue(http.closesSoon());
    }
    try (RawHttp old = server.connect()) {
      assertEquals("hello", old.send("GET /hello HTTP/1.0\r\n\r\n").answer().text());
      assertTrue(old.closesSoon());
    }
  }

  @Test
  void tellsOnceHowAnExchangeEnded() throws InterruptedException {
    try (RawHttp http = server.connect()) {
      http.get("/counted?ok").answer();
      assertEquals(200, completed.poll(5, TimeUnit.SECONDS));
      http.get("/counted?cut").closesSoon();
      assertEquals(206, completed.poll(5, TimeUnit.SECONDS));
    }
    server.connect().get("/counted?gone").close();
    assertEquals(499, completed.poll(5, TimeUnit.SECONDS));
    assertTrue(completed.isEmpty());
  }

  @Test
  void saysWhichPortIsInUse() {
    try (Wire wire = TestServer.wire()) {
      Failure failure =
          assertThrows(
              Failure.class,
              () ->
                  wire.serve(
                      ServerSettings.loopback(server.port()), new Routes(TestServer::error)));
      assertTrue(failure.getMessage().contains(":" + server.port()), failure.getMessage());
      assertTrue(failure.getMessage().contains("in use"), failure.getMessage());
      assertTrue(failure.getMessage().contains("--port"), failure.getMessage());
    }
  }

  @Test
  void saysWhichAddressCannotBeBound() {
    try (Wire wire = TestServer.wire()) {
      ServerSettings elsewhere = new ServerSettings("192.0.2.1", 0, ServerLimits.defaults());
      Failure failure =
          assertThrows(Failure.class, () -> wire.serve(elsewhere, new Routes(TestServer::error)));
      assertTrue(failure.getMessage().contains("192.0.2.1"), failure.getMessage());
    }
  }
}
