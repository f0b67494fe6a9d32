package dev.moat.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServerLimitsTest {
  private final LinkedBlockingQueue<Ending> endings = new LinkedBlockingQueue<>();
  private final Semaphore begun = new Semaphore(0);
  private final CountDownLatch release = new CountDownLatch(1);
  private TestServer server;

  @BeforeEach
  void start() {
    server = TestServer.with(TestServer.shortLimits(4), this::routes);
  }

  @AfterEach
  void stop() {
    release.countDown();
    server.close();
  }

  private void routes(Routes routes) {
    routes
        .add("GET", "/hello", exchange -> exchange.send(Response.text(200, "hello")))
        .add("POST", "/echo", exchange -> exchange.body(bytes -> echo(exchange, bytes)))
        .add("POST", "/unread", exchange -> exchange.send(Response.text(401, "who are you")))
        .add("GET", "/never", exchange -> exchange.onEnd(endings::add))
        .add("GET", "/last-word", this::lastWord)
        .add("GET", "/flood", this::flood)
        .addBlocking("GET", "/blocked", (_, _) -> blocked())
        .addBlocking("POST", "/blocking", (_, body) -> Response.text(200, "" + body.read().length));
  }

  private static void echo(ServerExchange exchange, byte[] bytes) {
    exchange.send(Response.of(200, "text/plain", bytes));
  }

  private void lastWord(ServerExchange exchange) {
    begun.release();
    exchange.onEnd(ending -> exchange.send(Response.text(503, "too late: " + ending)));
  }

  private void flood(ServerExchange exchange) {
    exchange.onEnd(endings::add);
    ResponseStream stream = exchange.stream(200, Headers.none());
    stream.onDrain(() -> fill(stream));
    fill(stream);
  }

  private static void fill(ResponseStream stream) {
    boolean flowing = true;
    for (int i = 0; i < 1000 && flowing; i++) {
      flowing = stream.write(new byte[64 << 10]);
    }
  }

  private Response blocked() {
    try {
      assertTrue(release.await(10, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return Response.text(200, "released");
  }

  @Test
  void refusesADeclaredBodyThatIsTooLargeBeforeItComes() {
    try (RawHttp http = server.connect()) {
      http.send("POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 1048577\r\n\r\n");
      RawHttp.Answer answer = http.answer();
      assertEquals(413, answer.status());
      assertEquals("close", answer.header("connection").orElseThrow());
      assertTrue(answer.text().contains("1048576"), answer.text());
      assertTrue(http.closesSoon());
    }
  }

  @Test
  void takesABodyOfExactlyTheLimit() {
    try (RawHttp http = server.connect()) {
      String largest = "x".repeat(1 << 20);
      assertEquals(largest, http.post("/echo", largest).answer().text());
    }
  }

  @Test
  void letsTheCallerReadWhyItsLargeBodyWasRefused() {
    try (RawHttp http = server.connect()) {
      http.send("POST /echo HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n");
      byte[] chunk =
          ("10000\r\n" + "x".repeat(65_536) + "\r\n")
              .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
      for (int i = 0; i < 64; i++) {
        http.send(chunk);
      }
      assertEquals(413, http.answer().status());
    }
  }

  @Test
  void refusesBeforeReadingAnUnwantedLargeBody() {
    try (RawHttp http = server.connect()) {
      http.send("POST /unread HTTP/1.1\r\nhost: x\r\ncontent-length: 900000\r\n\r\n");
      http.send(new byte[900_000]);
      assertEquals(401, http.answer().status());
      assertTrue(http.closesSoon());
    }
  }

  @Test
  void doesNotAskForABodyThatIsTooLarge() {
    try (RawHttp http = server.connect()) {
      http.lines(
          "POST /echo HTTP/1.1", "host: x", "expect: 100-continue", "content-length: 9999999999");
      assertEquals(413, http.answer().status());
    }
  }

  @Test
  void tellsABlockingHandlersCallerThatTheBodyIsTooLarge() {
    try (RawHttp http = server.connect()) {
      http.send("POST /blocking HTTP/1.1\r\nhost: x\r\ncontent-length: 2000000\r\n\r\n");
      assertEquals(413, http.answer().status());
    }
  }

  @Test
  void refusesHeadersAndRequestLinesThatAreTooLong() {
    try (RawHttp http = server.connect()) {
      http.send("GET /hello HTTP/1.1\r\nhost: x\r\nx: " + "y".repeat(5000) + "\r\n\r\n");
      RawHttp.Answer answer = http.answer();
      assertEquals(431, answer.status());
      assertTrue(answer.header("x-request-id").isPresent());
      assertTrue(http.closesSoon());
    }
    try (RawHttp http = server.connect()) {
      http.send("GET /" + "y".repeat(9000) + " HTTP/1.1\r\nhost: x\r\n\r\n");
      assertEquals(414, http.answer().status());
    }
  }

  @Test
  void closesAConnectionThatSendsNoRequest() {
    try (RawHttp http = server.connect()) {
      assertTrue(http.closesSoon());
    }
  }

  @Test
  void closesAConnectionThatDripsItsHead() {
    try (RawHttp http = server.connect()) {
      http.send("GET /hello HTTP/1.1\r\nx: ");
      boolean open = true;
      long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
      while (open && System.nanoTime() < end) {
        open = http.trySend(new byte[] {'y'}) && !http.closedWithin(20);
      }
      assertTrue(!open, "a byte now and then must not keep a connection");
    }
  }

  @Test
  void closesAnIdleConnectionAfterItsAnswer() {
    try (RawHttp http = server.connect()) {
      assertEquals(200, http.get("/hello").answer().status());
      assertTrue(http.closesSoon());
    }
  }

  @Test
  void refusesABodyThatDoesNotCome() {
    try (RawHttp http = server.connect()) {
      http.send("POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n12345");
      RawHttp.Answer answer = http.answer();
      assertEquals(408, answer.status());
      assertTrue(http.closesSoon());
    }
  }

  @Test
  void answersForAHandlerThatTakesTooLong() throws InterruptedException {
    try (RawHttp http = server.connect()) {
      assertEquals(504, http.get("/never").answer().status());
      assertEquals(Ending.TIMEOUT, endings.poll(5, TimeUnit.SECONDS));
    }
    try (RawHttp http = server.connect()) {
      RawHttp.Answer answer = http.get("/last-word").answer();
      assertEquals("too late: TIMEOUT", answer.text());
    }
  }

  @Test
  void cutsACallerThatDoesNotRead() throws InterruptedException {
    try (RawHttp http = RawHttp.connect(server.port(), 4096)) {
      http.get("/flood");
      assertEquals(Ending.GONE, endings.poll(10, TimeUnit.SECONDS));
    }
  }

  @Test
  void closesAConnectionBeyondTheLimitWhereAllOthersAreAtWork() throws InterruptedException {
    List<RawHttp> open = new ArrayList<>();
    try {
      for (int i = 0; i < 4; i++) {
        open.add(server.connect().get("/last-word"));
      }
      assertTrue(begun.tryAcquire(4, 10, TimeUnit.SECONDS));
      try (RawHttp one = server.connect()) {
        assertTimeout(Duration.ofSeconds(9), () -> assertTrue(one.closesSoon()));
      }
      for (RawHttp http : open) {
        assertEquals(503, http.answer().status());
      }
    } finally {
      open.forEach(RawHttp::close);
    }
    try (RawHttp http = server.connectOnceFreed()) {
      assertEquals(200, http.get("/hello").answer().status());
    }
  }

  @Test
  void boundsBlockingHandlers() {
    try (RawHttp first = server.connect();
        RawHttp second = server.connect();
        RawHttp third = server.connect()) {
      first.get("/blocked");
      second.get("/blocked");
      RawHttp.Answer busy = third.get("/blocked").answer();
      assertTrue(busy.status() == 429 || busy.status() == 504, "status " + busy.status());
    }
  }

  @Test
  void refusesLimitsThatAreNotPositive() {
    Failure failure =
        assertThrows(Failure.class, () -> ServerLimits.defaults().withBodyBytesMax(0));
    assertTrue(failure.getMessage().contains("body-bytes-max"), failure.getMessage());
    assertThrows(Failure.class, () -> ServerSettings.loopback(65_536));
    assertThrows(Failure.class, () -> ServerSettings.loopback(-1));
    assertEquals(65_535, ServerSettings.loopback(65_535).port());
  }
}
