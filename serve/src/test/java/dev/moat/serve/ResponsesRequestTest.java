package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.guard.Channel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ResponsesRequestTest {
  private static final String HEAD = "{'model':'m',";
  private static final String HI = "'input':'hi'";

  private static ResponsesRequest request(String single) {
    return new ResponsesRequest(Json.parse(TestGateway.json(single), "body"));
  }

  private static JsonNode chat(String more) {
    return request(HEAD + HI + more + "}").chat();
  }

  private static JsonNode parsed(String single) {
    return Json.parse(TestGateway.json(single), "expected");
  }

  private static void assertMessages(String expected, String single) {
    assertEquals(parsed(expected), request(HEAD + single + "}").chat().path("messages"));
  }

  private static void assertRefused(String param, String single) {
    Failure failure = assertThrows(Failure.class, () -> request(HEAD + single + "}"));
    assertEquals(param, ((Problem.Invalid) failure.problem()).field(), failure.getMessage());
  }

  @Test
  void keepsWhatBothCallTheSame() {
    JsonNode chat =
        chat(
            ",'temperature':0.5,'top_p':0.9,'stream':true,'user':'u','metadata':{'a':'b'},"
                + "'parallel_tool_calls':false,'max_output_tokens':20,'unknown':[1]");
    assertEquals("m", chat.path("model").stringValue());
    assertEquals(20, chat.path("max_tokens").intValue());
    assertEquals(0.5, chat.path("temperature").doubleValue());
    assertTrue(chat.path("stream").booleanValue());
    assertEquals("u", chat.path("user").stringValue());
    assertEquals("b", chat.path("metadata").path("a").stringValue());
    assertFalse(chat.path("parallel_tool_calls").booleanValue());
    assertEquals(1, chat.path("unknown").size(), "what nobody knows is carried through");
    assertFalse(chat.has("input"));
    assertFalse(chat.has("max_output_tokens"));
  }

  @Test
  void putsInstructionsFirst() {
    String both = "[{'role':'system','content':'be brief'},{'role':'user','content':'hi'}]";
    assertMessages(both, "'instructions':'be brief'," + HI);
    assertMessages(
        both, "'input':[{'role':'developer','content':'be brief'},{'role':'user','content':'hi'}]");
    assertTrue(request(HEAD + "'instructions':'x'," + HI + "}").wishes().instructed());
    assertFalse(request(HEAD + "'instructions':''," + HI + "}").wishes().instructed());
  }

  @Test
  void takesMessagesInEveryForm() {
    assertMessages(
        "[{'role':'user','content':'a'},{'role':'assistant','content':'b'},"
            + "{'role':'assistant','content':[{'type':'refusal','refusal':'no'}]},"
            + "{'role':'user','content':[{'type':'text','text':'c'},{'type':'text','text':'d'}]}]",
        "'input':[{'type':'message','role':'user','content':[{'type':'input_text','text':'a'}]},"
            + "{'type':'message','id':'msg_1','status':'completed','role':'assistant','content':"
            + "[{'type':'output_text','text':'b','annotations':[{'url':'x'}],'logprobs':[]}]},"
            + "{'role':'assistant','content':[{'type':'refusal','refusal':'no'}]},"
            + "{'role':'user','content':[{'type':'input_text','text':'c'},"
            + "{'type':'input_text','text':'d'}]}]");
  }

  @Test
  void putsCallsIntoTheMessageBeforeThem() {
    String call = "{'id':'c%d','type':'function','function':{'name':'f','arguments':'{}'}}";
    assertMessages(
        "[{'role':'user','content':'a'},{'role':'assistant','content':null,'tool_calls':["
            + call.formatted(1)
            + ","
            + call.formatted(2)
            + "]},{'role':'tool','tool_call_id':'c1','content':'one'},"
            + "{'role':'tool','tool_call_id':'c2','content':'two'},"
            + "{'role':'assistant','content':'so','tool_calls':["
            + call.formatted(3)
            + "]}]",
        "'input':[{'role':'user','content':'a'},{'type':'reasoning','id':'r','summary':[]},"
            + item(1)
            + item(2)
            + "{'type':'function_call_output','call_id':'c1','output':'one'},"
            + "{'type':'function_call_output','call_id':'c2','output':"
            + "[{'type':'input_text','text':'two'}]},{'role':'assistant','content':'so'},"
            + item(3).replace("},", "}")
            + "]");
  }

  private static String item(int number) {
    return "{'type':'function_call','id':'fc','status':'completed','call_id':'c"
        + number
        + "','name':'f','arguments':'{}'},";
  }

  @Test
  void translatesToolsAndTheirChoice() {
    JsonNode chat =
        chat(
            ",'tools':[{'type':'function','name':'f','description':'d','strict':true,"
                + "'parameters':{'type':'object'}}],'tool_choice':{'type':'function','name':'f'}");
    assertEquals(
        parsed(
            "[{'type':'function','function':{'name':'f','description':'d',"
                + "'parameters':{'type':'object'},'strict':true}}]"),
        chat.path("tools"));
    assertEquals(parsed("{'type':'function','function':{'name':'f'}}"), chat.path("tool_choice"));
    assertEquals("required", chat(",'tool_choice':'required'").path("tool_choice").stringValue());
    assertFalse(chat(",'tools':[]").has("tools"));
  }

  @Test
  void translatesTheFormOfTheText() {
    assertEquals(
        parsed("{'type':'json_schema','json_schema':{'name':'n','schema':{},'strict':true}}"),
        chat(",'text':{'verbosity':'low','format':"
                + "{'type':'json_schema','name':'n','schema':{},'strict':true}}")
            .path("response_format"));
    assertEquals(
        parsed("{'type':'json_object'}"),
        chat(",'text':{'format':{'type':'json_object'}}").path("response_format"));
    assertFalse(chat(",'text':{'format':{'type':'text'}}").has("response_format"));
    assertEquals("low", chat(",'text':{'verbosity':'low'}").path("verbosity").stringValue());
    assertEquals(
        "high", chat(",'reasoning':{'effort':'high'}").path("reasoning_effort").stringValue());
    assertFalse(chat(",'include':['reasoning.encrypted_content']").has("include"));
  }

  @Test
  void refusesWhatAChatCannotKeep() {
    assertRefused("input", "'instructions':'x'");
    assertRefused("input", "'input':{}");
    assertRefused("input[0]", "'input':[1]");
    assertRefused("input[0].role", "'input':[{'role':'tool','content':'x'}]");
    assertRefused("input[0].content", "'input':[{'role':'user'}]");
    assertRefused(
        "input[0].arguments", "'input':[{'type':'function_call','call_id':'c','name':'f'}]");
    assertRefused("tools[0].type", HI + ",'tools':[{'type':'web_search'}]");
    assertRefused("tool_choice.type", HI + ",'tool_choice':{'type':'file_search'}");
    assertRefused("text.format.type", HI + ",'text':{'format':{'type':'grammar'}}");
    assertRefused("include[0]", HI + ",'include':['file_search_call.results']");
    assertRefused("background", HI + ",'background':true");
    assertRefused("conversation", HI + ",'conversation':'c'");
    assertRefused("prompt", HI + ",'prompt':{'id':'p'}");
    assertRefused("truncation", HI + ",'truncation':'auto'");
    assertRefused("top_logprobs", HI + ",'top_logprobs':2");
    assertRefused("max_output_tokens", HI + ",'max_output_tokens':0");
    assertRefused("max_output_tokens", HI + ",'max_output_tokens':1.5");
    assertRefused("messages", HI + ",'messages':[]");
    chat(",'background':false,'truncation':'disabled','top_logprobs':0,'conversation':null");
  }

  @Test
  void namesTheItemsItDoesNotKnow() {
    for (String type :
        List.of("item_reference", "web_search_call", "custom_tool_call", "mcp_call")) {
      assertRefused(
          "input[1].type", "'input':[{'role':'user','content':'x'},{'type':'" + type + "'}]");
    }
    for (String type : List.of("input_image", "input_file", "input_audio")) {
      assertRefused(
          "input[0].content[0].type",
          "'input':[{'role':'user','content':[{'type':'" + type + "','file_url':'http://x'}]}]");
      assertRefused(
          "input[0].output[0].type",
          "'input':[{'type':'function_call_output','call_id':'c','output':[{'type':'"
              + type
              + "'}]}]");
    }
  }

  @Test
  void outputsOfFunctionsAreData() {
    byte[] body =
        TestGateway.json(
                HEAD
                    + "'input':[{'type':'function_call_output','call_id':'c','output':'found'},"
                    + "{'role':'user','content':'said'}]}")
            .getBytes(StandardCharsets.UTF_8);
    for (TextSpan text : Dialects.parse(Endpoint.RESPONSES, body).texts()) {
      assertEquals(text.text().equals("found") ? Channel.DATA : Channel.USER, text.channel());
    }
  }
}
