package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UpstreamReaderTest {
  /** Notes what a reader says. */
  private static final class Notes implements AnswerSink {
    private final List<Piece> pieces = new ArrayList<>();
    private String end = "";

    @Override
    public void piece(Piece piece) {
      pieces.add(piece);
    }

    @Override
    public void finished(FinishReason reason, Usage usage) {
      end = reason.word() + " " + usage.promptTokens() + " " + usage.completionTokens();
    }

    @Override
    public void finished(FinishReason reason) {
      end = reason.word();
    }

    @Override
    public void failed(Refusal refusal) {
      end = refusal.code();
    }
  }

  private final Notes notes = new Notes();
  private final UpstreamReader reader = new UpstreamReader(Endpoint.CHAT, notes);

  private void whole(String message, String rest) {
    String json = "{\"choices\":[{\"message\":" + message + rest + "}]}";
    assertTrue(reader.answer(json.getBytes(StandardCharsets.UTF_8)).isEmpty());
    reader.finish();
  }

  @Test
  void readsAWholeMessage() {
    whole(
        "{\"reasoning\":\"r\",\"content\":\"c\",\"refusal\":\"n\",\"tool_calls\":"
            + "[{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}},"
            + "{\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":\"[]\"}}]}",
        ",\"finish_reason\":\"tool_calls\"");
    assertEquals(
        List.of(
            new Piece.Reasoning("r"),
            new Piece.Text("c"),
            new Piece.Declined("n"),
            new Piece.ToolCall(0, "a", "f", "{}"),
            new Piece.ToolCall(1, "b", "g", "[]")),
        notes.pieces);
    assertEquals("tool_calls", notes.end);
  }

  @Test
  void takesAMissingReasonForAStop() {
    whole("{\"content\":\"c\"}", "");
    assertEquals("stop", notes.end);
  }

  @Test
  void ignoresValuesOfWrongTypes() {
    whole(
        "{\"content\":7,\"refusal\":{},\"reasoning_content\":[],\"tool_calls\":\"x\"}",
        ",\"finish_reason\":3");
    assertEquals(List.of(), notes.pieces);
    assertEquals("stop", notes.end);
  }

  @Test
  void ignoresCallsBeyondTheLimit() {
    reader.chunk(
        "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":128,\"function\":{\"name\":\"f\"}},"
            + "{\"index\":-1,\"function\":{\"name\":\"f\"}}]}}]}");
    assertEquals(List.of(), notes.pieces);
  }

  @Test
  void takesTheLastUsage() {
    reader.chunk("{\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}");
    reader.chunk("{\"usage\":{\"prompt_tokens\":-1,\"completion_tokens\":9}}");
    reader.chunk("{\"choices\":[],\"usage\":{\"prompt_tokens\":2,\"completion_tokens\":3}}");
    reader.chunk("{\"usage\":null}");
    reader.finish();
    assertEquals("stop 2 3", notes.end);
  }

  @Test
  void readsOrRefusesWhateverComes() {
    byte[] seed =
        ("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\",\"tool_calls\":[{\"index\":0,"
                + "\"id\":\"x\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},"
                + "\"finish_reason\":null}],"
                + "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}")
            .getBytes(StandardCharsets.UTF_8);
    Random random = new Random(23);
    int read = 0;
    for (int round = 0; round < 5000; round++) {
      byte[] mutated = seed.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        mutated[random.nextInt(mutated.length)] = (byte) (32 + random.nextInt(95));
      }
      UpstreamReader fresh = new UpstreamReader(Endpoint.CHAT, new Notes());
      try {
        fresh.chunk(new String(mutated, StandardCharsets.UTF_8));
        fresh.finish();
        read++;
      } catch (Failure failure) {
        assertTrue(failure.getMessage().startsWith("backend chunk"), failure.getMessage());
      }
    }
    assertTrue(read > 100, "some mutations must be harmless: " + read);
  }
}
