package dev.moat.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A stream that is cut although its caller has not read what came before. */
class CutTest {
  private static final int FLOOD_PIECES_MAX = 1_000;

  private final CountDownLatch cut = new CountDownLatch(1);
  private TestServer server;

  @BeforeEach
  void start() {
    Duration brief = Duration.ofMillis(300);
    Duration patient = Duration.ofMinutes(5);
    ServerLimits limits =
        new ServerLimits(
            1 << 20, 64 << 20, 4 << 10, 1, 1, patient, patient, patient, brief, patient);
    server =
        TestServer.with(
            limits,
            routes ->
                routes
                    .add("GET", "/cut", this::cut)
                    .add("GET", "/hello", exchange -> exchange.send(Response.text(200, "hello"))));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void cut(ServerExchange exchange) {
    ResponseStream stream = exchange.stream(200, Headers.none());
    for (int i = 0; i < FLOOD_PIECES_MAX && stream.write(new byte[64 << 10]); i++) {
      // until the caller takes no more
    }
    stream.abort();
    cut.countDown();
  }

  @Test
  void theLineIsFreedWithinTheWriteTimeout() throws InterruptedException {
    try (RawHttp slow = RawHttp.connect(server.port(), 4096)) {
      slow.get("/cut");
      assertTrue(cut.await(10, TimeUnit.SECONDS));
      try (RawHttp next = server.connectOnceFreed()) {
        assertEquals(200, next.get("/hello").answer().status());
      }
    }
  }
}
