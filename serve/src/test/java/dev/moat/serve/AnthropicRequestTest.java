package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class AnthropicRequestTest {
  private static final String HI = "'messages':[{'role':'user','content':'hi'}]";

  private static JsonNode request(String single) {
    return AnthropicRequest.of(parsed("{'model':'m'," + single + "}"));
  }

  private static JsonNode parsed(String single) {
    return Json.parse(TestGateway.json(single), "json");
  }

  private static void assertTurns(String expected, String messages) {
    assertEquals(parsed(expected), request("'messages':" + messages).path("messages"));
  }

  private static void assertRefused(String param, String single) {
    Failure failure = assertThrows(Failure.class, () -> request(single));
    assertEquals(param, ((Problem.Invalid) failure.problem()).field(), failure.getMessage());
  }

  @Test
  void alwaysNamesALimit() {
    assertEquals(AnthropicRequest.TOKENS_STANDARD, request(HI).path("max_tokens").intValue());
    assertEquals(7, request(HI + ",'max_tokens':7").path("max_tokens").intValue());
    assertEquals(
        8, request(HI + ",'max_tokens':7,'max_completion_tokens':8").path("max_tokens").intValue());
  }

  @Test
  void putsTheSystemApart() {
    JsonNode request =
        request(
            "'messages':[{'role':'system','content':'a'},{'role':'user','content':'hi'},"
                + "{'role':'developer','content':[{'type':'text','text':'b'}]},"
                + "{'role':'system','content':''}]");
    assertEquals(
        parsed("[{'type':'text','text':'a'},{'type':'text','text':'b'}]"), request.path("system"));
    assertEquals(1, request.path("messages").size());
    assertFalse(request(HI).has("system"));
  }

  @Test
  void joinsTurnsOfOneSide() {
    assertTurns(
        "[{'role':'user','content':[{'type':'text','text':'a'},{'type':'text','text':'b'}]},"
            + "{'role':'assistant','content':[{'type':'text','text':'c'},"
            + "{'type':'text','text':'no'}]},"
            + "{'role':'user','content':[{'type':'text','text':'d'}]}]",
        "[{'role':'user','content':'a'},{'role':'user','content':[{'type':'text','text':'b'}]},"
            + "{'role':'assistant','content':'c'},{'role':'assistant','content':null,"
            + "'refusal':'no'},{'role':'user','content':'d'},{'role':'assistant','content':''}]");
  }

  @Test
  void putsCallsAndTheirResultsIntoTheTurns() {
    assertTurns(
        "[{'role':'assistant','content':[{'type':'text','text':'wait'},"
            + "{'type':'tool_use','id':'c1','name':'f','input':{'x':1}},"
            + "{'type':'tool_use','id':'c2','name':'g','input':{}}]},"
            + "{'role':'user','content':[{'type':'tool_result','tool_use_id':'c1',"
            + "'content':[{'type':'text','text':'one'}]},"
            + "{'type':'tool_result','tool_use_id':'c2'},{'type':'text','text':'go on'}]}]",
        "[{'role':'assistant','content':'wait','tool_calls':[{'id':'c1','type':'function',"
            + "'function':{'name':'f','arguments':'{\\'x\\':1}'}},{'id':'c2','type':'function',"
            + "'function':{'name':'g','arguments':''}}]},"
            + "{'role':'tool','tool_call_id':'c1','content':'one'},"
            + "{'role':'tool','tool_call_id':'c2','content':''},{'role':'user',"
            + "'content':'go on'}]");
  }

  @Test
  void translatesToolsAndTheirChoice() {
    String tools =
        ",'tools':[{'type':'function','function':{'name':'f','description':'d',"
            + "'parameters':{'type':'object'},'strict':true}},"
            + "{'type':'function','function':{'name':'g'}}]";
    JsonNode request = request(HI + tools + ",'tool_choice':'required'");
    assertEquals(
        parsed(
            "[{'name':'f','description':'d','input_schema':{'type':'object'},'strict':true},"
                + "{'name':'g','input_schema':{'type':'object'}}]"),
        request.path("tools"));
    assertEquals(parsed("{'type':'any'}"), request.path("tool_choice"));
    assertEquals(
        parsed("{'disable_parallel_tool_use':true,'type':'auto'}"),
        request(HI + tools + ",'parallel_tool_calls':false").path("tool_choice"));
    assertEquals(
        parsed("{'type':'tool','name':'f'}"),
        request(HI + tools + ",'tool_choice':{'type':'function','function':{'name':'f'}}")
            .path("tool_choice"));
    for (String same : List.of("auto", "none")) {
      assertEquals(
          parsed("{'type':'" + same + "'}"),
          request(HI + tools + ",'tool_choice':'" + same + "'").path("tool_choice"));
    }
    assertFalse(request(HI + tools).has("tool_choice"));
  }

  @Test
  void translatesTheRest() {
    JsonNode request =
        request(
            HI
                + ",'stop':'a','temperature':1.5,'top_p':0.5,'user':'u','stream':true,'seed':3,"
                + "'stream_options':{'include_usage':true},'presence_penalty':0,'top_k':4");
    assertEquals(parsed("['a']"), request.path("stop_sequences"));
    assertEquals(1, request.path("temperature").doubleValue());
    assertEquals(0.5, request.path("top_p").doubleValue());
    assertEquals("u", request.path("metadata").path("user_id").stringValue());
    assertTrue(request.path("stream").booleanValue());
    assertEquals(4, request.path("top_k").intValue(), "what nobody knows is carried through");
    for (String gone : List.of("seed", "stream_options", "presence_penalty", "user", "stop")) {
      assertFalse(request.has(gone), gone);
    }
    assertEquals(parsed("['a','b']"), request(HI + ",'stop':['a','b']").path("stop_sequences"));
    assertEquals(
        parsed("{'format':{'type':'json_schema','schema':{'type':'object'}}}"),
        request(
                HI
                    + ",'response_format':{'type':'json_schema','json_schema':{'name':'n',"
                    + "'schema':{'type':'object'}}}")
            .path("output_config"));
    assertFalse(request(HI + ",'response_format':{'type':'text'}").has("response_format"));
  }

  @Test
  void refusesWhatSuchAServerCannotKeep() {
    assertRefused("messages", "'messages':[{'role':'system','content':'x'}]");
    assertRefused("messages", "'messages':[{'role':'user','content':''}]");
    assertRefused("messages[0].role", "'messages':[{'role':'function','content':'x'}]");
    assertRefused(
        "messages[0].function_call", "'messages':[{'role':'assistant','function_call':{}}]");
    assertRefused("messages[0].tool_call_id", "'messages':[{'role':'tool','content':'x'}]");
    assertRefused("tools[0].type", HI + ",'tools':[{'type':'custom'}]");
    assertRefused("tool_choice", HI + ",'tool_choice':'some'");
    assertRefused("response_format.type", HI + ",'response_format':{'type':'json_object'}");
  }
}
