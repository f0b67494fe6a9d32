package dev.moat.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServerDrainTest {
  private final CountDownLatch release = new CountDownLatch(1);
  private final LinkedBlockingQueue<String> begun = new LinkedBlockingQueue<>();
  private TestServer server;

  @BeforeEach
  void start() {
    server =
        TestServer.with(
            routes ->
                routes
                    .add("GET", "/hello", exchange -> exchange.send(Response.text(200, "hello")))
                    .addBlocking("GET", "/slow", (_, _) -> slow())
                    .add("GET", "/endless", this::endless)
                    .add("GET", "/unheard", _ -> begun.add("unheard")));
  }

  @AfterEach
  void stop() {
    release.countDown();
    server.close();
  }

  private Response slow() {
    begun.add("slow");
    try {
      assertTrue(release.await(10, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return Response.text(200, "done");
  }

  private void endless(ServerExchange exchange) {
    ResponseStream stream = exchange.stream(200, Headers.none());
    exchange.onEnd(
        ending -> {
          stream.write(ending.name().getBytes(StandardCharsets.UTF_8));
          stream.end();
        });
    begun.add("endless");
  }

  private CompletableFuture<Void> drain(Duration patience) {
    return CompletableFuture.runAsync(() -> server.server.drain(patience));
  }

  @Test
  void finishesWhatHasBegunAndTakesNothingNew() throws Exception {
    try (RawHttp slow = server.connect();
        RawHttp idle = server.connect()) {
      assertEquals("hello", idle.get("/hello").answer().text());
      slow.get("/slow");
      assertEquals("slow", begun.poll(5, TimeUnit.SECONDS));
      CompletableFuture<Void> drained = drain(Duration.ofSeconds(20));
      assertTrue(idle.closesSoon(), "an idle connection is closed at once");
      assertThrows(UncheckedIOException.class, () -> server.connect().get("/hello").answer());
      release.countDown();
      RawHttp.Answer answer = slow.answer();
      assertEquals("done", answer.text());
      assertEquals("close", answer.header("connection").orElseThrow());
      drained.get(5, TimeUnit.SECONDS);
    }
  }

  @Test
  void givesStreamsALastWord() throws Exception {
    try (RawHttp http = server.connect();
        RawHttp unheard = server.connect()) {
      http.get("/endless").head();
      unheard.get("/unheard");
      begun.poll(5, TimeUnit.SECONDS);
      begun.poll(5, TimeUnit.SECONDS);
      CompletableFuture<Void> drained = drain(Duration.ofMillis(100));
      assertEquals("STOPPING", new String(http.chunk(), StandardCharsets.UTF_8));
      assertEquals(0, http.chunk().length);
      assertEquals(503, unheard.answer().status());
      drained.get(5, TimeUnit.SECONDS);
    }
  }

  @Test
  void cutsHandlersThatDoNotEnd() throws Exception {
    try (RawHttp http = server.connect()) {
      http.get("/slow");
      assertEquals("slow", begun.poll(5, TimeUnit.SECONDS));
      drain(Duration.ofMillis(50)).get(5, TimeUnit.SECONDS);
      assertEquals(503, http.answer().status());
    }
  }

  @Test
  void freesThePort() {
    int port = server.port();
    server.server.close();
    try (Server again =
        server.wire.serve(ServerSettings.loopback(port), new Routes(TestServer::error))) {
      assertEquals(port, again.port());
      assertEquals("http://127.0.0.1:" + port, again.address());
    }
  }
}
