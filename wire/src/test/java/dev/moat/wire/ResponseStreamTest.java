package dev.moat.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ResponseStreamTest {
  private static final int PIECES = 200;

  private final LinkedBlockingQueue<Ending> endings = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<Runnable> pieces = new LinkedBlockingQueue<>();
  private final AtomicInteger written = new AtomicInteger();
  private TestServer server;

  @BeforeEach
  void start() {
    server =
        TestServer.with(
            routes ->
                routes
                    .add("GET", "/stepwise", this::stepwise)
                    .add("GET", "/endless", this::endless)
                    .add("GET", "/cut", this::cut)
                    .add("GET", "/bug", this::bug)
                    .add("GET", "/twice", this::twice)
                    .add("GET", "/large", this::large)
                    .add("GET", "/silent", exchange -> exchange.stream(200, events()))
                    .add("GET", "/empty", exchange -> exchange.stream(200, events()).end())
                    .add("GET", "/cut-late", this::cutLate)
                    .add("GET", "/pieces", this::pieces));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static Headers events() {
    return Headers.of("content-type", "text/event-stream");
  }

  /** Sends a piece whenever the test lets it. */
  private void stepwise(ServerExchange exchange) {
    exchange.onEnd(endings::add);
    ResponseStream stream = exchange.stream(200, events());
    for (int i = 0; i < PIECES; i++) {
      byte[] piece = ("piece " + i).getBytes(StandardCharsets.UTF_8);
      pieces.add(() -> exchange.execute(() -> stream.write(piece)));
    }
    pieces.add(() -> exchange.execute(stream::end));
  }

  private void endless(ServerExchange exchange) {
    exchange.onEnd(endings::add);
    ResponseStream stream = exchange.stream(200, events());
    stream.onDrain(() -> fill(stream));
    fill(stream);
  }

  private void fill(ResponseStream stream) {
    // A stream whose caller has gone takes everything: without a bound this would never end.
    for (int i = 0; i < 4_000 && stream.write(new byte[16 << 10]); i++) {
      written.incrementAndGet();
    }
  }

  private void cut(ServerExchange exchange) {
    ResponseStream stream = exchange.stream(200, events());
    stream.write(new byte[] {'x'});
    exchange.execute(stream::abort);
  }

  private void bug(ServerExchange exchange) {
    exchange.stream(200, events()).write(new byte[] {'x'});
    throw new IllegalStateException("a bug in a stream");
  }

  private void twice(ServerExchange exchange) {
    ResponseStream first = exchange.stream(200, events());
    assertFalse(exchange.open());
    exchange.send(Response.text(500, "second answer"));
    exchange.stream(500, events()).write("third answer".getBytes(StandardCharsets.UTF_8));
    first.write("first".getBytes(StandardCharsets.UTF_8));
    first.end();
    first.end();
    first.write("after the end".getBytes(StandardCharsets.UTF_8));
  }

  private void pieces(ServerExchange exchange) {
    ResponseStream stream = exchange.stream(200, events());
    for (int i = 0; i < 3; i++) {
      stream.write(("data: " + i + "\n\n").getBytes(StandardCharsets.UTF_8));
    }
    stream.end();
  }

  /** Small and large pieces in one turn. */
  private void large(ServerExchange exchange) {
    ResponseStream stream = exchange.stream(200, events());
    for (int i = 0; i < 6; i++) {
      stream.write((i % 3 == 2 ? "x".repeat(16 << 10) : "" + i).getBytes(StandardCharsets.UTF_8));
    }
    stream.end();
  }

  private void cutLate(ServerExchange exchange) {
    ResponseStream stream = exchange.stream(200, events());
    stream.write(new byte[] {'x'});
    stream.write(new byte[] {'y'});
    stream.abort();
  }

  @Test
  void sendsWhatIsWrittenInOneTurnTogether() {
    try (RawHttp http = server.connect()) {
      http.get("/pieces").head();
      assertEquals("data: 0\n\n", new String(http.chunk(), StandardCharsets.UTF_8));
      assertEquals("data: 1\n\ndata: 2\n\n", new String(http.chunk(), StandardCharsets.UTF_8));
      assertArrayEquals(new byte[0], http.chunk());
    }
  }

  @Test
  void keepsTheOrderOfSmallAndLargePieces() {
    String x = "x".repeat(16 << 10);
    try (RawHttp http = server.connect()) {
      assertEquals("01" + x + "34" + x, http.get("/large").answer().text());
    }
  }

  @Test
  void sendsTheHeadBeforeThereIsAPiece() {
    try (RawHttp http = server.connect()) {
      List<String> head = http.get("/silent").head();
      assertTrue(head.contains("transfer-encoding: chunked"), head.toString());
    }
    try (RawHttp http = server.connect()) {
      List<String> head = http.get("/empty").head();
      assertTrue(head.contains("transfer-encoding: chunked"), head.toString());
      assertArrayEquals(new byte[0], http.chunk());
    }
  }

  @Test
  void sendsWhatWaitsBeforeItIsCut() {
    try (RawHttp http = server.connect()) {
      http.get("/cut-late").head();
      assertEquals("x", new String(http.chunk(), StandardCharsets.UTF_8));
      assertEquals("y", new String(http.chunk(), StandardCharsets.UTF_8));
      assertThrows(UncheckedIOException.class, http::chunk);
    }
  }

  @Test
  void sendsEveryPieceAtOnce() throws InterruptedException {
    try (RawHttp http = server.connect()) {
      http.get("/stepwise");
      List<String> head = http.head();
      assertTrue(head.contains("transfer-encoding: chunked"), head.toString());
      for (int i = 0; i < PIECES; i++) {
        // The next piece is made only after this one has arrived: one that is held back, by a
        // buffer or until an acknowledgement comes, would stop this loop or slow it to seconds.
        pieces.poll(5, TimeUnit.SECONDS).run();
        assertEquals("piece " + i, new String(http.chunk(), StandardCharsets.UTF_8));
      }
      pieces.poll(5, TimeUnit.SECONDS).run();
      assertArrayEquals(new byte[0], http.chunk());
    }
  }

  @Test
  void neverCompressesAStream() {
    try (RawHttp http = server.connect()) {
      http.lines("GET /pieces HTTP/1.1", "host: x", "accept-encoding: gzip, deflate, br");
      RawHttp.Answer answer = http.answer();
      assertTrue(answer.header("content-encoding").isEmpty());
      assertEquals("text/event-stream", answer.header("content-type").orElseThrow());
      assertEquals(3, answer.text().split("data: ", -1).length - 1);
    }
  }

  @Test
  void streamsToAnOldCaller() {
    try (RawHttp http = server.connect()) {
      RawHttp.Answer answer = http.lines("GET /pieces HTTP/1.0", "host: x").answer();
      assertTrue(answer.text().contains("data: 2"), answer.text());
      assertTrue(http.closesSoon());
    }
  }

  @Test
  void tellsTheHandlerThatTheCallerHasGone() throws InterruptedException {
    RawHttp http = server.connect();
    http.get("/stepwise").head();
    http.close();
    assertEquals(Ending.GONE, endings.poll(5, TimeUnit.SECONDS));
    RawHttp other = server.connect();
    other.get("/stepwise").head();
    other.reset();
    assertEquals(Ending.GONE, endings.poll(5, TimeUnit.SECONDS));
    assertTrue(endings.isEmpty());
  }

  @Test
  void asksTheWriterToWaitForASlowCaller() throws InterruptedException {
    try (RawHttp http = RawHttp.connect(server.port(), 4096)) {
      http.get("/endless").head();
      http.chunk();
      int before = settled();
      assertTrue(before < 4000, "64 MB and more were taken for a caller that does not read");
      for (int i = 0; i < before; i++) {
        http.chunk();
      }
      assertTrue(written.get() > before, "reading must let the writer go on");
      http.reset();
    }
    assertEquals(Ending.GONE, endings.poll(60, TimeUnit.SECONDS));
  }

  /** The count of pieces once it has stood still for a while. */
  private int settled() throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    int last = -1;
    while (last != written.get()) {
      last = written.get();
      assertFalse(never.await(200, TimeUnit.MILLISECONDS));
    }
    return last;
  }

  @Test
  void showsThatAStreamWasCut() {
    for (String path : new String[] {"/cut", "/bug"}) {
      try (RawHttp http = server.connect()) {
        http.get(path).head();
        http.chunk();
        assertThrows(UncheckedIOException.class, http::chunk);
      }
    }
  }

  @Test
  void ignoresASecondAnswer() {
    try (RawHttp http = server.connect()) {
      RawHttp.Answer answer = http.get("/twice").answer();
      assertEquals(200, answer.status());
      assertEquals("first", answer.text());
      assertEquals("first", http.get("/twice").answer().text());
    }
  }
}
