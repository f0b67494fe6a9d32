package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * Every place of a request and of an answer in which a text can stand, in every form: none is left
 * out by the guard. A place that is added to the gateway belongs into these lists.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GuardMatrixTest {
  private static final String DATUM = "jane.doe@example.org";
  private static final String HERE = "to " + DATUM + " now";
  private static final List<String> FORMS = List.of("false", "true");

  /** Where a caller can put a text in a chat; HERE stands for it. */
  private static final List<String> CHAT_PLACES =
      List.of(
          "'messages':[{'role':'user','content':'HERE'}]",
          "'messages':[{'role':'system','content':'HERE'},{'role':'user','content':'x'}]",
          "'messages':[{'role':'developer','content':'HERE'},{'role':'user','content':'x'}]",
          "'messages':[{'role':'user','content':[{'type':'text','text':'HERE'}]}]",
          "'messages':[{'role':'user','content':[{'type':'text','text':'x','note':'HERE'}]}]",
          "'messages':[{'role':'assistant','content':'HERE'},{'role':'user','content':'x'}]",
          "'messages':[{'role':'assistant','content':null,'refusal':'HERE'},{'role':'user'}]",
          "'messages':[{'role':'assistant','content':[{'type':'refusal','refusal':'HERE'}]}]",
          "'messages':[{'role':'user','content':'x','name':'HERE'}]",
          "'messages':[{'role':'assistant','tool_calls':[{'id':'c','type':'function',"
              + "'function':{'name':'f','arguments':'HERE'}}]},{'role':'user'}]",
          "'messages':[{'role':'assistant','function_call':{'name':'f','arguments':'HERE'}}]",
          "'messages':[{'role':'user','content':'x','unknown':{'deep':[['HERE']]}}]",
          "'messages':[{'role':'user','content':'x'}],'tools':[{'type':'function',"
              + "'function':{'name':'f','description':'HERE'}}]",
          "'messages':[{'role':'user','content':'x'}],'tools':[{'type':'function','function':"
              + "{'name':'f','parameters':{'properties':{'a':{'description':'HERE'}}}}}]",
          "'messages':[{'role':'user','content':'x'}],'response_format':{'type':'json_schema',"
              + "'json_schema':{'name':'n','schema':{'title':'HERE'}}}",
          "'messages':[{'role':'user','content':'x'}],'prediction':{'content':'HERE'}",
          "'messages':[{'role':'user','content':'x'}],'user':'HERE'",
          "'messages':[{'role':'user','content':'x'}],'metadata':{'a':'HERE'}",
          "'messages':[{'role':'user','content':'x'}],'chat_template':'HERE'",
          "'messages':[{'role':'user','content':'x'}],'documents':[{'text':'HERE'}]",
          "'messages':[{'role':'user','content':'x'}],'tools':[{'type':'function','function':"
              + "{'name':'f','parameters':{'properties':{'HERE':{'type':'string'}}}}}]",
          "'messages':[{'role':'user','content':'x'}],'tools':[{'type':'function','function':"
              + "{'name':'f','parameters':{'type':'HERE'}}}]",
          "'messages':[{'role':'user','content':'x'}],'response_format':{'type':'json_schema',"
              + "'HERE':{'name':'n'}}",
          "'messages':[{'role':'user','content':'x'}],'response_format':{'type':'HERE'}",
          "'messages':[{'role':'assistant','tool_calls':[{'id':'HERE','type':'function',"
              + "'function':{'name':'f','arguments':'{}'}}]},{'role':'user'}]",
          "'messages':[{'role':'user','tool_call_id':'HERE','content':'x'}]",
          "'messages':[{'role':'user','content':'x','HERE':1}]",
          "'messages':[{'role':'user','content':[{'type':'text','text':'x','HERE':null}]}]",
          "'messages':[{'role':'user','content':'x'}],'HERE':1",
          "'messages':[{'role':'user','content':'x'}],'HERE':null",
          "'messages':[{'role':'user','content':'x'}],'stop':'HERE'",
          "'messages':[{'role':'user','content':'x'}],'stop':['x','HERE']");

  private static final List<String> COMPLETION_PLACES =
      List.of(
          "'prompt':'HERE'",
          "'prompt':['HERE']",
          "'prompt':IDS",
          "'prompt':[IDS]",
          "'prompt':'x','suffix':'HERE'",
          "'prompt':'x','logit_bias':{'HERE':1}",
          "'prompt':'HERE','echo':true");

  /** These are answered whole only. */
  private static final List<String> MANY_PROMPTS_PLACES =
      List.of(
          "'prompt':['x','HERE']",
          "'prompt':['HERE','x'],'logprobs':1",
          "'prompt':[[120],IDS]",
          "'prompt':[IDS,[120]],'echo':true,'max_tokens':0,'logprobs':5");

  private static final List<String> EMBEDDING_PLACES =
      List.of(
          "'input':'HERE'",
          "'input':['HERE']",
          "'input':['x','HERE']",
          "'input':IDS",
          "'input':[IDS]",
          "'input':[[120],IDS]",
          "'input':'x','user':'HERE'",
          "'input':'x','unknown':[{'deep':'HERE'}]",
          "'input':'x','HERE':1");

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
    for (String form : FORMS) {
      CHAT_PLACES.forEach(place -> tests.add(asked(Endpoint.CHAT, place, form)));
      COMPLETION_PLACES.forEach(place -> tests.add(asked(Endpoint.COMPLETION, place, form)));
    }
    MANY_PROMPTS_PLACES.forEach(place -> tests.add(asked(Endpoint.COMPLETION, place, "false")));
    EMBEDDING_PLACES.forEach(place -> tests.add(asked(Endpoint.EMBEDDING, place, "false")));
    return tests.stream();
  }

  private DynamicTest asked(Endpoint endpoint, String place, String form) {
    String name = endpoint.path() + " stream " + form + " " + place;
    return dynamicTest(name, () -> assertNotForwarded(endpoint, place, form));
  }

  private void assertNotForwarded(Endpoint endpoint, String place, String form) {
    String body =
        TestGateway.json("{'model':'other','stream':" + form + "," + place + "}")
            .replace("HERE", HERE)
            .replace("IDS", Arrays.toString(HERE.codePoints().toArray()));
    TestGateway.Answer answer = gateway.post(endpoint.path(), body);
    assertEquals(200, answer.status(), answer.text());
    ModelCall call = gateway.backend.nextRun().call;
    String forwarded = new String(call.forwarded("m"), StandardCharsets.UTF_8);
    assertFalse(forwarded.contains("jane.doe"), forwarded);
    assertTrue(forwarded.contains("redacted"), forwarded);
    assertFalse(call.messages().toString().contains("jane.doe"));
    assertFalse(forwarded.contains(Arrays.toString(HERE.codePoints().toArray())), forwarded);
    if (endpoint != Endpoint.CHAT) {
      assertFalse(call.prompts().toString().contains("jane.doe"));
      assertTrue(
          call.prompts().stream().allMatch(p -> p.tokens().isEmpty() || !place.contains("IDS")));
    }
    assertEquals("redact", gateway.ledger.next().path("input").path("verdict").stringValue());
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
            new Piece.ToolCall(0, "c", "f", text),
            new Piece.ToolCall(0, "c", DATUM, "{}"),
            new Piece.ToolCall(127, "c", "f", text));
    return FORMS.stream()
        .flatMap(
            form ->
                places.stream()
                    .map(
                        place ->
                            dynamicTest(
                                "stream " + form + " " + place.getClass().getSimpleName(),
                                () -> assertNotAnswered(place, form))));
  }

  private void assertNotAnswered(Piece place, String form) {
    gateway.backend.script(run -> run.piece(place).finish());
    TestGateway.Answer answer = gateway.chat("x", ",\"stream\":" + form);
    gateway.backend.nextRun();
    assertFalse(answer.text().contains("jane.doe"), answer.text());
    assertTrue(answer.text().contains("redacted"), answer.text());
    gateway.ledger.next();
    assertEquals("redact", gateway.ledger.next().path("output").path("verdict").stringValue());
  }

  /** Every place beside the text of an answer in which a text of the model can stand. */
  @TestFactory
  Stream<DynamicTest> everyPlaceOfProbabilities() {
    Logprobs.Token plain = token("fine", "fine");
    return Stream.of(
            List.of(plain, token("to " + DATUM, "x")),
            List.of(token("jane.doe@", "x"), token("example.org", "x")),
            List.of(token("x", "to " + DATUM), plain),
            List.of(token("x", "x", "jane.doe@"), token("x", "x", "example.org")))
        .flatMap(
            tokens ->
                Stream.of(Endpoint.CHAT, Endpoint.COMPLETION)
                    .map(
                        endpoint ->
                            dynamicTest(
                                endpoint.path() + " " + tokens,
                                () -> assertNoProbabilities(endpoint, tokens))));
  }

  private static Logprobs.Token token(String text, String... others) {
    return new Logprobs.Token(
        text,
        0,
        OptionalDouble.of(-1),
        Stream.of(others).map(other -> new Logprobs.Alternative(other, -2)).toList());
  }

  private void assertNoProbabilities(Endpoint endpoint, List<Logprobs.Token> tokens) {
    gateway.backend.script(
        run ->
            run.say("fine")
                .piece(new Piece.ChoiceEnd(FinishReason.STOP, Optional.of(new Logprobs(tokens))))
                .finish());
    String prompt =
        endpoint == Endpoint.CHAT
            ? "'messages':[{'role':'user'}],'logprobs':true,'top_logprobs':2"
            : "'prompt':'x','logprobs':2";
    TestGateway.Answer answer =
        gateway.post(endpoint.path(), TestGateway.json("{'model':'other'," + prompt + "}"));
    gateway.backend.nextRun();
    gateway.ledger.next();
    gateway.ledger.next();
    assertEquals(200, answer.status(), answer.text());
    assertFalse(answer.text().contains("jane.doe"), answer.text());
    assertTrue(answer.choice().path("logprobs").isNull(), answer.text());
  }
}
