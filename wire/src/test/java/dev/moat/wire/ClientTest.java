package dev.moat.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClientTest {
  private static final Duration BRIEF = Duration.ofMillis(300);

  private final LinkedBlockingQueue<Ending> endings = new LinkedBlockingQueue<>();
  private final Set<String> threads = ConcurrentHashMap.newKeySet();
  private TestServer server;
  private Client client;

  @BeforeEach
  void start() {
    server =
        TestServer.with(
            routes ->
                routes
                    .add("POST", "/echo", this::echo)
                    .add("GET", "/query", ClientTest::query)
                    .add("GET", "/moved", ClientTest::moved)
                    .add("GET", "/never", exchange -> exchange.onEnd(endings::add))
                    .add("GET", "/one-piece", this::onePiece)
                    .add("GET", "/endless", this::endless)
                    .add("GET", "/cut", ClientTest::cut));
    client = server.wire.client(new ClientSettings(2, 2, BRIEF, BRIEF, BRIEF));
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private void echo(ServerExchange exchange) {
    threads.add(Thread.currentThread().getName());
    exchange.body(
        bytes ->
            exchange.send(
                Response.of(201, "text/x", bytes)
                    .with("x-seen", exchange.request().headers().first("x-sent").orElse("none"))));
  }

  private static void query(ServerExchange exchange) {
    exchange.send(Response.text(200, exchange.request().query()));
  }

  private static void moved(ServerExchange exchange) {
    exchange.send(Response.empty(302).with("location", "http://192.0.2.1/"));
  }

  private void onePiece(ServerExchange exchange) {
    exchange.onEnd(endings::add);
    exchange.stream(200, Headers.none()).write(new byte[] {'x'});
  }

  private void endless(ServerExchange exchange) {
    exchange.onEnd(endings::add);
    ResponseStream stream = exchange.stream(200, Headers.none());
    stream.onDrain(() -> fill(stream));
    fill(stream);
  }

  private void fill(ResponseStream stream) {
    for (int i = 0; i < 2000 && endings.isEmpty(); i++) {
      if (!stream.write(new byte[32 << 10])) {
        return;
      }
    }
  }

  private static void cut(ServerExchange exchange) {
    ResponseStream stream = exchange.stream(200, Headers.none());
    stream.write(new byte[] {'x'});
    exchange.execute(stream::abort);
  }

  private URI at(String path) {
    return URI.create(server.server.address() + path);
  }

  private ClientResponse fetch(ClientRequest request) {
    try {
      return client.fetch(request, 1 << 20).toCompletableFuture().join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof Failure failure ? failure : e;
    }
  }

  @Test
  void sendsMethodHeadersAndBody() {
    ClientRequest request =
        ClientRequest.of("POST", at("/echo"))
            .with("x-sent", "yes")
            .with("größe".getBytes(StandardCharsets.UTF_8));
    ClientResponse response = fetch(request);
    assertEquals(201, response.status());
    assertEquals("größe", response.text());
    assertEquals("yes", response.headers().first("x-seen").orElseThrow());
    assertEquals("text/x", response.headers().first("Content-Type").orElseThrow());
  }

  @Test
  void sendsTheQueryAsItIs() {
    assertEquals("a=b%20c&d", fetch(ClientRequest.of("GET", at("/query?a=b%20c&d"))).text());
  }

  @Test
  void followsNoRedirect() {
    assertEquals(302, fetch(ClientRequest.of("GET", at("/moved"))).status());
  }

  @Test
  void reusesConnections() throws InterruptedException {
    Set<Long> ids = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      assertEquals(201, fetch(ClientRequest.of("POST", at("/echo"))).status());
      ids.add((long) i);
    }
    assertEquals(20, ids.size());
    assertTrue(threads.size() <= 2, "at most two connections, so at most two loops: " + threads);
  }

  @Test
  void takesAnAnswerOfExactlyTheLimit() {
    ClientRequest request = ClientRequest.of("POST", at("/echo")).with(new byte[1000]);
    assertEquals(1000, client.fetch(request, 1000).toCompletableFuture().join().body().length);
    CompletionException tooLarge =
        assertThrows(
            CompletionException.class,
            () -> client.fetch(request, 999).toCompletableFuture().join());
    assertTrue(tooLarge.toString().contains("larger than 999 bytes"), tooLarge.toString());
  }

  @Test
  void saysThatNobodyListens() throws IOException {
    int port;
    try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = unused.getLocalPort();
    }
    Failure failure =
        assertThrows(
            Failure.class,
            () -> fetch(ClientRequest.of("GET", URI.create("http://127.0.0.1:" + port + "/"))));
    assertInstanceOf(Problem.Broken.class, failure.problem());
    assertTrue(failure.getMessage().contains("127.0.0.1:" + port), failure.getMessage());
    assertTrue(failure.getMessage().contains("cannot connect"), failure.getMessage());
  }

  @Test
  void givesUpOnAServerThatDoesNotAnswer() throws InterruptedException {
    Failure failure =
        assertThrows(Failure.class, () -> fetch(ClientRequest.of("GET", at("/never"))));
    assertTrue(failure.getMessage().contains("no answer in time"), failure.getMessage());
    assertEquals(Ending.GONE, endings.poll(5, TimeUnit.SECONDS), "the call must be broken off");
  }

  @Test
  void givesUpOnAStreamThatStalls() throws InterruptedException {
    Failure failure =
        assertThrows(Failure.class, () -> fetch(ClientRequest.of("GET", at("/one-piece"))));
    assertTrue(failure.getMessage().contains("no next piece in time"), failure.getMessage());
    assertEquals(Ending.GONE, endings.poll(5, TimeUnit.SECONDS));
  }

  @Test
  void saysThatTheAnswerWasCut() {
    Failure failure = assertThrows(Failure.class, () -> fetch(ClientRequest.of("GET", at("/cut"))));
    assertTrue(failure.getMessage().contains("broken off"), failure.getMessage());
  }

  @Test
  void refusesMoreCallsThanMayWait() {
    Recorder[] recorders = new Recorder[5];
    for (int i = 0; i < recorders.length; i++) {
      recorders[i] = new Recorder();
      client.send(ClientRequest.of("GET", at("/never")), recorders[i]);
    }
    List<Problem> problems =
        java.util.Arrays.stream(recorders).map(Recorder::failure).map(Failure::problem).toList();
    assertTrue(
        problems.stream().anyMatch(Problem.Busy.class::isInstance),
        "two run, two wait, one is refused: " + problems);
  }

  @Test
  void cancelBreaksOffAtOnceAndSilently() throws InterruptedException {
    Recorder recorder = new Recorder();
    ClientCall call = client.send(ClientRequest.of("GET", at("/endless")), recorder);
    assertTrue(recorder.began.await(5, TimeUnit.SECONDS));
    call.cancel();
    assertEquals(Ending.GONE, endings.poll(5, TimeUnit.SECONDS));
    assertNull(recorder.failures.poll(400, TimeUnit.MILLISECONDS));
    ClientCall never = client.send(ClientRequest.of("GET", at("/never")), recorder);
    never.cancel();
    assertNull(recorder.failures.poll(400, TimeUnit.MILLISECONDS));
  }

  @Test
  void pauseHoldsTheSenderBackBeyondTheIdleTimeout() throws InterruptedException {
    Recorder recorder = new Recorder();
    ClientCall call = client.send(ClientRequest.of("GET", at("/endless")), recorder);
    assertTrue(recorder.began.await(5, TimeUnit.SECONDS));
    call.pause();
    assertNull(recorder.failures.poll(900, TimeUnit.MILLISECONDS), "paused is not stalled");
    long before = recorder.bytes;
    assertNull(recorder.failures.poll(200, TimeUnit.MILLISECONDS));
    assertEquals(before, recorder.bytes);
    call.resume();
    assertFalse(recorder.reaches(before + (1 << 20)).isZero());
    call.cancel();
  }

  @Test
  void failsWhenTheReceiverDoes() {
    Recorder recorder = new Recorder();
    recorder.failing = true;
    client.send(ClientRequest.of("GET", at("/one-piece")), recorder);
    assertTrue(recorder.failure().getMessage().contains("a bug in a receiver"));
  }

  @Test
  void failsWhenTheReceiverFailsAtTheEnd() {
    Recorder recorder = new Recorder();
    recorder.failingAtEnd = true;
    client.send(ClientRequest.of("GET", at("/query")), recorder);
    assertTrue(recorder.failure().getMessage().contains("a bug at the end"));
  }

  @Test
  void refusesAddressesItMustNotCall() {
    for (String address :
        new String[] {"file:///etc/passwd", "/path", "ftp://host/", "http://user:pw@host/"}) {
      Failure failure =
          assertThrows(Failure.class, () -> ClientRequest.of("GET", URI.create(address)));
      assertFalse(failure.getMessage().contains("pw"), failure.getMessage());
    }
  }

  @Test
  void refusesHeadersThatWouldSplitTheRequest() {
    ClientRequest request = ClientRequest.of("GET", at("/query"));
    assertThrows(Failure.class, () -> request.with("x", "a\r\ny: b"));
    assertThrows(Failure.class, () -> request.with("x y", "a"));
    assertThrows(Failure.class, () -> request.with("", "a"));
  }

  @Test
  void refusesSettingsThatAreNotPositive() {
    assertThrows(Failure.class, () -> new ClientSettings(0, 1, BRIEF, BRIEF, BRIEF));
    assertThrows(Failure.class, () -> new ClientSettings(1, 1, BRIEF, Duration.ZERO, BRIEF));
    assertEquals(256, ClientSettings.defaults().connectionsMax());
  }

  /** Notes what comes. */
  private static final class Recorder implements ResponseSink {
    private final CountDownLatch began = new CountDownLatch(1);
    private final LinkedBlockingQueue<Failure> failures = new LinkedBlockingQueue<>();
    private volatile long bytes;
    private volatile boolean failing;
    private volatile boolean failingAtEnd;

    @Override
    public void head(int status, Headers headers) {
      if (failing) {
        throw new IllegalStateException("a bug in a receiver");
      }
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one loop writes it
    public void piece(byte[] piece) {
      bytes += piece.length;
      began.countDown();
    }

    @Override
    public void end() {
      if (failingAtEnd) {
        throw new IllegalStateException("a bug at the end");
      }
      failures.add(Failure.invalid("ended"));
    }

    @Override
    public void failed(Failure failure) {
      failures.add(failure);
    }

    Failure failure() {
      try {
        Failure failure = failures.poll(5, TimeUnit.SECONDS);
        if (failure == null) {
          throw new UncheckedIOException(new IOException("nothing failed"));
        }
        return failure;
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    /** How long it takes until that many bytes have come; zero if they do not. */
    Duration reaches(long count) throws InterruptedException {
      CountDownLatch never = new CountDownLatch(1);
      long start = System.nanoTime();
      while (bytes < count) {
        assertFalse(never.await(5, TimeUnit.MILLISECONDS));
        if (System.nanoTime() - start > Duration.ofSeconds(5).toNanos()) {
          return Duration.ZERO;
        }
      }
      return Duration.ofNanos(Math.max(1, System.nanoTime() - start));
    }
  }
}
