package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.wire.Headers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * A server that speaks Anthropic's API may send anything, and a chat that goes there may hold
 * anything that the parser lets through.
 */
class AnthropicFuzzTest {
  private static final Headers EVENTS = Headers.of("content-type", "text/event-stream");
  private static final Headers JSON = Headers.of("content-type", "application/json");
  private static final String STREAM =
      "event: message_start\ndata: {'type':'message_start',"
          + "'message':{'usage':{'input_tokens':1}}}\n\n"
          + "data: {'type':'content_block_start','index':0,'content_block':{'type':'text'}}\n\n"
          + "data: {'type':'content_block_delta','index':0,"
          + "'delta':{'type':'text_delta','text':'a'}}\n\n"
          + "data: {'type':'content_block_start','index':1,'content_block':{'type':'tool_use',"
          + "'id':'t','name':'f','input':{}}}\n\n"
          + "data: {'type':'content_block_delta','index':1,'delta':{'type':'input_json_delta',"
          + "'partial_json':'{}'}}\n\ndata: {'type':'content_block_stop','index':1}\n\n"
          + "data: {'type':'message_delta','delta':{'stop_reason':'end_turn'},"
          + "'usage':{'output_tokens':2}}\n\ndata: {'type':'message_stop'}\n\n";
  private static final String WHOLE =
      "{'content':[{'type':'text','text':'a'},{'type':'tool_use','id':'t','name':'f',"
          + "'input':{'x':[1]}}],'stop_reason':'end_turn',"
          + "'usage':{'input_tokens':1,'output_tokens':2}}";
  private static final String CHAT =
      "{'model':'m','messages':[{'role':'system','content':'s s'},{'role':'user','content':"
          + "[{'type':'text','text':'t t'}]},{'role':'assistant','content':null,'refusal':'r r',"
          + "'tool_calls':[{'id':'c','type':'function','function':{'name':'f',"
          + "'arguments':'{\\'a\\':\\'b b\\'}'}}]},{'role':'tool','tool_call_id':'c',"
          + "'content':'o o'}],'stop':['x x'],'tools':[{'type':'function','function':{'name':'f',"
          + "'parameters':{'title':'p p'}}}],'tool_choice':'auto','user':'u u','other':'z z'}";

  /** How often an answer ended, and what came after. */
  private static final class Ends implements AnswerSink {
    private final List<Piece> said = new ArrayList<>();
    private int ends;
    private int late;

    @Override
    public void piece(Piece piece) {
      late += ends;
      said.add(piece);
    }

    @Override
    public void finished(FinishReason reason, Usage usage) {
      ends++;
    }

    @Override
    public void finished(FinishReason reason) {
      ends++;
    }

    @Override
    public void failed(Refusal refusal) {
      ends++;
    }
  }

  private static Ends answer(Headers headers, byte[] body, Random random) {
    Ends ends = new Ends();
    UpstreamAnswer answer = new UpstreamAnswer(new AnthropicReader(ends), ends);
    answer.head(200, headers);
    for (int at = 0; at < body.length; ) {
      int next = Math.min(body.length, at + 1 + random.nextInt(60));
      answer.piece(Arrays.copyOfRange(body, at, next));
      at = next;
    }
    answer.end();
    answer.end();
    answer.failed(Failure.invalid("after the end"));
    return ends;
  }

  private static byte[] mutated(String single, Random random) {
    byte[] bytes = TestGateway.json(single).getBytes(StandardCharsets.UTF_8);
    for (int i = random.nextInt(5); i > 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
  }

  @Test
  void readsTheSameHoweverTheStreamIsCut() {
    Random random = new Random(83);
    byte[] bytes = TestGateway.json(STREAM).getBytes(StandardCharsets.UTF_8);
    Ends whole = answer(EVENTS, bytes, new Random(1));
    assertEquals(3, whole.said.size(), whole.said.toString());
    for (int round = 0; round < 200; round++) {
      assertEquals(whole.said, answer(EVENTS, bytes, random).said);
    }
  }

  @Test
  void everyAnswerEndsOnce() {
    Random random = new Random(89);
    for (int round = 0; round < 3000; round++) {
      for (Ends ends :
          List.of(
              answer(EVENTS, mutated(STREAM, random), random),
              answer(JSON, mutated(WHOLE, random), random))) {
        assertEquals(1, ends.ends);
        assertEquals(0, ends.late);
      }
    }
  }

  @Test
  void boundsTheCallsOfOneAnswer() {
    Ends ends = new Ends();
    AnthropicReader reader = new AnthropicReader(ends);
    for (int i = 0; i < 2 * Piece.ToolCall.CALLS_MAX; i++) {
      reader.chunk(
          TestGateway.json(
              "{'type':'content_block_start','index':"
                  + i
                  + ",'content_block':{'type':'tool_use','name':'f'}}"));
    }
    assertEquals(Piece.ToolCall.CALLS_MAX, ends.said.size());
  }

  /** What goes to such a server was in the chat: nothing is made up, whatever the chat holds. */
  @Test
  void sendsOnlyWhatTheChatHeld() {
    Random random = new Random(97);
    int sent = 0;
    for (int round = 0; round < 6000; round++) {
      byte[] body = mutated(CHAT, random);
      try {
        ParsedRequest parsed = RequestParser.parse(Endpoint.CHAT, body);
        String forwarded =
            new String(new ModelCall(parsed, Map.of()).forwarded("m"), StandardCharsets.UTF_8);
        JsonNode chat = Json.parse(forwarded, "chat");
        Set<String> held = new HashSet<>(Set.of("raw_arguments"));
        strings(chat, held);
        Set<String> told = new HashSet<>();
        strings(AnthropicRequest.of(chat), told);
        told.removeIf(text -> held.contains(text) || text.matches("[a-z_]{1,20}"));
        assertTrue(told.isEmpty(), told.toString());
        sent++;
      } catch (Failure failure) {
        assertTrue(failure.getMessage().length() > 10);
      }
    }
    assertTrue(sent > 300, "sent " + sent);
  }

  /** Every string and name; those inside the arguments of a call count as held too. */
  private static void strings(JsonNode node, Set<String> to) {
    if (node.isString()) {
      to.add(node.stringValue());
      JsonNode input = MessagesForm.input(node.stringValue());
      if (!input.has("raw_arguments")) {
        strings(input, to);
      }
    }
    node.properties()
        .forEach(
            field -> {
              to.add(field.getKey());
              strings(field.getValue(), to);
            });
    if (node.isArray()) {
      node.forEach(element -> strings(element, to));
    }
  }
}
