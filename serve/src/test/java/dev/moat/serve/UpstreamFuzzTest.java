package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.wire.Headers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A server behind the gateway may send anything: every answer ends, once. */
class UpstreamFuzzTest {
  private static final Headers EVENTS = Headers.of("content-type", "text/event-stream; x=y");
  private static final Headers JSON = Headers.of("content-type", "application/json");
  private static final String STREAM =
      "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":null}]}\n\n"
          + "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"x\","
          + "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}}]}\r\n\r\n"
          + ": comment\n\ndata: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
          + "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}\n\n"
          + "data: [DONE]\n\n";
  private static final String WHOLE =
      "{\"choices\":[{\"message\":{\"content\":\"a\",\"tool_calls\":[{\"id\":\"x\",\"function\":"
          + "{\"name\":\"f\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"stop\"}],\"usage\":"
          + "{\"prompt_tokens\":1,\"completion_tokens\":2}}";

  /** Counts how often an answer ends and what comes after. */
  private static final class Ends implements AnswerSink {
    private final StringBuilder said = new StringBuilder();
    private int ends;
    private int late;
    private String how = "";

    @Override
    public void piece(Piece piece) {
      late += ends;
      said.append(piece);
    }

    @Override
    public void finished(FinishReason reason, Usage usage) {
      end("finished " + usage.completionTokens());
    }

    @Override
    public void finished(FinishReason reason) {
      end("finished");
    }

    @Override
    public void failed(Refusal refusal) {
      end("failed " + refusal.status());
    }

    private void end(String word) {
      ends++;
      how = word;
    }
  }

  private static Ends answer(int status, Headers headers, byte[] body, Random random) {
    Ends ends = new Ends();
    UpstreamAnswer answer = new UpstreamAnswer(Endpoint.CHAT, ends);
    answer.head(status, headers);
    for (int at = 0; at < body.length; ) {
      int next = Math.min(body.length, at + 1 + random.nextInt(40));
      answer.piece(Arrays.copyOfRange(body, at, next));
      at = next;
    }
    answer.end();
    answer.end();
    answer.failed(Failure.invalid("after the end"));
    return ends;
  }

  private static byte[] mutated(String text, Random random) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int i = random.nextInt(5); i > 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
  }

  @Test
  void readsTheSameHoweverTheStreamIsCut() {
    Random random = new Random(61);
    byte[] bytes = STREAM.getBytes(StandardCharsets.UTF_8);
    Ends whole = answer(200, EVENTS, bytes, new Random(1));
    assertEquals("finished 2", whole.how);
    for (int round = 0; round < 300; round++) {
      Ends cut = answer(200, EVENTS, bytes, random);
      assertEquals(whole.said.toString(), cut.said.toString());
      assertEquals("finished 2", cut.how);
    }
  }

  @Test
  void everyStreamEndsOnce() {
    Random random = new Random(67);
    int finished = 0;
    for (int round = 0; round < 3000; round++) {
      Ends ends = answer(200, EVENTS, mutated(STREAM, random), random);
      assertEquals(1, ends.ends);
      assertEquals(0, ends.late);
      finished += ends.how.startsWith("finished") ? 1 : 0;
    }
    assertTrue(finished > 100 && finished < 2900, "finished " + finished);
  }

  @Test
  void everyWholeAnswerEndsOnce() {
    Random random = new Random(71);
    for (int round = 0; round < 3000; round++) {
      Ends ends = answer(200, JSON, mutated(WHOLE, random), random);
      assertEquals(1, ends.ends);
      assertEquals(0, ends.late);
    }
  }

  @Test
  void everyErrorEndsOnce() {
    Random random = new Random(73);
    String error = "{\"error\":{\"message\":\"m\",\"type\":\"t\",\"param\":\"p\",\"code\":\"c\"}}";
    for (int status : List.of(201, 204, 301, 400, 401, 404, 413, 422, 429, 500, 502, 599)) {
      for (int round = 0; round < 50; round++) {
        Ends ends = answer(status, JSON, mutated(error, random), random);
        assertEquals(1, ends.ends);
        assertTrue(ends.how.startsWith("failed "), ends.how);
      }
    }
  }

  @Test
  void saysNothingAfterACancel() {
    Ends ends = new Ends();
    UpstreamAnswer answer = new UpstreamAnswer(Endpoint.CHAT, ends);
    answer.head(200, EVENTS);
    answer.cancel();
    answer.piece(STREAM.getBytes(StandardCharsets.UTF_8));
    answer.end();
    answer.failed(Failure.invalid("x"));
    answer.pause();
    answer.resume();
    assertEquals(0, ends.ends);
    assertEquals("", ends.said.toString());
  }

  @Test
  void boundsWhatItCollects() {
    Ends ends = new Ends();
    UpstreamAnswer answer = new UpstreamAnswer(Endpoint.CHAT, ends);
    answer.head(200, JSON);
    byte[] large = new byte[1 << 20];
    Arrays.fill(large, (byte) ' ');
    for (int i = 0; i <= UpstreamAnswer.ANSWER_BYTES_MAX >> 20; i++) {
      answer.piece(large);
    }
    assertEquals("failed 502", ends.how);
    Ends event = new Ends();
    UpstreamAnswer stream = new UpstreamAnswer(Endpoint.CHAT, event);
    stream.head(200, EVENTS);
    stream.piece("data: ".getBytes(StandardCharsets.UTF_8));
    for (int i = 0; i <= UpstreamAnswer.EVENT_BYTES_MAX >> 20; i++) {
      stream.piece(large);
    }
    assertEquals("failed 502", event.how);
  }
}
