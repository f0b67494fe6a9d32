package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Json;
import dev.moat.wire.Client;
import dev.moat.wire.ClientSettings;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Vectors, several choices and probabilities from a model server behind the gateway. */
class UpstreamFormsTest {
  private static final String USAGE = ",'usage':{'prompt_tokens':4,'total_tokens':4}";
  private static final String LOGPROBS =
      "'logprobs':{'tokens':['fine'],'token_logprobs':[-0.5],'top_logprobs':[{'good':-1}],"
          + "'text_offset':[0]}";

  private FakeUpstream upstream;
  private TestGateway gateway;
  private Client client;

  @BeforeEach
  void start() {
    upstream = new FakeUpstream();
    gateway = TestGateway.start();
    client = gateway.wire.client(ClientSettings.defaults());
    UpstreamSettings settings = UpstreamSettings.of(upstream.base(), Optional.empty(), "theirs");
    gateway.models.replace(
        List.of(TestGateway.served(TestGateway.MODEL, new UpstreamBackend(client, settings))));
  }

  @AfterEach
  void stop() {
    client.close();
    gateway.close();
    upstream.close();
  }

  private TestGateway.Answer ask(String path, String fields) {
    return gateway.post(
        path, TestGateway.json("{'model':'" + TestGateway.MODEL + "'," + fields + "}"));
  }

  private TestGateway.Answer embed(String fields) {
    return ask("/v1/embeddings", fields);
  }

  private TestGateway.Answer complete(String fields) {
    return ask("/v1/completions", fields);
  }

  private void says(String json) {
    upstream.saysJson(TestGateway.json(json));
  }

  private static void assertBackendError(TestGateway.Answer answer) {
    assertEquals(502, answer.status(), answer.text());
    assertEquals("backend_error", answer.error().path("code").stringValue());
  }

  @Test
  void asksForVectorsInTheCallersOwnWords() {
    says("{'data':[{'index':0,'embedding':[0.5]}]" + USAGE + "}");
    embed("'input':['a'],'encoding_format':'float','user':'x','theirs':7");
    FakeUpstream.Asked asked = upstream.nextAsked();
    assertEquals("/v1/embeddings", asked.head().path());
    assertEquals(
        TestGateway.json(
            "{'model':'theirs','input':['a'],'encoding_format':'float','user':'x','theirs':7}"),
        asked.body());
  }

  @Test
  void tellsVectorsInTheFormTheCallerWants() {
    says("{'data':[{'index':1,'embedding':[2]},{'index':0,'embedding':[1]}]" + USAGE + "}");
    JsonNode floats = embed("'input':['a','b']").json();
    assertEquals("[1.0]", Json.text(floats.path("data").path(0).path("embedding")));
    assertEquals("[2.0]", Json.text(floats.path("data").path(1).path("embedding")));
    assertEquals(4, floats.path("usage").path("total_tokens").intValue());
    assertEquals(TestGateway.MODEL, floats.path("model").stringValue());
    JsonNode bytes = embed("'input':['a','b'],'encoding_format':'base64'").json();
    assertEquals("AACAPw==", bytes.path("data").path(0).path("embedding").stringValue());
  }

  @Test
  void takesBytesWhereTheServerSendsThem() {
    says("{'data':[{'index':0,'embedding':'AACAPw=='}]" + USAGE + "}");
    JsonNode data = embed("'input':'a'").json().path("data");
    assertEquals("[1.0]", Json.text(data.path(0).path("embedding")));
  }

  @Test
  void estimatesTokensWhereTheServerDoesNotCount() {
    says("{'data':[{'index':0,'embedding':[1]}]}");
    JsonNode usage = embed("'input':'12345678'").json().path("usage");
    assertEquals(2, usage.path("prompt_tokens").intValue());
    gateway.ledger.next();
    assertFalse(gateway.ledger.next().path("usage").path("exact").booleanValue());
  }

  @Test
  void refusesVectorsThatCannotBeRight() {
    for (String data :
        List.of(
            "[]",
            "[{'embedding':[1]},{'embedding':[1]}]",
            "[{'embedding':['x']}]",
            "[{'embedding':'?'}]",
            "'text'")) {
      says("{'data':" + data + "}");
      assertBackendError(embed("'input':'a'"));
    }
    upstream.says(200, "application/json", "not json");
    TestGateway.Answer unreadable = embed("'input':'a'");
    assertEquals(502, unreadable.status());
    assertEquals("backend_unavailable", unreadable.error().path("code").stringValue());
    says("{'error':{'message':'no','code':500}}");
    assertBackendError(embed("'input':'a'"));
  }

  @Test
  void passesOnWhatTheServerRefuses() {
    upstream.says(
        400,
        "application/json",
        TestGateway.json(
            "{'error':{'message':'dimensions not supported','type':'x','param':'dimensions'}}"));
    TestGateway.Answer answer = embed("'input':'a','dimensions':64");
    assertEquals(400, answer.status());
    assertEquals("dimensions", answer.error().path("param").stringValue());
  }

  @Test
  void cannotBeSentIdsThatNobodyCanRead() {
    assertEquals(400, embed("'input':[1,2]").status());
    assertEquals(400, complete("'prompt':[[1],[2]]").status());
  }

  @Test
  void putsChoicesInTheOrderOfThePrompts() {
    says(
        "{'choices':[{'index':1,'text':'two','finish_reason':'length'},"
            + "{'index':0,'text':'one','finish_reason':'stop'}],"
            + "'usage':{'prompt_tokens':2,'completion_tokens':3}}");
    JsonNode answer = complete("'prompt':['a','b']").json();
    JsonNode choices = answer.path("choices");
    assertEquals("one", choices.path(0).path("text").stringValue());
    assertEquals("stop", choices.path(0).path("finish_reason").stringValue());
    assertEquals("two", choices.path(1).path("text").stringValue());
    assertEquals("length", choices.path(1).path("finish_reason").stringValue());
    assertEquals(5, answer.path("usage").path("total_tokens").intValue());
  }

  @Test
  void refusesFewerOrMoreChoicesThanPrompts() {
    String choice = "{'index':0,'text':'one'}";
    says("{'choices':[" + choice + "]}");
    assertBackendError(complete("'prompt':['a','b']"));
    says("{'choices':[" + choice + "," + choice + "," + choice + "]}");
    assertBackendError(complete("'prompt':['a','b']"));
    says("{'choices':[7,null]}");
    assertBackendError(complete("'prompt':['a','b']"));
  }

  @Test
  void takesTheFirstOfChoicesThatNobodyAskedFor() {
    says("{'choices':[{'index':0,'text':'one'},{'index':1,'text':'two'}]}");
    JsonNode choices = complete("'prompt':'a'").json().path("choices");
    assertEquals(1, choices.size());
    assertEquals("one", choices.path(0).path("text").stringValue());
  }

  @Test
  void tellsProbabilitiesOnlyWhereTheyAreAskedFor() {
    says("{'choices':[{'text':'fine'," + LOGPROBS + "}]}");
    JsonNode asked = complete("'prompt':'a','logprobs':1,'echo':true").choice();
    assertEquals(
        -1, asked.path("logprobs").path("top_logprobs").path(0).path("good").doubleValue());
    String body = upstream.nextAsked().body();
    assertTrue(body.contains(TestGateway.json("'logprobs':1,'echo':true")), body);
    assertTrue(complete("'prompt':'a'").choice().path("logprobs").isNull());
  }

  @Test
  void tellsNoProbabilitiesThatSayMoreThanTheText() {
    says(
        "{'choices':[{'text':'fine','logprobs':{'tokens':['jane.doe@example.org'],"
            + "'token_logprobs':[-1]}}]}");
    TestGateway.Answer answer = complete("'prompt':'a','logprobs':0");
    assertTrue(answer.choice().path("logprobs").isNull(), answer.text());
    assertEquals("fine", answer.choice().path("text").stringValue());
  }

  @Test
  void tellsProbabilitiesOfAChat() {
    says(
        "{'choices':[{'message':{'content':'fine'},'finish_reason':'stop','logprobs':{'content':"
            + "[{'token':'fine','logprob':-0.5,'top_logprobs':[{'token':'fine','logprob':-0.5}]}]}"
            + "}]}");
    JsonNode content =
        gateway
            .chat("x", ",\"logprobs\":true,\"top_logprobs\":1")
            .choice()
            .path("logprobs")
            .path("content");
    assertEquals(-0.5, content.path(0).path("logprob").doubleValue());
    assertEquals("fine", content.path(0).path("top_logprobs").path(0).path("token").asString());
  }
}
