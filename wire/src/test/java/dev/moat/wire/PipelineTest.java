package dev.moat.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A second request that comes before the answer to the first was taken. */
class PipelineTest {
  private static final int LARGE_BYTES = 16 << 20;

  private final LinkedBlockingQueue<Ending> endings = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<Integer> statuses = new LinkedBlockingQueue<>();
  private final CountDownLatch begun = new CountDownLatch(1);
  private TestServer server;

  @BeforeEach
  void start() {
    server = TestServer.with(ServerLimits.defaults(), this::routes);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void routes(Routes routes) {
    routes.add("GET", "/large", PipelineTest::large).add("GET", "/never", this::never);
  }

  private static void large(ServerExchange exchange) {
    exchange.send(Response.of(200, "text/plain", new byte[LARGE_BYTES]));
  }

  private void never(ServerExchange exchange) {
    exchange.onEnd(endings::add);
    exchange.onComplete(statuses::add);
    begun.countDown();
  }

  @Test
  void theSecondIsToldThatItsCallerHasGone() throws InterruptedException {
    try (RawHttp http = RawHttp.connect(server.port(), 4096)) {
      http.send("GET /large HTTP/1.1\r\nhost: x\r\n\r\nGET /never HTTP/1.1\r\nhost: x\r\n\r\n");
      assertEquals(LARGE_BYTES, http.answer().text().length());
      assertTrue(begun.await(10, TimeUnit.SECONDS));
    }
    assertEquals(Ending.GONE, endings.poll(10, TimeUnit.SECONDS));
    assertEquals(499, statuses.poll(10, TimeUnit.SECONDS));
  }
}
