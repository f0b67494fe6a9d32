package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AnthropicReaderTest {
  private final List<Piece> pieces = new ArrayList<>();
  private final List<String> ends = new ArrayList<>();
  private final AnthropicReader reader =
      new AnthropicReader(
          new AnswerSink() {
            @Override
            public void piece(Piece piece) {
              pieces.add(piece);
            }

            @Override
            public void finished(FinishReason reason, Usage usage) {
              ends.add(reason + " " + usage.promptTokens() + " " + usage.completionTokens());
            }

            @Override
            public void finished(FinishReason reason) {
              ends.add(reason.toString());
            }

            @Override
            public void failed(Refusal refusal) {
              ends.add("failed");
            }
          });

  private void read(String... events) {
    for (String event : events) {
      assertEquals(Optional.empty(), reader.chunk(TestGateway.json(event)));
    }
  }

  private void assertWhole(String end, String single) {
    byte[] json = TestGateway.json(single).getBytes(StandardCharsets.UTF_8);
    assertEquals(Optional.empty(), reader.answer(json));
    reader.finish();
    assertEquals(List.of(end), ends);
  }

  private static String begun(int index, String block) {
    return "{'type':'content_block_start','index':" + index + ",'content_block':" + block + "}";
  }

  private static String delta(int index, String delta) {
    return "{'type':'content_block_delta','index':" + index + ",'delta':" + delta + "}";
  }

  private static String stopped(int index) {
    return "{'type':'content_block_stop','index':" + index + "}";
  }

  @Test
  void readsTextsAndThoughts() {
    read(
        begun(0, "{'type':'thinking','thinking':'h'}"),
        delta(0, "{'type':'thinking_delta','thinking':'m'}"),
        begun(1, "{'type':'text','text':'a'}"),
        delta(1, "{'type':'text_delta','text':'b'}"),
        delta(1, "{'type':'text_delta','text':''}"));
    assertEquals(
        List.of(
            new Piece.Reasoning("h"),
            new Piece.Reasoning("m"),
            new Piece.Text("a"),
            new Piece.Text("b")),
        pieces);
  }

  @Test
  void numbersCallsByThemselves() {
    read(
        begun(0, "{'type':'text','text':''}"),
        begun(3, "{'type':'tool_use','id':'t1','name':'f','input':{}}"),
        delta(3, "{'type':'input_json_delta','partial_json':'{'}"),
        delta(3, "{'type':'input_json_delta','partial_json':'}'}"),
        stopped(3),
        begun(5, "{'type':'tool_use','id':'t2','name':'g','input':{}}"),
        stopped(5));
    assertEquals(
        List.of(
            new Piece.ToolCall(0, "t1", "f", ""),
            new Piece.ToolCall(0, "", "", "{"),
            new Piece.ToolCall(0, "", "", "}"),
            new Piece.ToolCall(1, "t2", "g", ""),
            new Piece.ToolCall(1, "", "", "{}")),
        pieces);
  }

  @Test
  void takesInputThatComesAtOnce() {
    read(begun(0, "{'type':'tool_use','id':'t','name':'f','input':{'x':1}}"), stopped(0));
    assertEquals(List.of(new Piece.ToolCall(0, "t", "f", "{\"x\":1}")), pieces);
  }

  @Test
  void takesABlockOnce() {
    read(
        begun(0, "{'type':'tool_use','id':'t','name':'f'}"),
        begun(0, "{'type':'tool_use','id':'u','name':'g'}"),
        stopped(0),
        stopped(0));
    assertEquals(
        List.of(new Piece.ToolCall(0, "t", "f", ""), new Piece.ToolCall(0, "", "", "{}")), pieces);
  }

  @Test
  void carriesNoTextInAnId() {
    read(begun(0, "{'type':'tool_use','id':'mail jane.doe@example.org','name':'f'}"));
    assertEquals(List.of(new Piece.ToolCall(0, "", "f", "")), pieces);
  }

  @Test
  void leavesOutWhatItDoesNotKnow() {
    read(
        "{'type':'ping'}",
        "{'type':'later_event','index':0}",
        "{}",
        "[]",
        begun(0, "{'type':'redacted_thinking','data':'x'}"),
        begun(1, "{'type':'server_tool_use','name':'web_search'}"),
        delta(1, "{'type':'input_json_delta','partial_json':'{}'}"),
        delta(2, "{'type':'signature_delta','signature':'s'}"),
        delta(2, "{'type':'text_delta','text':7}"),
        "{'type':'content_block_delta','index':'x','delta':{'type':'other'}}",
        stopped(9));
    assertEquals(List.of(), pieces);
    assertFalse(reader.complete());
    assertEquals(Optional.empty(), reader.finishReason());
  }

  @Test
  void countsTokensAsTheyAreTold() {
    read(
        "{'type':'message_start','message':{'usage':{'input_tokens':3,"
            + "'cache_creation_input_tokens':2,'cache_read_input_tokens':1,'output_tokens':1}}}",
        "{'type':'message_delta','delta':{'stop_reason':'end_turn'},"
            + "'usage':{'output_tokens':9}}",
        "{'type':'message_stop'}");
    assertTrue(reader.complete());
    reader.finish();
    assertEquals(List.of("STOP 6 9"), ends);
  }

  @Test
  void takesTheLastCountOfWhatWasRead() {
    read(
        "{'type':'message_start','message':{'usage':{'input_tokens':0}}}",
        "{'type':'message_delta','delta':{'stop_reason':'max_tokens'},"
            + "'usage':{'input_tokens':8,'output_tokens':9}}");
    reader.finish();
    assertEquals(List.of("LENGTH 8 9"), ends);
  }

  @Test
  void countsNothingWhereNothingIsTold() {
    assertWhole("STOP", "{'content':[]}");
  }

  @Test
  void countsNothingThatIsNoCount() {
    assertWhole(
        "STOP", "{'content':[],'usage':{'input_tokens':-1,'output_tokens':99999999999999}}");
  }

  @Test
  void doesNotOverflow() {
    assertWhole(
        "STOP " + Integer.MAX_VALUE + " 1",
        "{'content':[],'usage':{'input_tokens':2147483647,'cache_read_input_tokens':2147483647,"
            + "'output_tokens':1}}");
  }

  @Test
  void readsWholeAnswers() {
    assertWhole(
        "TOOL_CALLS 1 2",
        "{'content':[{'type':'text','text':'a'},{'type':'tool_use','id':'t','name':'f',"
            + "'input':{}},{'type':'tool_use','id':'u','name':'g'}],'stop_reason':'tool_use',"
            + "'usage':{'input_tokens':1,'output_tokens':2}}");
    assertEquals(
        List.of(
            new Piece.Text("a"),
            new Piece.ToolCall(0, "t", "f", "{}"),
            new Piece.ToolCall(1, "u", "g", ""),
            new Piece.ToolCall(1, "", "", "{}")),
        pieces);
  }

  @Test
  void returnsErrors() {
    String error = TestGateway.json("{'type':'error','error':{'message':'m','type':'t'}}");
    assertEquals(502, reader.chunk(error).orElseThrow().status());
    assertEquals(502, reader.answer(error.getBytes(StandardCharsets.UTF_8)).orElseThrow().status());
    assertEquals(502, reader.answer(new byte[] {'{', '}'}).orElseThrow().status());
    assertThrows(Failure.class, () -> reader.chunk("{"));
    assertThrows(Failure.class, () -> reader.answer(new byte[] {'<'}));
  }
}
