package dev.moat.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.flow.RunOutcome;
import dev.moat.flow.StepOutcome;
import dev.moat.store.Artifact;
import dev.moat.store.ArtifactKind;
import dev.moat.trust.Statement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptStepTest {
  private static final String SYSTEM = "system: 'Answer in {{language}}.'\n";
  private static final String VARIABLES = "variables: {language: {type: text, max: 20}}\n";

  @TempDir Path folder;
  private Home home;

  @BeforeEach
  void open() throws IOException {
    home = new Home(folder);
    Files.writeString(folder.resolve("support.prompt.yaml"), SYSTEM + VARIABLES);
  }

  @AfterEach
  void close() {
    home.close();
  }

  private RunOutcome run(String step) {
    return home.run("pipeline: prompts\nsteps:\n  step: {" + step + "}\n", 0);
  }

  private Digest prompt() {
    return Home.output(run("uses: registry/prompt, with: {path: support.prompt.yaml}"), "step");
  }

  private Digest release(String prompt) {
    String with = "name: support, url: 'http://127.0.0.1:1/v1'" + prompt;
    return Home.output(run("uses: registry/upstream, with: {" + with + "}"), "step");
  }

  private static List<String> whats(List<Link> links) {
    return links.stream().map(Link::what).toList();
  }

  @Test
  void takesAPromptAndSaysWhereItCameFrom() {
    Artifact artifact = home.artifacts().find(prompt());
    assertEquals(ArtifactKind.PROMPT, artifact.kind());
    assertEquals(List.of(PromptTemplate.PART), artifact.names());
    byte[] json = home.artifacts().read(artifact, PromptTemplate.PART);
    assertEquals(
        PromptTemplateTest.parse(SYSTEM + VARIABLES), PromptTemplate.parse(json, "prompt"));
    Statement origin =
        home.statements()
            .about(artifact.digest(), PromptStep.PREDICATE_TYPE)
            .getFirst()
            .statement();
    assertEquals("support.prompt.yaml", origin.subjects().getFirst().name());
    assertEquals(
        Digest.of(SYSTEM + VARIABLES).hex(), origin.predicate().path("file").stringValue());
    assertFalse(Json.text(origin.predicate()).contains(folder.toString()));
  }

  @Test
  void namesAChangedPromptAnewAndTheSameOneAlike() throws IOException {
    Digest first = prompt();
    assertEquals(first, prompt());
    Path file = folder.resolve("support.prompt.yaml");
    Files.writeString(file, "# only a comment more\n" + SYSTEM + VARIABLES);
    assertEquals(first, prompt(), "it says the same");
    Files.writeString(file, SYSTEM.replace("Answer", "Reply") + VARIABLES);
    assertNotEquals(first, prompt());
  }

  @Test
  void refusesFilesThatAreNoPrompt() throws IOException {
    Files.writeString(folder.resolve("bad.prompt.yaml"), "system: '{{x}}'");
    Files.writeString(folder.resolve("support.yaml"), SYSTEM + VARIABLES);
    Files.write(folder.resolve("big.prompt.yaml"), new byte[(1 << 20) + 1]);
    for (String path :
        List.of("bad.prompt.yaml", "support.yaml", "big.prompt.yaml", "no.prompt.yaml")) {
      StepOutcome outcome =
          run("uses: registry/prompt, with: {path: " + path + "}").steps().get("step");
      assertFalse(outcome instanceof StepOutcome.Done, path);
    }
  }

  @Test
  void provesThePromptOfARelease() {
    Digest prompt = prompt();
    Digest release = release(", prompt: '" + prompt.hex() + "'");
    List<Link> links = home.admission().verify(release);
    assertEquals(List.of("release", "prompt", "upstream"), whats(links));
    assertTrue(links.stream().allMatch(Link::holds), links.toString());
    assertEquals(Optional.of(prompt), home.admission().require(release).prompt());
    List<Link> receipt = home.receipts().verify(home.exchange(release));
    assertTrue(whats(receipt).contains("prompt"), receipt.toString());
    assertTrue(receipt.stream().allMatch(Link::holds), receipt.toString());
  }

  @Test
  void admitsNoReleaseWhosePromptNobodyMade() {
    PromptTemplate prompt = PromptTemplateTest.parse("system: smuggled in");
    Artifact artifact =
        home.artifacts()
            .put(ArtifactKind.PROMPT, Map.of(PromptTemplate.PART, Json.canonical(prompt.toJson())));
    for (Digest digest : List.of(artifact.digest(), Digest.of("not there"))) {
      String with = "name: support, url: 'http://127.0.0.1:1/v1', prompt: '" + digest.hex() + "'";
      StepOutcome outcome =
          run("uses: registry/upstream, with: {" + with + "}").steps().get("step");
      assertFalse(outcome instanceof StepOutcome.Done, digest.hex());
    }
    assertEquals(Optional.empty(), home.registry().current("support"));
  }

  @Test
  void refusesAnEmptyDigest() {
    String with = "name: support, url: 'http://127.0.0.1:1/v1', prompt: ''";
    StepOutcome outcome = run("uses: registry/upstream, with: {" + with + "}").steps().get("step");
    assertFalse(outcome instanceof StepOutcome.Done, "a prompt that was forgotten is missed");
  }

  @Test
  void admitsNoReleaseWhosePromptIsOfAnotherKind() {
    home.run(0.1);
    Digest model =
        Home.output(
            home.run(
                "pipeline: m\nsteps:\n  step: {uses: registry/model, with: {path: model}}\n", 0),
            "step");
    String with = "name: support, url: 'http://127.0.0.1:1/v1', prompt: '" + model.hex() + "'";
    StepOutcome outcome = run("uses: registry/upstream, with: {" + with + "}").steps().get("step");
    assertFalse(outcome instanceof StepOutcome.Done);
    assertEquals(Optional.empty(), home.registry().current("support"));
  }

  @Test
  void endsTheAdmissionWhenThePromptIsGone() throws IOException {
    Digest prompt = prompt();
    Digest release = release(", prompt: '" + prompt.hex() + "'");
    Artifact artifact = home.artifacts().find(prompt);
    Digest part = artifact.part(PromptTemplate.PART).digest();
    try (Stream<Path> blobs = Files.walk(home.blobFolder())) {
      for (Path blob : blobs.filter(path -> path.toString().contains(part.hex())).toList()) {
        Files.delete(blob);
      }
    }
    List<Link> links = home.admission().verify(release);
    Link broken = links.stream().filter(link -> !link.holds()).findFirst().orElseThrow();
    assertEquals("prompt", broken.what());
    assertThrows(Failure.class, () -> home.admission().require(release));
  }

  @Test
  void putsTheOldPromptInForceAgainWithItsRelease() throws IOException {
    Digest first = release(", prompt: '" + prompt().hex() + "'");
    Files.writeString(
        folder.resolve("support.prompt.yaml"), SYSTEM.replace("Answer", "Reply") + VARIABLES);
    Digest second = release(", prompt: '" + prompt().hex() + "'");
    assertNotEquals(first, second);
    assertEquals(Optional.of(second), home.registry().current("support"));
    home.registry().rollback("support", "tester");
    assertEquals(Optional.of(first), home.registry().current("support"));
  }

  @Test
  void leavesTheDigestOfAReleaseWithoutAPromptAsItWas() {
    Release bare =
        new Release(
            "support", new Release.Upstream(List.of("http://h/v1")), Optional.empty(), "0.1.0");
    assertEquals(
        "{\"format\":\"moat-release/1\",\"name\":\"support\",\"code-version\":\"0.1.0\","
            + "\"upstream\":\"http://h/v1\"}",
        Json.text(bare.toJson()));
    Release prompted =
        new Release(
            "support", bare.backing(), Optional.empty(), Optional.of(Digest.of("prompt")), "0.1.0");
    assertEquals(prompted, Release.parse(Json.bytes(prompted.toJson()), "release"));
    assertEquals(bare, Release.parse(Json.bytes(bare.toJson()), "release"));
  }
}
