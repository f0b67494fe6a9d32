package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.guard.Guard;
import dev.moat.guard.GuardPolicy;
import dev.moat.registry.PromptTemplate;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PromptRenderingTest {
  private static final String VALUES = "'prompt_variables':{'tone':'dry'}";
  private static final String PROMPT =
      "{'format':'moat-prompt/1','system':'Be {{tone}}.','messages':[],"
          + "'variables':{'tone':{'type':'text','max':9}}}";

  private static Served served(Optional<PromptTemplate> prompt) {
    return new Served(
        "m",
        TestGateway.RELEASE,
        TestGateway.NOW,
        new FakeBackend(),
        new RoutePolicy(Guard.of(GuardPolicy.defaults())),
        prompt);
  }

  private static Served prompted() {
    byte[] json = TestGateway.json(PROMPT).getBytes(StandardCharsets.UTF_8);
    return served(Optional.of(PromptTemplate.parse(json, "prompt")));
  }

  private static ModelCall call(Endpoint endpoint, String single) {
    byte[] json = TestGateway.json(single).getBytes(StandardCharsets.UTF_8);
    return new ModelCall(RequestParser.parse(endpoint, json), Map.of());
  }

  private static ModelCall chat(String role, String fields) {
    return call(
        Endpoint.CHAT,
        "{'model':'m','messages':[{'role':'user','content':'hi'},{'role':'"
            + role
            + "','content':'yes'}]"
            + fields
            + "}");
  }

  private static String refusal(Served served, ModelCall call) {
    Failure failure = assertThrows(Failure.class, () -> PromptRendering.rendered(served, call));
    return ((Problem.Invalid) failure.problem()).field();
  }

  @Test
  void putsThePromptBeforeWhateverTheCallerSays() {
    for (String role : List.of("user", "assistant", "tool", "function")) {
      ModelCall rendered = PromptRendering.rendered(prompted(), chat(role, "," + VALUES));
      assertEquals(
          List.of("system", "user", role),
          rendered.messages().stream().map(ChatMessage::role).toList());
      assertEquals("Be dry.", rendered.messages().getFirst().content());
    }
  }

  @Test
  void takesThePlaceOfAnEarlierPrompt() {
    ModelCall once = PromptRendering.rendered(prompted(), chat("user", "," + VALUES));
    ModelCall twice = PromptRendering.rendered(prompted(), once);
    assertEquals(once.messages(), twice.messages());
    assertEquals(2, once.with(List.of()).messages().size());
  }

  @Test
  void leavesAQuestionToABareModelAlone() {
    for (String role : List.of("user", "system", "developer")) {
      ModelCall call = chat(role, ",'chat_template':'x'");
      ModelCall rendered = PromptRendering.rendered(served(Optional.empty()), call);
      assertEquals(call.messages(), rendered.messages());
      assertEquals(
          new String(call.forwarded("m"), StandardCharsets.UTF_8),
          new String(rendered.forwarded("m"), StandardCharsets.UTF_8));
    }
    ModelCall bare = call(Endpoint.COMPLETION, "{'model':'m','prompt':'p'}");
    Served model = served(Optional.empty());
    assertEquals(bare.messages(), PromptRendering.rendered(model, bare).messages());
  }

  @Test
  void refusesVariablesForABareModel() {
    assertEquals("prompt_variables", refusal(served(Optional.empty()), chat("user", "," + VALUES)));
  }

  @Test
  void refusesASecondVoiceOfTheSystem() {
    for (String role : List.of("system", "developer")) {
      assertEquals("messages[1].role", refusal(prompted(), chat(role, "," + VALUES)));
    }
  }

  @Test
  void refusesFieldsThatPutTheConversationTogetherInAnotherWay() {
    for (String field :
        List.of(
            "chat_template",
            "chat_template_kwargs",
            "add_generation_prompt",
            "continue_final_message",
            "add_special_tokens",
            "instructions",
            "system")) {
      assertEquals(
          field, refusal(prompted(), chat("user", "," + VALUES + ",'" + field + "':true")));
      ModelCall unsaid = chat("user", "," + VALUES + ",'" + field + "':null");
      assertTrue(PromptRendering.rendered(prompted(), unsaid).has("prompt_variables"));
    }
  }

  @Test
  void refusesABareText() {
    ModelCall bare = call(Endpoint.COMPLETION, "{'model':'m','prompt':'p'," + VALUES + "}");
    assertEquals("model", refusal(prompted(), bare));
  }

  @Test
  void namesTheVariableThatIsMissing() {
    assertEquals("prompt_variables.tone", refusal(prompted(), chat("user", "")));
    String more = ",'prompt_variables':{'tone':'dry','time':1}";
    assertEquals("prompt_variables.time", refusal(prompted(), chat("user", more)));
  }
}
