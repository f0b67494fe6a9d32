package dev.moat.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The main job as its user sees it. What one whole run made is copied for each test. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class UpTest {
  private static final Pattern STEP =
      Pattern.compile("(?m)^ {2}(\\S+) +(done|reused|FAILED|REFUSED|skipped) ");
  private static final Pattern LOGIN = Pattern.compile("login {4}admin / (\\S+)");

  private Path made = Path.of("");
  private String firstOut = "";
  private String firstErr = "";
  private String firstKey = "";
  private String receipt = "";

  private Path folder = Path.of("");
  private Path home = folder;
  private Path pipeline = folder;

  @BeforeAll
  void makeOnce(@TempDir Path whole) throws Exception {
    made = whole;
    writeInputs(made);
    try (Running up = Running.start(made.resolve("home"), made.resolve("pipeline.yaml"))) {
      receipt = up.complete("int", 4).headers().firstValue("x-moat-receipt").orElseThrow();
      firstKey = up.key();
      firstOut = up.out();
      firstErr = up.err();
    }
  }

  private static void writeInputs(Path folder) throws IOException {
    TinyModel.write(folder.resolve("model"));
    SampleProject.write(folder.resolve("project"), 24);
    SampleProject.pipeline(
        folder.resolve("pipeline.yaml"), folder.resolve("project"), folder.resolve("model"));
  }

  @BeforeEach
  void copyWhatWasMade(@TempDir Path fresh) throws IOException {
    folder = fresh;
    home = folder.resolve("home");
    pipeline = folder.resolve("pipeline.yaml");
    Copies.folder(made.resolve("home"), home);
    Copies.folder(made.resolve("project"), folder.resolve("project"));
    Copies.folder(made.resolve("model"), folder.resolve("model"));
    SampleProject.pipeline(pipeline, made.resolve("project"), made.resolve("model"));
  }

  private static Map<String, String> steps(String err) {
    Map<String, String> steps = new TreeMap<>();
    Matcher line = STEP.matcher(err);
    while (line.find()) {
      steps.put(line.group(1), line.group(2));
    }
    return steps;
  }

  private Captured moat(String... arguments) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--home";
    all[arguments.length + 1] = home.toString();
    return Captured.run(all);
  }

  @Test
  void theFirstStartDoesEveryStepAndPrintsHowToAsk() {
    assertEquals(8, steps(firstErr).size(), firstErr);
    assertEquals(List.of("done"), steps(firstErr).values().stream().distinct().toList(), firstErr);
    assertTrue(firstOut.contains("serving  http://127.0.0.1:"), firstOut);
    assertTrue(firstOut.contains("release  code-assistant"), firstOut);
    assertTrue(LOGIN.matcher(firstOut).find(), firstOut);
    assertTrue(firstOut.contains("curl -iN http://127.0.0.1:"), firstOut);
    assertTrue(firstOut.contains("Bearer " + firstKey), firstOut);
  }

  @Test
  void theNextStartRedoesNothingAndShowsNoSecretAgain() {
    try (Running up = Running.start(home, pipeline)) {
      assertEquals(8, steps(up.err()).size(), up.err());
      assertEquals(List.of("reused"), steps(up.err()).values().stream().distinct().toList());
      assertFalse(up.out().contains("login"), up.out());
      assertFalse(up.out().contains("mk_"), up.out());
    }
  }

  @Test
  void aChangedSourceRedoesOnlyWhatDependsOnIt() throws IOException {
    Path source = folder.resolve("project/Ledger0.java");
    Files.writeString(source, Files.readString(source) + "// one more line\n");
    try (Running up = Running.start(home, pipeline, folder.resolve("project"))) {
      Map<String, String> steps = steps(up.err());
      assertEquals("reused", steps.get("base"), up.err());
      assertEquals("reused", steps.get("base-scan"), up.err());
      for (String changed : List.of("documents", "dataset", "adapter", "scorecard", "release")) {
        assertEquals("done", steps.get(changed), changed + " in " + up.err());
      }
    }
  }

  @Test
  void theNextStartWithoutASourceGoesOnWithTheLastOne() {
    Path source = folder.resolve("project");
    try (Running up = Running.start(home, pipeline, source)) {
      assertTrue(up.err().contains("sources  " + source), up.err());
    }
    try (Running up = Running.start(home, pipeline)) {
      assertTrue(up.err().contains("sources  " + source), up.err());
      assertEquals(List.of("reused"), steps(up.err()).values().stream().distinct().toList());
    }
  }

  @Test
  void aFailedPipelineSaysThatWhatIsServedIsOlder() {
    try (Running up = Running.start(home, pipeline, folder.resolve("nowhere"))) {
      assertTrue(up.err().contains("nowhere: does not exist"), up.err());
      assertTrue(up.err().contains("made by an earlier run"), up.err());
    }
  }

  @Test
  void noRequestWithoutAValidKeyIsAnswered() throws Exception {
    try (Running up = Running.start(home, pipeline)) {
      String question = "{\"model\":\"code-assistant\",\"prompt\":\"int\",\"messages\":[]}";
      String basic =
          Base64.getEncoder().encodeToString(("a:" + firstKey).getBytes(StandardCharsets.UTF_8));
      for (String path : List.of("/v1/completions", "/v1/chat/completions")) {
        for (String wrong :
            List.of(
                "",
                "Bearer",
                "Bearer mk_wrong",
                "Bearer " + firstKey.substring(0, firstKey.length() - 1),
                "Bearer " + firstKey + "a",
                firstKey,
                "Basic " + basic)) {
          assertDenied(up.post(path, wrong, question), path + " with " + wrong);
        }
      }
      assertDenied(up.get("/v1/models"), "/v1/models");
      assertDenied(up.get("/v1/models/code-assistant"), "/v1/models/code-assistant");
      assertDenied(up.get("/v1/no-such-thing"), "/v1/no-such-thing");
    }
  }

  private static void assertDenied(HttpResponse<String> answer, String what) {
    assertEquals(401, answer.statusCode(), what + ": " + answer.body());
    JsonNode error = Json.parse(answer.body(), "answer").path("error");
    assertEquals(
        List.of("code", "message", "param", "type"),
        error.propertyNames().stream().sorted().toList());
    assertEquals("invalid_api_key", error.path("code").stringValue(), what);
  }

  @Test
  void aRevokedKeyIsDeniedAtOnceByTheRunningServer() throws Exception {
    try (Running up = Running.start(home, pipeline)) {
      String list = moat("key", "list", "--json").out();
      String id = Json.parse(list, "keys").at("/keys/0/id").stringValue();
      String question = "{\"model\":\"code-assistant\",\"prompt\":\"int\",\"max_tokens\":1}";
      assertEquals(200, up.post("/v1/completions", "Bearer " + firstKey, question).statusCode());
      assertEquals(0, moat("key", "revoke", id).status());
      assertDenied(up.post("/v1/completions", "Bearer " + firstKey, question), "revoked");
    }
  }

  @Test
  void theRunningServerErasesPseudonymsForTheCommandLine() throws Exception {
    try (Running _ = Running.start(home, pipeline)) {
      Captured done = moat("pseudonyms", "erase", "--project", "default/default", "--json");
      assertEquals(0, done.status(), done.err());
      assertEquals(0, Json.parse(done.out(), "out").path("conversations").intValue());
      Captured unknown =
          moat("pseudonyms", "erase", "--project", "default/default", "--principal", "nobody");
      assertEquals(2, unknown.status());
      assertTrue(unknown.err().contains("has no key there"), unknown.err());
    }
  }

  @Test
  void aKeyThatIsNotThereIsNamedWhetherAServerRunsOrNot() {
    for (String id : List.of("nobody", "a/../b", "a b%", "ключ")) {
      Captured alone = moat("key", "revoke", id);
      assertEquals(2, alone.status(), alone.err());
      assertTrue(alone.err().contains(id), alone.err());
    }
    try (Running _ = Running.start(home, pipeline)) {
      for (String id : List.of("nobody", "a b", "ключ")) {
        Captured beside = moat("key", "revoke", id);
        assertEquals(2, beside.status(), beside.err());
        assertTrue(beside.err().contains(id), beside.err());
      }
    }
  }

  @Test
  void aKeyLivesFromOneDayToTenYears() {
    for (String days : List.of("0", "-1", "3651")) {
      Captured refused = moat("key", "create", "short", "--days", days);
      assertEquals(2, refused.status(), days);
      assertTrue(refused.err().contains("key days: must be 1 to 3650"), refused.err());
    }
    Captured made = moat("key", "create", "long", "--days", "3650");
    assertEquals(0, made.status(), made.err());
    assertTrue(made.out().contains("until 20"), made.out());
  }

  @Test
  void theAdminApiTakesTheLoginThatWasPrintedAndNoOther() throws Exception {
    Matcher login = LOGIN.matcher(firstOut);
    assertTrue(login.find());
    try (Running up = Running.start(home, pipeline)) {
      assertEquals(200, adminStatus(up, "admin:" + login.group(1)));
      assertEquals(401, adminStatus(up, "admin:" + login.group(1) + "x"));
      assertEquals(401, up.get("/admin/v1/keys").statusCode());
      assertEquals(401, up.post("/admin/v1/keys", "Bearer " + firstKey, "{}").statusCode());
      assertEquals(401, up.get("/metrics").statusCode());
      assertEquals(401, up.get("/metrics", "Bearer " + firstKey).statusCode());
    }
  }

  private static int adminStatus(Running up, String login) throws Exception {
    String basic = Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
    String key = "{\"name\":\"another\",\"models\":[\"*\"]}";
    return up.post("/admin/v1/keys", "Basic " + basic, key).statusCode();
  }

  @Test
  void aSecondProgramOnTheSameHomeIsToldWhoWorksThere() {
    try (Running up = Running.start(home, pipeline)) {
      Captured second = moat("up", "--port", "0", "--pipeline", pipeline.toString());
      assertEquals(2, second.status());
      assertTrue(second.err().contains("works here already"), second.err());
      assertTrue(up.address().startsWith("http://"), "the first goes on");
    }
  }

  @Test
  void aPortInUseIsToldBeforeAnyStepRuns() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      Captured refused = moat("up", "--port", port, "--pipeline", pipeline.toString());
      assertEquals(2, refused.status());
      assertEquals(1, refused.err().lines().count(), refused.err());
      assertTrue(refused.err().contains("port " + port), refused.err());
      assertTrue(refused.err().contains("--port"), refused.err());
    }
  }

  @Test
  void aModelWhoseWeightsLieInSeveralFilesIsTunedServedAndProved() throws Exception {
    TinyModel.split(folder.resolve("model"));
    Path other = pipelineOver(made.resolve("project"), folder.resolve("model"));
    home = folder.resolve("fresh");
    try (Running up = Running.start(home, other)) {
      String id = up.complete("int", 4).headers().firstValue("x-moat-receipt").orElseThrow();
      Captured chain = moat("receipt", "verify", id);
      assertEquals(0, chain.status(), chain.out());
      assertTrue(chain.out().contains("base model scan"), chain.out());
    }
  }

  @Test
  void aMissingSourceIsNamedWhileWhatRanStaysServed() {
    Captured missing =
        moat("run", pipelineOver(folder.resolve("nowhere"), folder.resolve("model")).toString());
    assertEquals(2, missing.status());
    assertTrue(missing.err().contains("nowhere: does not exist"), missing.err());
    assertEquals(0, moat("receipt", "verify", receipt).status(), "nothing is lost");
  }

  @Test
  void aCorruptModelIsRefusedAndLosesNothing() throws IOException {
    Path weights = folder.resolve("model/model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    Files.write(weights, Arrays.copyOf(bytes, bytes.length - 7));
    Captured refused =
        moat("run", pipelineOver(made.resolve("project"), folder.resolve("model")).toString());
    assertEquals(2, refused.status());
    assertTrue(refused.err().contains("model.safetensors is "), refused.err());
    assertEquals(0, moat("receipt", "verify", receipt).status(), "nothing is lost");
  }

  private Path pipelineOver(Path sources, Path model) {
    try {
      Path file = folder.resolve("other.yaml");
      SampleProject.pipeline(file, sources, model);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aReceiptShowsTheWholeChain() {
    Captured chain = moat("receipt", "verify", receipt);
    assertEquals(0, chain.status(), chain.out());
    List<String> links =
        chain
            .out()
            .lines()
            .map(line -> line.replaceFirst(" (sha256|\\d|moat/|project).*", ""))
            .toList();
    for (String link :
        List.of(
            "answer",
            "ledger",
            "release",
            "adapter",
            "adapter scan",
            "scorecard",
            "base model",
            "base model scan",
            "dataset",
            "documents",
            "source",
            "guard policy")) {
      assertTrue(links.contains("ok      " + link), link + " in " + links);
    }
  }

  @Test
  void aReceiptThatTheLedgerLacksIsNotProved() {
    Captured missing = moat("receipt", "verify", "99999");
    assertEquals(1, missing.status());
    assertTrue(missing.out().contains("BROKEN  answer 99999"), missing.out());
  }

  @Test
  void aReceiptThatIsNoExchangeIsNotProved() {
    Captured other = moat("receipt", "verify", "0");
    assertEquals(1, other.status());
    assertTrue(other.out().contains("not an exchange"), other.out());
  }

  @Test
  void aReceiptThatIsNoNumberIsBadInput() {
    Captured wrong = moat("receipt", "verify", "first");
    assertEquals(2, wrong.status());
    assertTrue(wrong.err().contains("x-moat-receipt"), wrong.err());
  }

  @Test
  void aCopiedLedgerIsVerifiedWithoutItsHome() throws IOException {
    Path copy = folder.resolve("copy");
    Copies.folder(home.resolve("ledger"), copy);
    Path key = folder.resolve("signing.pub");
    Files.copy(home.resolve("keys/signing.key.pub"), key);
    String[] verify = {
      "ledger", "verify", "--dir", copy.toString(), "--key", key.toString(), "--json"
    };
    Captured whole = Captured.run(verify);
    assertEquals(0, whole.status(), whole.out() + whole.err());
    assertTrue(Json.parse(whole.out(), "report").path("size").asLong(0) > 10, whole.out());

    Path bundle = Copies.files(copy.resolve("tile/entries")).getFirst();
    byte[] bytes = Files.readAllBytes(bundle);
    bytes[bytes.length / 2] ^= 1;
    Files.write(bundle, bytes);
    Captured broken = Captured.run(verify);
    assertEquals(1, broken.status(), broken.out());
    assertTrue(broken.out().contains("tile/entries"), broken.out());
  }

  @Test
  void statusSaysWhatRanAndWhatIsServed() {
    Captured status = moat("status");
    assertEquals(0, status.status());
    assertTrue(status.out().contains("release  code-assistant"), status.out());
    assertTrue(status.out().contains("scorecard"), status.out());
  }
}
