package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Json;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Many exchanges of every kind at the same time: nothing leaks and every opening is closed. */
class GatewaySoakTest {
  private static final int CALLERS = 8;
  private static final int EACH = 40;
  private static final String PROSE = "Hello there, this is plain. ".repeat(40);
  private static final Duration PATIENT = Duration.ofSeconds(30);

  private TestGateway gateway;

  @BeforeEach
  void start() {
    gateway = TestGateway.start();
    gateway.backend.script(GatewaySoakTest::play);
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  /** What the model does depends on what it is asked. */
  private static void play(FakeBackend.Run run) {
    switch (run.call.messages().getLast().content()) {
      case "whole" -> run.say("Hello", ", world").finish();
      case "long" -> run.say(PROSE, PROSE, PROSE).finish();
      case "fail" -> run.fail(Refusal.backend(502, "down"));
      case "break" -> run.say(PROSE).fail(Refusal.backend(502, "broke off"));
      case "endless" -> run.say(PROSE);
      default -> run.finish();
    }
  }

  private void call(int seed) {
    Random random = new Random(seed);
    List<String> questions = List.of("whole", "long", "fail", "break", "nothing", "endless");
    for (int i = 0; i < EACH; i++) {
      String question = questions.get(random.nextInt(questions.size()));
      String more = random.nextBoolean() ? ",\"stream\":true" : "";
      if (random.nextInt(8) == 0) {
        more += ",\"n\":5";
      }
      if (question.equals("endless") || random.nextInt(4) == 0) {
        leave(TestGateway.chatBody(question, more), random);
      } else {
        int status = gateway.chat(question, more).status();
        assertTrue(Set.of(200, 400, 502).contains(status), question + " " + status);
      }
    }
  }

  /** Sends a question and goes away before, while or after it is answered. */
  private void leave(String body, Random random) {
    byte[] request =
        (String.join(
                    "\r\n",
                    "POST /v1/chat/completions HTTP/1.1",
                    "host: x",
                    "authorization: Bearer " + TestGateway.KEY,
                    "content-length: " + body.length())
                + "\r\n\r\n"
                + body)
            .getBytes(StandardCharsets.UTF_8);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.server.port())) {
      boolean whole = random.nextInt(3) > 0;
      socket.getOutputStream().write(request, 0, whole ? request.length : request.length / 2);
      if (random.nextBoolean()) {
        socket.setSoTimeout(20);
        assertTrue(socket.getInputStream().read() >= -1);
      }
      if (random.nextBoolean()) {
        socket.setSoLinger(true, 0);
      }
    } catch (java.io.IOException e) {
      // an answer that does not come in time is what this caller does not wait for
    }
  }

  @Test
  void leavesNothingBehind() {
    List<CompletableFuture<Void>> callers =
        IntStream.range(0, CALLERS)
            .mapToObj(seed -> CompletableFuture.runAsync(() -> call(seed)))
            .toList();
    callers.forEach(CompletableFuture::join);
    awaitIdle();
    assertEquals("Hello, world", gateway.chat("whole", "").content());
    awaitIdle();
    requireClosed(events());
  }

  private void awaitIdle() {
    long end = System.nanoTime() + PATIENT.toNanos();
    while (!gateway.meters.scrape().contains("moat_exchanges_active 0.0")) {
      assertTrue(System.nanoTime() < end, "exchanges stay open");
      Thread.onSpinWait();
    }
  }

  private List<JsonNode> events() {
    List<JsonNode> events = new ArrayList<>();
    while (!gateway.ledger.isEmpty()) {
      events.add(gateway.ledger.next());
    }
    return events;
  }

  /** Every exchange that was opened is closed, once, with a word that says how. */
  private static void requireClosed(List<JsonNode> events) {
    Set<Long> open = new HashSet<>();
    Set<String> words = new HashSet<>();
    for (JsonNode event : events) {
      if (event.path("type").stringValue().equals("exchange-opened")) {
        assertTrue(open.add(event.path("index").longValue()));
      } else {
        assertTrue(open.remove(event.path("opened").longValue()), event.toString());
        words.add(event.path("finish").stringValue());
      }
    }
    assertEquals(Set.of(), open, "opened and never closed");
    assertEquals(Set.of("stop", "error", "cancelled"), words);
  }

  @Test
  void keepsCountOfWhatItAnswered() {
    for (int i = 0; i < 20; i++) {
      gateway.chat("whole", "");
      gateway.chat("fail", "");
      gateway.chat("x", ",\"n\":2");
    }
    awaitIdle();
    String metrics = gateway.meters.scrape();
    String route = "moat_requests_total{route=\"/v1/chat/completions\",status=";
    for (String line : List.of("\"200\"} 20", "\"502\"} 20", "\"400\"} 20")) {
      assertTrue(metrics.contains(route + line), metrics);
    }
    JsonNode models = Json.parse(gateway.get("/v1/models").text(), "models");
    assertEquals(2, models.path("data").size());
  }
}
