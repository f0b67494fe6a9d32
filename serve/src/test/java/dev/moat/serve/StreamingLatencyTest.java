package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Json;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What the model says reaches the caller when it is said. The next words are said only after the
 * last ones have arrived: words kept back in a buffer would stop this test, and words that wait for
 * a delayed acknowledgement (40 ms each, where TCP_NODELAY is off) would slow every round.
 */
class StreamingLatencyTest {
  private static final int ROUNDS = 200;
  private static final long STALL_MILLIS = 40;

  private TestGateway gateway;

  @BeforeEach
  void start() {
    gateway = TestGateway.start();
    gateway.backend.waits();
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  @Test
  void sendsWordsWhenTheyAreSaid() {
    long[] nanos = new long[ROUNDS];
    var request =
        gateway.posting("/v1/chat/completions", TestGateway.chatBody("hi", ",\"stream\":true"));
    var opening = java.util.concurrent.CompletableFuture.supplyAsync(() -> gateway.open(request));
    FakeBackend.Run run = gateway.backend.nextRun();
    run.say("This is where it begins, plainly. ");
    try (Lines lines = opening.join()) {
      StringBuilder heard = new StringBuilder();
      for (int i = 0; i < ROUNDS; i++) {
        long start = System.nanoTime();
        run.say("Then comes part " + i + " of it. ");
        // the guard may still hold the end of the last words, but not what came before them
        while (!heard.toString().contains("part " + i)) {
          heard.append(content(lines.next()));
        }
        nanos[i] = System.nanoTime() - start;
      }
      run.finish();
    }
    Arrays.sort(nanos);
    long medianMillis = nanos[ROUNDS / 2] / 1_000_000;
    assertTrue(medianMillis < STALL_MILLIS / 2, "a round takes " + medianMillis + " ms");
  }

  private static String content(String data) {
    return Json.parse(data, "chunk")
        .path("choices")
        .path(0)
        .path("delta")
        .path("content")
        .asString();
  }
}
