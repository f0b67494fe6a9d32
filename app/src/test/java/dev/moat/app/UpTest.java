package dev.moat.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The main job from files to a proven answer, over real sockets, on one home. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class UpTest {
  private static final Pattern KEY = Pattern.compile("key {6}(mk_\\S+)");
  private static final Pattern LOGIN = Pattern.compile("login {4}admin / (\\S+)");

  @TempDir Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private Fixture shared;

  /** What the tests of this class share: one home that is up. */
  private record Fixture(Path home, Up up, String key, String password, String announced) {}

  private Up up(Path home, Captured.Streams streams) {
    Settings settings = Settings.standard().with("gateway", "port", "0");
    Up.Order order = new Up.Order(home, settings, folder.resolve("pipeline.yaml"), List.of());
    return new Up(order, streams.terminal());
  }

  @BeforeAll
  void bringUp() throws IOException {
    TinyModel.write(folder.resolve("model"));
    SampleProject.write(folder.resolve("project"), 30);
    SampleProject.pipeline(
        folder.resolve("pipeline.yaml"), folder.resolve("project"), folder.resolve("model"));
    Captured.Streams streams = new Captured.Streams("");
    Path home = folder.resolve("home");
    Up up = up(home, streams);
    assertEquals(0, up.start(), streams.err());
    shared =
        new Fixture(home, up, find(KEY, streams.out()), find(LOGIN, streams.out()), streams.out());
  }

  @AfterAll
  void takeDown() {
    shared.up().close();
    client.close();
  }

  private static String find(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    assertTrue(matcher.find(), text);
    return matcher.group(1);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(shared.up().address() + path));
  }

  private HttpResponse<String> send(HttpRequest request) throws Exception {
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> complete(String authorization, boolean stream) throws Exception {
    String body =
        "{\"model\":\"code-assistant\",\"prompt\":\"public final\",\"max_tokens\":8,\"stream\":"
            + stream
            + "}";
    return send(
        request("/v1/completions")
            .header("Authorization", authorization)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  private String bearer() {
    return "Bearer " + shared.key();
  }

  private String basic() {
    String login = "admin:" + shared.password();
    return "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
  }

  private static String receipt(HttpResponse<String> response) {
    return response.headers().firstValue("x-moat-receipt").orElseThrow();
  }

  private Captured verify(String receipt) {
    return Captured.run("receipt", "verify", receipt, "--home", shared.home().toString());
  }

  @Test
  void theAddressLoginKeyAndReleaseArePrintedWithACurlLine() {
    String announced = shared.announced();
    assertTrue(announced.contains("release  code-assistant"), announced);
    assertTrue(announced.contains("curl -iN " + shared.up().address()), announced);
    assertTrue(announced.contains(shared.key()), announced);
  }

  @Test
  void anAnswerCarriesItsReceiptAndTheWholeChainHolds() throws Exception {
    HttpResponse<String> answer = complete(bearer(), false);
    assertEquals(200, answer.statusCode(), answer.body());
    assertTrue(answer.headers().firstValue("x-request-id").isPresent());
    Captured proof = verify(receipt(answer));
    assertEquals(0, proof.status(), proof.out() + proof.err());
    for (String link :
        List.of("release", "adapter", "scorecard", "base model", "dataset", "source")) {
      assertTrue(proof.out().contains(link), link + " in " + proof.out());
    }
    assertFalse(proof.out().contains("BROKEN"), proof.out());
  }

  @Test
  void aStreamEndsWithDoneAndCarriesItsReceipt() throws Exception {
    HttpResponse<String> answer = complete(bearer(), true);
    assertEquals(200, answer.statusCode());
    assertTrue(answer.body().stripTrailing().endsWith("data: [DONE]"), answer.body());
    assertEquals(0, verify(receipt(answer)).status());
  }

  @Test
  void noRouteAnswersWithoutAValidKey() throws Exception {
    for (String authorization : List.of("", "Bearer ", "Bearer mk_wrong", basic())) {
      HttpResponse<String> refused =
          authorization.isEmpty()
              ? send(request("/v1/models").build())
              : complete(authorization, false);
      assertEquals(401, refused.statusCode(), authorization);
      JsonNode error = Json.parse(refused.body(), "body").path("error");
      assertEquals("invalid_api_key", error.path("code").asString());
      assertEquals(4, error.size(), "message, type, param, code: " + error);
    }
  }

  @Test
  void theModelsAreListed() throws Exception {
    HttpResponse<String> models =
        send(request("/v1/models").header("Authorization", bearer()).build());
    assertTrue(models.body().contains("\"code-assistant\""), models.body());
  }

  @Test
  void theAdministratorSeesTheStatusAndNobodyElse() throws Exception {
    HttpResponse<String> status =
        send(request("/admin/v1/status").header("Authorization", basic()).build());
    assertEquals(200, status.statusCode(), status.body());
    assertTrue(status.body().contains("code-assistant"), status.body());
    assertEquals(401, send(request("/admin/v1/status").build()).statusCode());
    assertEquals(
        401,
        send(request("/admin/v1/status").header("Authorization", bearer()).build()).statusCode());
  }

  @Test
  void aKeyMadeBesideTheRunningServerWorksUntilItIsRevoked() throws Exception {
    String home = shared.home().toString();
    Captured made = Captured.run("key", "create", "second", "--json", "--home", home);
    assertEquals(0, made.status(), made.err());
    JsonNode key = Json.parse(made.out(), "key");
    String bearer = "Bearer " + key.path("secret").asString();
    assertEquals(200, complete(bearer, false).statusCode());
    Captured revoked = Captured.run("key", "revoke", key.path("id").asString(), "--home", home);
    assertEquals(0, revoked.status(), revoked.err());
    assertEquals(401, complete(bearer, false).statusCode());
    Captured list = Captured.run("key", "list", "--home", home);
    assertTrue(list.out().contains("revoked"), list.out());
    assertFalse(list.out().contains(key.path("secret").asString()), "a key is shown once");
  }

  @Test
  void aUserMadeBesideTheRunningServerCanLogIn() throws Exception {
    Captured made =
        Captured.run(
            "user",
            "create",
            "eve",
            "--role",
            "engineer",
            "--json",
            "--home",
            shared.home().toString());
    assertEquals(0, made.status(), made.err());
    String login = "eve:" + Json.parse(made.out(), "user").path("password").asString();
    String basic =
        "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
    assertEquals(
        200, send(request("/admin/v1/status").header("Authorization", basic).build()).statusCode());
    assertEquals(
        403, send(request("/admin/v1/keys").header("Authorization", basic).build()).statusCode());
  }

  @Test
  void aSecondUpOnTheSameHomeIsRefusedInOneLine() {
    Captured second = Captured.run("up", "--home", shared.home().toString(), "--port", "0");
    assertEquals(2, second.status());
    assertEquals(1, second.err().lines().count(), second.err());
    assertTrue(second.err().contains("--home"), second.err());
  }

  @Test
  void aPortInUseIsRefusedNamingIt() throws IOException {
    int port = URI.create(shared.up().address()).getPort();
    Path home = folder.resolve("other-home");
    Captured.Streams streams = new Captured.Streams("");
    Settings settings = Settings.standard().with("gateway", "port", Integer.toString(port));
    Up.Order order = new Up.Order(home, settings, folder.resolve("pipeline.yaml"), List.of());
    try (Up other = new Up(order, streams.terminal())) {
      Failure failure = assertThrows(Failure.class, other::start);
      assertTrue(failure.getMessage().contains(Integer.toString(port)), failure.getMessage());
      assertTrue(failure.getMessage().contains("--port"), failure.getMessage());
    }
  }

  @Test
  void healthAndMetricsNeedNoKeyAndNameNoPerson() throws Exception {
    assertEquals(200, send(request("/healthz").build()).statusCode());
    assertEquals(200, send(request("/readyz").build()).statusCode());
    HttpResponse<String> metrics = send(request("/metrics").build());
    assertEquals(200, metrics.statusCode());
    assertFalse(metrics.body().contains(shared.key()));
  }

  @Test
  void theLedgerVerifiesBesideTheRunningServerAndInACopy() throws IOException {
    String home = shared.home().toString();
    assertEquals(0, Captured.run("ledger", "verify", "--home", home).status());
    Path copy = folder.resolve("copy");
    Copies.folder(shared.home().resolve("ledger"), copy);
    assertEquals(
        0, Captured.run("ledger", "verify", "--home", home, "--dir", copy.toString()).status());
  }

  @Test
  void aSourceThatDoesNotExistIsNamed() {
    Path home = folder.resolve("third-home");
    Captured missing =
        Captured.run(
            "up",
            "--home",
            home.toString(),
            "--port",
            "0",
            "--source",
            folder.resolve("absent").toString());
    assertNotEquals(0, missing.status());
    assertTrue(missing.err().contains("absent"), missing.err());
  }
}
