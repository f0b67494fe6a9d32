package dev.moat.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Many at the same time: slow ones, streams, and those that come and go. */
class ManyConnectionsTest {
  private static final Duration PATIENT = Duration.ofSeconds(20);

  private static ServerLimits limits(Duration head) {
    return new ServerLimits(
        1 << 20, 64 << 20, 8 << 10, 2000, 8, head, PATIENT, PATIENT, PATIENT, PATIENT);
  }

  @Test
  void slowCallersDoNotHoldOthersUp() {
    try (TestServer server =
        TestServer.with(
            limits(Duration.ofSeconds(2)),
            routes -> routes.add("GET", "/", exchange -> exchange.send(Response.text(200, "x"))))) {
      List<RawHttp> slow = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        slow.add(server.connect().send("GET / HTTP/1.1\r\nx-slow: "));
      }
      try (RawHttp http = server.connect()) {
        for (int i = 0; i < 50; i++) {
          assertEquals("x", http.get("/").answer().text());
        }
      }
      for (RawHttp http : slow) {
        assertTrue(http.closesSoon(), "a caller that never ends its head must go");
        http.close();
      }
    }
  }

  @Test
  void streamsDoNotMix() {
    int streams = 60;
    int pieces = 40;
    try (TestServer server =
        TestServer.with(routes -> routes.add("GET", "/{id}", exchange -> say(exchange, pieces)))) {
      List<RawHttp> callers = new ArrayList<>();
      for (int i = 0; i < streams; i++) {
        callers.add(server.connect().get("/" + i));
      }
      for (int i = 0; i < streams; i++) {
        StringBuilder expected = new StringBuilder();
        for (int piece = 0; piece < pieces; piece++) {
          expected.append(i).append(':').append(piece).append(' ');
        }
        try (RawHttp http = callers.get(i)) {
          assertEquals(expected.toString(), http.answer().text());
        }
      }
    }
  }

  /** Says a piece each time the loop comes round, so that all streams take turns. */
  private static void say(ServerExchange exchange, int pieces) {
    ResponseStream stream = exchange.stream(200, Headers.none());
    say(exchange, stream, 0, pieces);
  }

  private static void say(ServerExchange exchange, ResponseStream stream, int piece, int end) {
    if (piece == end) {
      stream.end();
      return;
    }
    String text = exchange.request().parameter("id") + ":" + piece + " ";
    stream.write(text.getBytes(StandardCharsets.UTF_8));
    exchange.execute(() -> say(exchange, stream, piece + 1, end));
  }

  @Test
  void nothingIsLeftOfCallersThatComeAndGo() {
    AtomicInteger open = new AtomicInteger();
    AtomicInteger begun = new AtomicInteger();
    try (TestServer server =
        TestServer.with(
            limits(PATIENT),
            routes -> routes.add("POST", "/", exchange -> held(exchange, open, begun)))) {
      Random random = new Random(31);
      for (int i = 0; i < 300; i++) {
        visit(server, random);
      }
      assertTrue(begun.get() > 100, "begun " + begun);
      long end = System.nanoTime() + PATIENT.toNanos();
      while (open.get() > 0) {
        assertTrue(System.nanoTime() < end, open + " exchanges were never completed");
        Thread.onSpinWait();
      }
    }
  }

  private static void held(ServerExchange exchange, AtomicInteger open, AtomicInteger begun) {
    open.incrementAndGet();
    begun.incrementAndGet();
    exchange.onComplete(_ -> open.decrementAndGet());
    exchange.body(
        body -> {
          if (body.length % 2 == 0) {
            exchange.stream(200, Headers.none()).write(body);
          } else {
            exchange.send(Response.of(200, "x/y", body));
          }
        });
  }

  private static void visit(TestServer server, Random random) {
    RawHttp http = server.connect();
    int length = random.nextInt(4000);
    int sent = random.nextBoolean() ? length : random.nextInt(length + 1);
    http.lines("POST / HTTP/1.1", "host: x", "content-length: " + length);
    http.trySend(new byte[sent]);
    if (sent == length && random.nextBoolean()) {
      http.head();
    }
    if (random.nextBoolean()) {
      http.reset();
    } else {
      http.close();
    }
  }

  @Test
  void callsOfAClientDoNotMix() {
    try (TestServer server =
            TestServer.with(
                routes ->
                    routes.add(
                        "POST",
                        "/",
                        exchange ->
                            exchange.body(body -> exchange.send(Response.of(200, "x/y", body)))));
        Client client = server.wire.client(ClientSettings.defaults())) {
      Random random = new Random(37);
      List<byte[]> bodies = new ArrayList<>();
      List<CompletableFuture<ClientResponse>> answers = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        byte[] body = new byte[random.nextInt(5000)];
        random.nextBytes(body);
        bodies.add(body);
        ClientRequest request =
            ClientRequest.of("POST", java.net.URI.create(server.server.address() + "/")).with(body);
        answers.add(client.fetch(request, 10_000).toCompletableFuture());
      }
      for (int i = 0; i < bodies.size(); i++) {
        assertArrayEquals(bodies.get(i), answers.get(i).join().body());
      }
    }
  }

  @Test
  void aServerThatClosesCutsEveryone() {
    TestServer server =
        TestServer.with(
            routes -> routes.add("GET", "/", exchange -> exchange.stream(200, Headers.none())));
    List<RawHttp> callers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      RawHttp http = server.connect().get("/");
      http.head();
      callers.add(http);
    }
    server.close();
    for (RawHttp http : callers) {
      assertTrue(http.closesSoon());
      http.close();
    }
    try {
      server.connect().get("/").answer();
      throw new AssertionError("the server still answers");
    } catch (UncheckedIOException e) {
      assertTrue(server.port() > 0);
    }
  }
}
