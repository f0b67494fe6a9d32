package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Network;
import dev.moat.trust.IssuedKey;
import dev.moat.trust.Scope;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a key with a narrow scope may and may not do. */
class GatewayScopeTest {
  private static final Set<String> ALL = Set.of(Scope.ALL);
  private static final String TOOL =
      ",'tools':[{'type':'function','function':{'name':'NAME','parameters':{}}}]";

  @TempDir Path home;
  private Optional<KeyedGateway> started = Optional.empty();

  private KeyedGateway gateway(String... proxies) {
    KeyedGateway gateway = started.orElseGet(() -> KeyedGateway.behind(home, proxies));
    started = Optional.of(gateway);
    return gateway;
  }

  @AfterEach
  void stop() {
    started.ifPresent(KeyedGateway::close);
  }

  private static Scope endpoints(String... endpoints) {
    return new Scope(ALL, Set.of(endpoints), ALL, Set.of(), Optional.empty());
  }

  private static Scope tools(String... tools) {
    return new Scope(ALL, ALL, Set.of(tools), Set.of(), Optional.empty());
  }

  private static Scope networks(String... networks) {
    return new Scope(
        ALL,
        ALL,
        ALL,
        List.of(networks).stream().map(Network::parse).collect(Collectors.toSet()),
        Optional.empty());
  }

  private void assertDenied(HttpRequest.Builder request, String param, String word) {
    TestGateway.Answer answer = gateway().send(request);
    assertEquals(403, answer.status(), answer.text());
    assertEquals(4, answer.error().size());
    assertEquals("permission_denied", answer.error().path("code").stringValue());
    assertEquals("invalid_request_error", answer.error().path("type").stringValue());
    assertEquals(param, answer.error().path("param").asString(""));
    String message = answer.error().path("message").stringValue();
    assertTrue(message.contains(word) && message.contains("ask for a key"), message);
    assertTrue(gateway().backend.unasked());
    assertTrue(gateway().exchanges.isEmpty());
  }

  private void assertAnswered(HttpRequest.Builder request) {
    TestGateway.Answer answer = gateway().send(request);
    assertEquals(200, answer.status(), answer.text());
    gateway().backend.nextRun();
    gateway().exchanges.next();
    gateway().exchanges.next();
  }

  private HttpRequest.Builder chat(IssuedKey key, String more) {
    return gateway().chat(key, TestGateway.json(more));
  }

  private HttpRequest.Builder complete(IssuedKey key) {
    String body = "{\"model\":\"m\",\"prompt\":\"hi\"}";
    return gateway()
        .request("/v1/completions", key)
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  @Test
  void aKeyCallsTheEndpointsThatItNames() {
    IssuedKey chats = gateway().issue(endpoints("/v1/chat/completions"));
    assertAnswered(chat(chats, ""));
    assertAnswered(chat(chats, ",'stream':true"));
    assertDenied(complete(chats), "", "/v1/completions");
    assertDenied(gateway().request("/v1/models", chats).GET(), "", "/v1/models");
    assertDenied(gateway().request("/v1/models/m", chats).GET(), "", "/v1/models/m");
    IssuedKey lists = gateway().issue(endpoints("/v1/models"));
    assertEquals(200, gateway().send(gateway().request("/v1/models", lists).GET()).status());
    assertEquals(200, gateway().send(gateway().request("/v1/models/m", lists).GET()).status());
    assertDenied(chat(lists, ""), "", "/v1/chat/completions");
  }

  @Test
  void aPathThatLooksLikeAPermittedOneIsNot() {
    IssuedKey lists = gateway().issue(endpoints("/v1/models"));
    for (String path : List.of("/v1/models/../chat/completions", "/v1/models%2f..%2fx")) {
      HttpRequest.Builder request =
          gateway()
              .request(path, lists)
              .POST(HttpRequest.BodyPublishers.ofString(KeyedGateway.body("")));
      int status = gateway().send(request).status();
      assertTrue(status == 404 || status == 405, path + " " + status);
      assertTrue(gateway().backend.unasked());
    }
  }

  @Test
  void aKeyOffersTheToolsThatItNames() {
    IssuedKey key = gateway().issue(tools("search"));
    assertAnswered(chat(key, ""));
    assertAnswered(chat(key, TOOL.replace("NAME", "search")));
    assertAnswered(chat(key, ",'tools':[],'tool_choice':'auto'"));
    assertAnswered(chat(key, ",'functions':[{'name':'search'}]"));
    assertDenied(chat(key, TOOL.replace("NAME", "rm")), "tools[0].function.name", "\"rm\"");
    assertDenied(chat(key, ",'functions':[{'name':'rm'}]"), "functions[0].name", "\"rm\"");
    assertDenied(
        chat(key, ",'tool_choice':{'type':'function','function':{'name':'rm'}}"),
        "tool_choice.function.name",
        "\"rm\"");
    assertDenied(chat(key, ",'function_call':{'name':'rm'}"), "function_call.name", "\"rm\"");
    assertDenied(
        chat(key, ",'tools':[{'type':'web_search'}],'stream':true"), "tools[0]", "web_search");
  }

  @Test
  void aNameThatIsWrittenOtherwiseIsTheSameName() {
    IssuedKey key = gateway().issue(tools("search"));
    String spelled = ",'tools':[{'function':{'n\\u0061me':'r\\u006d'},'type':'function'}]";
    assertDenied(chat(key, spelled), "tools[0].function.name", "\"rm\"");
  }

  @Test
  void aLongQuestionIsReadForToolsToo() {
    IssuedKey key = gateway().issue(tools("search"));
    String padding = ",'user':'" + "x ".repeat(WorkPool.INLINE_MAX) + "'";
    assertDenied(
        chat(key, padding + TOOL.replace("NAME", "rm")), "tools[0].function.name", "\"rm\"");
    assertAnswered(chat(key, padding + TOOL.replace("NAME", "search")));
    TestGateway.Answer malformed = gateway().send(chat(key, padding + ",'tools':7"));
    assertEquals(400, malformed.status());
    assertEquals("tools", malformed.error().path("param").stringValue());
  }

  @Test
  void aKeyWithoutToolsOffersNone() {
    IssuedKey key = gateway().issue(tools());
    assertAnswered(chat(key, ",'tool_choice':'none'"));
    assertDenied(chat(key, TOOL.replace("NAME", "search")), "tools[0].function.name", "search");
    TestGateway.Answer malformed = gateway().send(chat(key, ",'tools':{'name':'search'}"));
    assertEquals(400, malformed.status());
    IssuedKey all = gateway().issue(Scope.everything());
    assertAnswered(chat(all, TOOL.replace("NAME", "rm")));
  }

  @Test
  void aKeyIsGoodFromItsNetworksOnly() {
    IssuedKey inside = gateway().issue(networks("192.0.2.0/24", "127.0.0.0/8", "::1"));
    IssuedKey outside = gateway().issue(networks("192.0.2.0/24", "2001:db8::/32"));
    assertAnswered(chat(inside, ""));
    assertEquals(200, gateway().send(gateway().request("/v1/models", inside).GET()).status());
    for (String path : List.of("/v1/models", "/v1/models/m", "/v1/nothing")) {
      assertDenied(gateway().request(path, outside).GET(), "", "127.0.0.1");
    }
    assertDenied(chat(outside, ""), "", "127.0.0.1");
    assertDenied(chat(outside, "").header("x-forwarded-for", "192.0.2.1"), "", "127.0.0.1");
  }

  @Test
  void aTrustedProxyIsBelievedWhereTheCallIsFrom() {
    KeyedGateway behind = gateway("127.0.0.0/8", "10.0.0.0/8");
    IssuedKey key = behind.issue(networks("192.0.2.0/24"));
    assertDenied(chat(key, ""), "", "127.0.0.1");
    assertAnswered(chat(key, "").header("x-forwarded-for", "192.0.2.1"));
    assertAnswered(chat(key, "").header("x-forwarded-for", "8.8.8.8, 192.0.2.1, 10.0.0.4"));
    assertDenied(chat(key, "").header("x-forwarded-for", "192.0.2.1, 8.8.8.8"), "", "8.8.8.8");
    assertDenied(chat(key, "").header("x-forwarded-for", "192.0.2.1, who"), "", "unknown");
    assertEquals(
        200,
        behind
            .send(behind.request("/v1/models", key).header("x-forwarded-for", "192.0.2.1").GET())
            .status());
  }

  @Test
  void whatIsDeniedIsGivenBack() {
    IssuedKey key =
        gateway()
            .issue(
                new Scope(
                    ALL,
                    Set.of("/v1/models"),
                    Set.of(),
                    Set.of(Network.parse("192.0.2.1")),
                    Optional.empty()));
    for (int i = 0; i < 20; i++) {
      assertEquals(403, gateway().send(chat(key, ",'stream':true")).status());
    }
    gateway().awaitQuiet();
    assertAnswered(chat(gateway().issue(Scope.everything()), ""));
  }
}
