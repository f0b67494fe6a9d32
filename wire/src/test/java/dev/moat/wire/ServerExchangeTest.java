package dev.moat.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a handler on the event loop can count on. */
class ServerExchangeTest {
  private final LinkedBlockingQueue<String> notes = new LinkedBlockingQueue<>();
  private final List<TestServer> servers = new ArrayList<>();

  @AfterEach
  void stop() {
    servers.forEach(TestServer::close);
  }

  private RawHttp serve(Consumer<ServerExchange> handler) {
    return serve(ServerLimits.defaults(), handler);
  }

  private RawHttp serve(ServerLimits limits, Consumer<ServerExchange> handler) {
    TestServer server =
        TestServer.with(
            limits,
            routes -> routes.add("GET", "/", handler::accept).add("POST", "/", handler::accept));
    servers.add(server);
    return server.connect();
  }

  private String next() throws InterruptedException {
    String note = notes.poll(5, TimeUnit.SECONDS);
    return note == null ? "nothing" : note;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void runsWorkOfOtherThreadsOnItsLoopInOrder() {
    try (RawHttp http =
        serve(
            exchange -> {
              StringBuilder order = new StringBuilder();
              Thread loop = Thread.currentThread();
              Thread.ofVirtual()
                  .start(
                      () -> {
                        for (int i = 0; i < 10; i++) {
                          int number = i;
                          exchange.execute(
                              () -> {
                                assertEquals(loop, Thread.currentThread());
                                order.append(number);
                              });
                        }
                        exchange.execute(() -> exchange.send(Response.text(200, order.toString())));
                      });
            })) {
      assertEquals("0123456789", http.get("/").answer().text());
    }
  }

  @Test
  void refusesInTheFormOfTheExchange() {
    ErrorForm own = (status, problem) -> Response.text(status, "own: " + problem.message());
    try (RawHttp http =
        serve(
            exchange -> {
              if (exchange.request().query().equals("own")) {
                exchange.errors(own);
              }
              throw Failure.invalid("no");
            })) {
      RawHttp.Answer refused = http.get("/?own").answer();
      assertEquals(400, refused.status());
      assertEquals("own: no", refused.text());
      assertTrue(http.get("/").answer().text().startsWith("{"), "others keep the server's form");
    }
  }

  @Test
  void tellsOnlyTheLastListenerAndOnlyOnce() throws InterruptedException {
    RawHttp http =
        serve(
            exchange -> {
              exchange.onEnd(_ -> notes.add("replaced"));
              exchange.onEnd(ending -> notes.add(ending.name()));
              notes.add("ready");
            });
    http.get("/");
    assertEquals("ready", next());
    http.close();
    assertEquals("GONE", next());
    assertTrue(notes.isEmpty());
  }

  @Test
  void tellsNobodyAfterTheAnswer() throws InterruptedException {
    RawHttp http =
        serve(
            exchange -> {
              exchange.onEnd(ending -> notes.add(ending.name()));
              exchange.onComplete(status -> notes.add("" + status));
              exchange.send(Response.text(200, "x"));
            });
    http.get("/").answer();
    http.close();
    assertEquals("200", next());
    assertTrue(notes.poll(300, TimeUnit.MILLISECONDS) == null, "the answer was complete");
  }

  @Test
  void survivesAListenerThatFails() {
    ServerLimits limits = TestServer.shortLimits(10);
    try (RawHttp http =
        serve(
            limits,
            exchange ->
                exchange.onEnd(
                    _ -> {
                      throw new IllegalStateException("a bug in a listener");
                    }))) {
      assertEquals(500, http.get("/").answer().status());
    }
  }

  @Test
  void ignoresWhatComesAfterTheAnswer() {
    try (RawHttp http =
        serve(
            exchange -> {
              assertTrue(exchange.open());
              exchange.send(Response.text(200, "first"));
              assertFalse(exchange.open());
              exchange.send(Response.text(201, "second"));
              exchange.fail(Failure.invalid("third"));
              exchange.refuse(400, new Problem.Invalid("fourth"));
              ResponseStream stream = exchange.stream(200, Headers.none());
              assertTrue(stream.write(bytes("fifth")));
              stream.end();
              stream.abort();
              exchange.body(_ -> notes.add("body"));
            })) {
      assertEquals("first", http.get("/").answer().text());
      assertEquals("first", http.get("/").answer().text());
    }
    assertTrue(notes.isEmpty());
  }

  @Test
  void sendsALargeAnswerToASlowReader() {
    byte[] large = new byte[20 << 20];
    try (RawHttp http = serve(exchange -> exchange.send(Response.of(200, "x/y", large)))) {
      http.get("/");
      int length =
          http.head().stream()
              .filter(line -> line.startsWith("content-length:"))
              .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
              .findFirst()
              .orElse(-1);
      assertEquals(large.length, length);
      assertEquals(large.length, http.skip(length));
    }
  }

  @Test
  void answersHeadOfAStreamWithoutItsBody() {
    try (RawHttp http =
        serve(
            exchange -> {
              ResponseStream stream = exchange.stream(200, Headers.of("x-a", "b"));
              stream.write(bytes("never seen"));
              stream.end();
            })) {
      http.lines("HEAD / HTTP/1.1", "host: x");
      RawHttp.Answer head = http.answer(false);
      assertEquals(200, head.status());
      assertEquals("b", head.header("x-a").orElseThrow());
      http.lines("GET / HTTP/1.1", "host: x");
      assertEquals("never seen", http.answer().text(), "the connection is in step");
    }
  }

  @Test
  void sendsEmptyPiecesWithoutEndingTheStream() {
    try (RawHttp http =
        serve(
            exchange -> {
              ResponseStream stream = exchange.stream(200, Headers.none());
              stream.write(new byte[0]);
              stream.write(bytes("a"));
              stream.write(new byte[0]);
              stream.write(bytes("b"));
              stream.end();
            })) {
      assertEquals("ab", http.get("/").answer().text());
    }
  }

  @Test
  void readsTheBodyWheneverTheHandlerWantsIt() {
    try (RawHttp http =
        serve(
            exchange ->
                Thread.ofVirtual()
                    .start(
                        () ->
                            exchange.execute(
                                () ->
                                    exchange.body(
                                        body -> exchange.send(Response.of(200, "x/y", body))))))) {
      String large = "0123456789".repeat(20_000);
      assertEquals(large, http.post("/", large).answer().text());
      assertEquals("x", http.post("/", "x").answer().text());
    }
  }

  @Test
  void mapsAFailureThrownWhileTheBodyIsHandled() {
    try (RawHttp http =
        serve(
            exchange ->
                exchange.body(
                    _ -> {
                      throw new Failure(new Problem.Missing("no such thing", "thing"));
                    }))) {
      assertEquals(404, http.post("/", "x").answer().status());
      assertEquals(404, http.post("/", "x").answer().status());
    }
  }

  @Test
  void givesALastWordToAStreamThatTakesTooLong() {
    ServerLimits limits = TestServer.shortLimits(10);
    try (RawHttp http =
        serve(
            limits,
            exchange -> {
              ResponseStream stream = exchange.stream(200, Headers.none());
              stream.write(bytes("begun "));
              exchange.onEnd(
                  ending -> {
                    stream.write(bytes(ending.name()));
                    stream.end();
                  });
            })) {
      assertEquals("begun TIMEOUT", http.get("/").answer().text());
    }
  }

  @Test
  void cutsAStreamThatDoesNotTakeItsLastWord() {
    ServerLimits limits = TestServer.shortLimits(10);
    try (RawHttp http =
        serve(limits, exchange -> exchange.stream(200, Headers.none()).write(bytes("begun")))) {
      http.get("/").head();
      assertEquals("begun", new String(http.chunk(), StandardCharsets.UTF_8));
      assertThrows(UncheckedIOException.class, http::chunk);
    }
  }

  @Test
  void saysWhenToTryAgain() {
    try (RawHttp http =
        serve(
            _ -> {
              throw new Failure(new Problem.Busy("busy", Duration.ZERO));
            })) {
      RawHttp.Answer answer = http.get("/").answer();
      assertEquals("1", answer.header("retry-after").orElseThrow(), "never zero: no busy loop");
      assertEquals("1", answer.header("retry-after-ms").orElseThrow());
    }
  }

  @Test
  void refusesHeadersOfItsOwnThatWouldSplitTheAnswer() {
    try (RawHttp http =
        serve(
            exchange -> exchange.send(Response.text(200, "x").with("x-a", "b\r\nset-cookie: c")))) {
      RawHttp.Answer answer = http.get("/").answer();
      assertEquals(400, answer.status());
      assertTrue(answer.header("set-cookie").isEmpty());
    }
  }
}
