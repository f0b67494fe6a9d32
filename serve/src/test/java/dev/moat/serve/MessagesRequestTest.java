package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.guard.Channel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class MessagesRequestTest {
  private static final String HEAD = "{'model':'m','max_tokens':9,";
  private static final String HI = "'messages':[{'role':'user','content':'hi'}]";

  private static JsonNode chat(String single) {
    return MessagesRequest.chat(Json.parse(TestGateway.json(single), "body"));
  }

  private static JsonNode messages(String single) {
    return chat(HEAD + single + "}").path("messages");
  }

  private static void assertMessages(String expected, String single) {
    assertEquals(Json.parse(TestGateway.json(expected), "expected"), messages(single));
  }

  private static void assertRefused(String param, String single) {
    Failure failure = assertThrows(Failure.class, () -> chat(single));
    assertEquals(param, ((Problem.Invalid) failure.problem()).field(), failure.getMessage());
  }

  @Test
  void keepsWhatBothCallTheSame() {
    JsonNode chat = chat(HEAD + HI + ",'temperature':0.5,'top_p':0.9,'stream':true,'top_k':4}");
    assertEquals("m", chat.path("model").stringValue());
    assertEquals(9, chat.path("max_tokens").intValue());
    assertEquals(0.5, chat.path("temperature").doubleValue());
    assertEquals(0.9, chat.path("top_p").doubleValue());
    assertTrue(chat.path("stream").booleanValue());
    assertEquals(4, chat.path("top_k").intValue(), "what nobody knows is carried through");
  }

  @Test
  void putsTheSystemFirst() {
    assertMessages(
        "[{'role':'system','content':'be brief'},{'role':'user','content':'hi'}]",
        "'system':'be brief'," + HI);
    assertMessages(
        "[{'role':'system','content':[{'type':'text','text':'a'},{'type':'text','text':'b'}]},"
            + "{'role':'user','content':'hi'}]",
        "'system':[{'type':'text','text':'a','cache_control':{'type':'ephemeral'}},"
            + "{'type':'text','text':'b'}],"
            + HI);
    assertMessages("[{'role':'user','content':'hi'}]", "'system':''," + HI);
    assertMessages("[{'role':'user','content':'hi'}]", "'system':null," + HI);
  }

  @Test
  void putsCallsAndTheirResultsWhereAChatHasThem() {
    assertMessages(
        "[{'role':'assistant','content':'wait','tool_calls':[{'id':'t1','type':'function',"
            + "'function':{'name':'f','arguments':'{\\'x\\':1}'}}]},"
            + "{'role':'tool','tool_call_id':'t1','content':'42'},"
            + "{'role':'user','content':'go on'}]",
        "'messages':[{'role':'assistant','content':[{'type':'thinking','thinking':'hm',"
            + "'signature':''},{'type':'text','text':'wait'},"
            + "{'type':'tool_use','id':'t1','name':'f','input':{'x':1}}]},"
            + "{'role':'user','content':[{'type':'tool_result','tool_use_id':'t1',"
            + "'content':[{'type':'text','text':'42'}]},{'type':'text','text':'go on'}]}]");
  }

  @Test
  void knowsCallsWithoutTextAndResultsWithoutContent() {
    assertMessages(
        "[{'role':'assistant','content':null,'tool_calls':[{'id':'t1','type':'function',"
            + "'function':{'name':'f','arguments':'{}'}}]},"
            + "{'role':'tool','tool_call_id':'t1','content':''}]",
        "'messages':[{'role':'assistant','content':[{'type':'tool_use','id':'t1','name':'f'}]},"
            + "{'role':'user','content':[{'type':'tool_result','tool_use_id':'t1'}]}]");
  }

  @Test
  void saysThatAToolFailed() {
    String turn =
        "'messages':[{'role':'user','content':[{'type':'tool_result','tool_use_id':'t',"
            + "'is_error':true%s}]}]";
    String said = "[{'role':'tool','tool_call_id':'t','content':'Error: %s'}]";
    assertMessages(said.formatted("no disk"), turn.formatted(",'content':'no disk'"));
    assertMessages(said.formatted(""), turn.formatted(""));
    assertEquals(
        3,
        messages(
                turn.formatted(
                    ",'content':[{'type':'text','text':'a'},{'type':'text','text':'b'}]"))
            .path(0)
            .path("content")
            .size());
  }

  @Test
  void translatesTools() {
    JsonNode chat =
        chat(
            HEAD
                + HI
                + ",'tools':[{'name':'f','description':'d','input_schema':{'type':'object'},"
                + "'cache_control':{'type':'ephemeral'},'extra':1}],"
                + "'tool_choice':{'type':'tool','name':'f','disable_parallel_tool_use':true}}");
    assertEquals(
        Json.parse(
            TestGateway.json(
                "[{'type':'function','function':{'name':'f','description':'d',"
                    + "'parameters':{'type':'object'}},'extra':1}]"),
            "x"),
        chat.path("tools"));
    assertEquals("f", chat.path("tool_choice").path("function").path("name").stringValue());
    assertFalse(chat.path("parallel_tool_calls").booleanValue());
    for (List<String> pair :
        List.of(List.of("auto", "auto"), List.of("any", "required"), List.of("none", "none"))) {
      String choice = ",'tool_choice':{'type':'" + pair.get(0) + "'}}";
      assertEquals(pair.get(1), chat(HEAD + HI + choice).path("tool_choice").stringValue());
    }
  }

  @Test
  void translatesStopsAndTheUser() {
    JsonNode chat =
        chat(HEAD + HI + ",'stop_sequences':['a','b'],'metadata':{'user_id':'u','more':'x'}}");
    assertEquals("b", chat.path("stop").path(1).stringValue());
    assertEquals("u", chat.path("user").stringValue());
    assertEquals("x", chat.path("metadata").path("more").stringValue());
    assertFalse(chat.has("stop_sequences"));
    assertFalse(chat(HEAD + HI + ",'stop_sequences':[],'metadata':{}}").has("metadata"));
  }

  @Test
  void translatesTheFormOfTheAnswer() {
    JsonNode chat =
        chat(
            HEAD
                + HI
                + ",'output_config':{'effort':'low','format':{'type':'json_schema',"
                + "'schema':{'type':'object'}}}}");
    assertEquals("low", chat.path("reasoning_effort").stringValue());
    JsonNode schema = chat.path("response_format").path("json_schema");
    assertEquals("object", schema.path("schema").path("type").stringValue());
    assertFalse(schema.path("name").stringValue().isEmpty());
    assertRefused(
        "output_config.format.type", HEAD + HI + ",'output_config':{'format':{'type':'x'}}}");
  }

  @Test
  void refusesWhatAChatCannotKeep() {
    assertRefused("max_tokens", "{'model':'m'," + HI + "}");
    assertRefused("messages", HEAD + "'messages':[]}");
    assertRefused("messages", HEAD + "'messages':{}}");
    assertRefused("messages[0]", HEAD + "'messages':[1]}");
    assertRefused("messages[0].role", HEAD + "'messages':[{'role':'system','content':'x'}]}");
    assertRefused("messages[0].content", HEAD + "'messages':[{'role':'user'}]}");
    assertRefused("messages[0].content", HEAD + "'messages':[{'role':'user','content':1}]}");
    assertRefused(
        "thinking.type", HEAD + HI + ",'thinking':{'type':'enabled','budget_tokens':1024}}");
    assertRefused("mcp_servers", HEAD + HI + ",'mcp_servers':[{'url':'http://x'}]}");
    assertRefused("container", HEAD + HI + ",'container':'c'}");
    assertRefused("tools[0].type", HEAD + HI + ",'tools':[{'type':'web_search_20250305'}]}");
    assertRefused("tools[0].input_schema", HEAD + HI + ",'tools':[{'name':'f'}]}");
    assertRefused("tool_choice.type", HEAD + HI + ",'tool_choice':{'type':'some'}}");
    assertRefused("stop_sequences", HEAD + HI + ",'stop_sequences':['a','b','c','d','e']}");
    assertRefused("stop_sequences[0]", HEAD + HI + ",'stop_sequences':['']}");
    assertRefused("stop", HEAD + HI + ",'stop_sequences':['a'],'stop':'b'}");
    for (String ok : List.of("adaptive", "disabled")) {
      assertFalse(chat(HEAD + HI + ",'thinking':{'type':'" + ok + "'}}").has("thinking"));
    }
  }

  @Test
  void refusesWhatCannotBeJudged() {
    for (String type : List.of("image", "document", "server_tool_use", "search_result")) {
      String block = "[{'type':'" + type + "','source':{'type':'url','url':'http://x'}}]";
      assertRefused(
          "messages[0].content[0].type",
          HEAD + "'messages':[{'role':'user','content':" + block + "}]}");
      assertRefused(
          "messages[0].content[0].type",
          HEAD + "'messages':[{'role':'assistant','content':" + block + "}]}");
      assertRefused(
          "messages[0].content[0].content[0].type",
          HEAD
              + "'messages':[{'role':'user','content':[{'type':'tool_result','tool_use_id':'t',"
              + "'content':"
              + block
              + "}]}]}");
      assertRefused("system[0].type", HEAD + "'system':" + block + "," + HI + "}");
    }
  }

  @Test
  void resultsOfToolsAreData() {
    byte[] body =
        TestGateway.json(
                HEAD
                    + "'messages':[{'role':'user','content':[{'type':'tool_result',"
                    + "'tool_use_id':'t','content':'found'},{'type':'text','text':'said'}]}]}")
            .getBytes(StandardCharsets.UTF_8);
    ParsedRequest parsed = Dialects.parse(Endpoint.MESSAGES, body);
    assertEquals(Endpoint.CHAT, parsed.endpoint());
    assertEquals(Digest.of(body), parsed.digest(), "the digest is that of the caller's own bytes");
    for (TextSpan text : parsed.texts()) {
      assertEquals(text.text().equals("found") ? Channel.DATA : Channel.USER, text.channel());
    }
  }

  @Test
  void halfACharacterBecomesAQuestionMark() {
    byte[] body =
        TestGateway.json(HEAD + "'messages':[{'role':'user','content':'a\\ud800b'}]}")
            .getBytes(StandardCharsets.UTF_8);
    ParsedRequest parsed = Dialects.parse(Endpoint.MESSAGES, body);
    assertEquals("a?b", parsed.texts().getFirst().text());
  }
}
