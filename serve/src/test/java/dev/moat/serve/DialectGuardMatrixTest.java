package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * Every place of a question in another form, and of the answer to it, in which a text can stand,
 * streamed and whole: none is left out by the guard. A place that is added belongs into these
 * lists.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DialectGuardMatrixTest {
  private static final String DATUM = "jane.doe@example.org";
  private static final List<String> FORMS = List.of("false", "true");
  private static final String HI = "'max_tokens':9,'messages':[{'role':'user','content':'x'}],";
  private static final String USE =
      "'max_tokens':9,'messages':[{'role':'assistant','content':[{'type':'tool_use',";
  private static final String RESULT =
      "'max_tokens':9,'messages':[{'role':'user','content':[{'type':'tool_result',";
  private static final String TOOL = HI + "'tools':[{'name':'f','input_schema':{},";
  private static final String FUNCTION = "'input':'x','tools':[{'type':'function','name':'f',";
  private static final String CALL = "'input':[{'type':'function_call',";

  /** Where a caller can put a text; HERE stands for it. */
  private static final Map<Endpoint, List<String>> PLACES =
      Map.of(
          Endpoint.MESSAGES,
          List.of(
              "'max_tokens':9,'messages':[{'role':'user','content':'HERE'}]",
              "'max_tokens':9,'messages':[{'role':'assistant','content':'HERE'}]",
              "'max_tokens':9,'messages':[{'role':'user','content':[{'type':'text',"
                  + "'text':'HERE'}]}]",
              "'max_tokens':9,'messages':[{'role':'user','content':[{'type':'text','text':'x',"
                  + "'note':'HERE'}]}]",
              "'max_tokens':9,'messages':[{'role':'user','content':[{'type':'text','text':'x',"
                  + "'HERE':1}]}]",
              "'max_tokens':9,'messages':[{'role':'assistant','content':[{'type':'text',"
                  + "'text':'HERE'}]}]",
              "'max_tokens':9,'messages':[{'role':'user','content':'x','HERE':null}]",
              "'max_tokens':9,'messages':[{'role':'user','content':'x','note':'HERE'}]",
              USE + "'id':'t','name':'f','input':{'a':'HERE'}}]}]",
              USE + "'id':'t','name':'f','input':{'HERE':1}}]}]",
              USE + "'id':'t','name':'f','input':'HERE'}]}]",
              USE + "'id':'HERE','name':'f','input':{}}]}]",
              USE + "'id':'t','name':'HERE','input':{}}]}]",
              USE + "'id':'t','name':'f','input':{},'note':'HERE'}]}]",
              RESULT + "'tool_use_id':'t','content':'HERE'}]}]",
              RESULT + "'tool_use_id':'t','is_error':true,'content':'HERE'}]}]",
              RESULT + "'tool_use_id':'t','content':[{'type':'text','text':'HERE'}]}]}]",
              RESULT + "'tool_use_id':'HERE','content':'x'}]}]",
              RESULT + "'tool_use_id':'t','content':'x','note':'HERE'}]}]",
              HI + "'system':'HERE'",
              HI + "'system':[{'type':'text','text':'HERE'}]",
              HI + "'stop_sequences':['HERE']",
              HI + "'metadata':{'user_id':'HERE'}",
              HI + "'metadata':{'more':'HERE'}",
              HI + "'tool_choice':{'type':'tool','name':'HERE'}",
              TOOL + "'description':'HERE'}]",
              TOOL + "'note':'HERE'}]",
              HI + "'tools':[{'name':'HERE','input_schema':{}}]",
              HI + "'tools':[{'name':'f','input_schema':{'properties':{'HERE':{}}}}]",
              HI + "'tools':[{'name':'f','input_schema':{'title':'HERE'}}]",
              HI + "'output_config':{'effort':'HERE'}",
              HI + "'output_config':{'format':{'type':'json_schema','schema':{'title':'HERE'}}}",
              HI + "'chat_template':'HERE'",
              HI + "'HERE':1"),
          Endpoint.RESPONSES,
          List.of(
              "'input':'HERE'",
              "'input':[{'role':'user','content':'HERE'}]",
              "'input':[{'role':'system','content':'HERE'}]",
              "'input':[{'role':'developer','content':'HERE'}]",
              "'input':[{'role':'assistant','content':'HERE'}]",
              "'input':[{'role':'user','content':[{'type':'input_text','text':'HERE'}]}]",
              "'input':[{'role':'user','content':[{'type':'input_text','text':'x','a':'HERE'}]}]",
              "'input':[{'role':'assistant','content':[{'type':'output_text','text':'HERE'}]}]",
              "'input':[{'role':'assistant','content':[{'type':'refusal','refusal':'HERE'}]}]",
              "'input':[{'role':'user','content':'x','note':'HERE'}]",
              CALL + "'call_id':'c','name':'f','arguments':'HERE'}]",
              CALL + "'call_id':'HERE','name':'f','arguments':'{}'}]",
              CALL + "'call_id':'c','name':'HERE','arguments':'{}'}]",
              CALL + "'call_id':'c','name':'f','arguments':'{}','note':'HERE'}]",
              "'input':[{'type':'function_call_output','call_id':'c','output':'HERE'}]",
              "'input':[{'type':'function_call_output','call_id':'c','output':"
                  + "[{'type':'input_text','text':'HERE'}]}]",
              "'input':[{'type':'function_call_output','call_id':'HERE','output':'x'}]",
              "'input':'x','instructions':'HERE'",
              FUNCTION + "'description':'HERE'}]",
              FUNCTION + "'parameters':{'properties':{'HERE':{}}}}]",
              FUNCTION + "'note':'HERE'}]",
              "'input':'x','tools':[{'type':'function','name':'HERE'}]",
              "'input':'x','tool_choice':'HERE'",
              "'input':'x','tool_choice':{'type':'function','name':'HERE'}",
              "'input':'x','text':{'format':{'type':'json_schema','name':'n',"
                  + "'schema':{'title':'HERE'}}}",
              "'input':'x','text':{'format':{'type':'json_schema','name':'HERE','schema':{}}}",
              "'input':'x','text':{'verbosity':'HERE'}",
              "'input':'x','reasoning':{'effort':'HERE'}",
              "'input':'x','metadata':{'a':'HERE'}",
              "'input':'x','metadata':{'HERE':'a'}",
              "'input':'x','user':'HERE'",
              "'input':'x','prompt_cache_key':'HERE'",
              "'input':'x','HERE':1"));

  private TestGateway gateway;

  @BeforeAll
  void start() {
    gateway = TestGateway.start();
  }

  @AfterAll
  void stop() {
    gateway.close();
  }

  @TestFactory
  Stream<DynamicTest> everyPlaceOfAQuestion() {
    List<DynamicTest> tests = new ArrayList<>();
    PLACES.forEach(
        (endpoint, places) ->
            places.forEach(
                place ->
                    FORMS.forEach(
                        form ->
                            tests.add(
                                dynamicTest(
                                    endpoint.path() + " stream " + form + " " + place,
                                    () -> assertNotForwarded(endpoint, place, form))))));
    return tests.stream();
  }

  private void assertNotForwarded(Endpoint endpoint, String place, String form) {
    String body =
        TestGateway.json("{'model':'other','stream':" + form + "," + place + "}")
            .replace("HERE", "to " + DATUM + " now");
    TestGateway.Answer answer = gateway.post(endpoint.path(), body);
    assertEquals(200, answer.status(), answer.text());
    ModelCall call = gateway.backend.nextRun().call;
    assertEquals(Endpoint.CHAT, call.endpoint());
    String verdict = gateway.ledger.next().path("input").path("verdict").stringValue();
    if (place.contains("tool_result") || place.contains("function_call_output")) {
      // What a tool found is data, of which the standard policy takes note only.
      assertEquals("flag", verdict);
    } else {
      String forwarded = new String(call.forwarded("m"), StandardCharsets.UTF_8);
      assertEquals("redact", verdict);
      assertFalse(forwarded.contains("jane.doe"), forwarded);
      assertTrue(forwarded.contains("redacted"), forwarded);
      assertFalse(call.messages().toString().contains("jane.doe"));
      assertFalse(answer.text().contains("jane.doe"), answer.text());
    }
    gateway.ledger.next();
  }

  @TestFactory
  Stream<DynamicTest> everyPlaceOfAnAnswer() {
    String text = "to " + DATUM + " now";
    List<Piece> places =
        List.of(
            new Piece.Text(text),
            new Piece.Reasoning(text),
            new Piece.Declined(text),
            new Piece.ToolCall(0, "c", "f", "{\"a\":\"" + text + "\"}"),
            new Piece.ToolCall(0, "c", "f", text),
            new Piece.ToolCall(0, "c", DATUM, "{}"),
            new Piece.ToolCall(127, "c", "f", text));
    List<DynamicTest> tests = new ArrayList<>();
    for (Endpoint endpoint : PLACES.keySet()) {
      for (Piece place : places) {
        for (String form : FORMS) {
          String name = endpoint.path() + " stream " + form + " " + place;
          tests.add(dynamicTest(name, () -> assertNotAnswered(endpoint, place, form)));
        }
      }
    }
    return tests.stream();
  }

  private void assertNotAnswered(Endpoint endpoint, Piece place, String form) {
    gateway.backend.script(run -> run.piece(place).say("x").finish());
    TestGateway.Answer answer = ask(endpoint, "x", form);
    gateway.backend.nextRun();
    assertFalse(answer.text().contains("jane.doe"), answer.text());
    assertTrue(answer.text().contains("redacted"), answer.text());
    gateway.ledger.next();
    assertEquals("redact", gateway.ledger.next().path("output").path("verdict").stringValue());
  }

  private TestGateway.Answer ask(Endpoint endpoint, String content, String form) {
    String body =
        "{'model':'other','stream':"
            + form
            + (endpoint == Endpoint.MESSAGES
                ? ",'max_tokens':9,'messages':[{'role':'user','content':'" + content + "'}]}"
                : ",'input':'" + content + "'}");
    return gateway.post(endpoint.path(), TestGateway.json(body));
  }

  @TestFactory
  Stream<DynamicTest> aBlockedAnswerTellsNothingOfItsCause() {
    String key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA7bq4nH3";
    return PLACES.keySet().stream()
        .flatMap(
            endpoint ->
                FORMS.stream()
                    .map(
                        form ->
                            dynamicTest(
                                endpoint.path() + " stream " + form,
                                () -> assertCut(endpoint, key, form))));
  }

  private void assertCut(Endpoint endpoint, String secret, String form) {
    gateway.backend.script(run -> run.say("The key is ", secret, " and more").finish());
    TestGateway.Answer answer = ask(endpoint, "x", form);
    gateway.backend.nextRun();
    assertFalse(answer.text().contains("MIIEow"), answer.text());
    gateway.ledger.next();
    gateway.ledger.next();
  }
}
