package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Json;
import dev.moat.engine.MiniLm;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** The gateway with the embedding model that ships with it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MiniLmBackendTest {
  private TestGateway gateway;
  private MiniLmBackend backend;

  @BeforeAll
  void start() {
    gateway = TestGateway.start();
    backend = new MiniLmBackend(2);
    gateway.models.replace(List.of(TestGateway.served(MiniLm.NAME, backend)));
  }

  @AfterAll
  void stop() {
    gateway.close();
    backend.close();
  }

  private TestGateway.Answer embed(String fields) {
    return gateway.post(
        "/v1/embeddings", TestGateway.json("{'model':'all-minilm-l6-v2'," + fields + "}"));
  }

  private static float[] vector(JsonNode answer, int index) {
    JsonNode numbers = answer.path("data").path(index).path("embedding");
    float[] vector = new float[numbers.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) numbers.path(i).doubleValue();
    }
    return vector;
  }

  private static double cosine(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  @Test
  void embeds() {
    JsonNode answer =
        embed("'input':['The cat sits.','A feline rests.','Revenue rose by four percent.']").json();
    assertEquals(MiniLm.DIMENSIONS, vector(answer, 0).length);
    assertTrue(
        cosine(vector(answer, 0), vector(answer, 1))
            > cosine(vector(answer, 0), vector(answer, 2)));
    assertEquals(21, answer.path("usage").path("total_tokens").intValue(), Json.text(answer));
  }

  @Test
  void givesATextTheSameVectorWhateverStandsBesideIt() {
    float[] alone = vector(embed("'input':'some text'").json(), 0);
    JsonNode many = embed("'input':['x','a much longer text than that','some text']").json();
    assertArrayEquals(alone, vector(many, 2));
  }

  @Test
  void boundsTheTokensOfAText() {
    String most = "a ".repeat(MiniLm.TOKENS_MAX - 2);
    assertEquals(200, embed("'input':'" + most + "'").status());
    TestGateway.Answer refused = embed("'input':['x','" + most + "a']");
    assertEquals(400, refused.status());
    assertEquals("input[1]", refused.error().path("param").stringValue());
    assertEquals("context_length_exceeded", refused.error().path("code").stringValue());
    assertTrue(refused.error().path("message").stringValue().contains("513 tokens"));
  }

  @Test
  void boundsTheTokensOfAllTextsTogether() {
    int texts = MiniLmAnswer.TOKENS_MAX / MiniLm.TOKENS_MAX + 1;
    String most = "'" + "a ".repeat(MiniLm.TOKENS_MAX - 2) + "'";
    TestGateway.Answer refused =
        embed("'input':[" + String.join(",", Collections.nCopies(texts, most)) + "]");
    assertEquals(400, refused.status());
    assertEquals("input", refused.error().path("param").stringValue());
    assertTrue(refused.error().path("message").stringValue().contains("several requests"));
  }

  @Test
  void hasItsOwnDimensionsOnly() {
    assertEquals(200, embed("'input':'x','dimensions':384").status());
    TestGateway.Answer refused = embed("'input':'x','dimensions':256");
    assertEquals(400, refused.status());
    assertEquals("dimensions", refused.error().path("param").stringValue());
  }

  @Test
  void doesNotChat() {
    String body = TestGateway.json("{'model':'all-minilm-l6-v2','messages':[{'role':'user'}]}");
    TestGateway.Answer refused = gateway.post("/v1/chat/completions", body);
    assertEquals(400, refused.status());
    assertEquals("model", refused.error().path("param").stringValue());
  }

  /** What a question ends with, and how it can be cancelled. */
  private static final class Waiting implements AnswerSink {
    private final LinkedBlockingQueue<String> ends = new LinkedBlockingQueue<>();

    @Override
    public void piece(Piece piece) {}

    @Override
    public void finished(FinishReason reason, Usage usage) {
      ends.add("finished");
    }

    @Override
    public void finished(FinishReason reason) {
      ends.add("finished");
    }

    @Override
    public void failed(Refusal refusal) {
      ends.add(refusal.code());
    }

    String end() throws InterruptedException {
      return String.valueOf(ends.poll(60, TimeUnit.SECONDS));
    }
  }

  private static ModelCall call(String input) {
    String json = TestGateway.json("{'model':'m','input':" + input + "}");
    return new ModelCall(
        RequestParser.parse(Endpoint.EMBEDDING, json.getBytes(StandardCharsets.UTF_8)), Map.of());
  }

  @Test
  void refusesMoreQuestionsThanMayWait() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    try (MiniLmBackend busy = new MiniLmBackend(1)) {
      assertTrue(busy.submit(() -> awaitUninterruptibly(held)));
      List<Waiting> waiting = new ArrayList<>();
      for (int i = 0; i <= MiniLmBackend.OPEN_MAX; i++) {
        Waiting sink = new Waiting();
        waiting.add(sink);
        busy.begin(call("'x'"), sink, Runnable::run);
      }
      assertEquals("rate_limit_exceeded", waiting.getLast().end());
      held.countDown();
      for (Waiting sink : waiting.subList(0, MiniLmBackend.OPEN_MAX)) {
        assertEquals("finished", sink.end());
      }
    }
  }

  @Test
  void computesNothingMoreOnceCancelled() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    try (MiniLmBackend one = new MiniLmBackend(1)) {
      assertTrue(one.submit(() -> awaitUninterruptibly(held)));
      Waiting cancelled = new Waiting();
      Answering answering = one.begin(call("['x','y']"), cancelled, Runnable::run);
      Waiting next = new Waiting();
      one.begin(call("'z'"), next, Runnable::run);
      answering.cancel();
      held.countDown();
      assertEquals("finished", next.end());
      assertTrue(cancelled.ends.isEmpty());
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
