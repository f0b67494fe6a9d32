package dev.moat.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Json;
import dev.moat.flow.RunOutcome;
import dev.moat.flow.StepOutcome;
import dev.moat.store.FileKeyService;
import dev.moat.trust.Envelope;
import dev.moat.trust.SigningKey;
import dev.moat.trust.Statement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MakerStatementsTest {
  private static final List<String> READ =
      List.of("config.json", "model.safetensors", "tokenizer.json");

  @TempDir Path folder;
  private Home home;
  private SigningKey maker;

  @BeforeEach
  void open() {
    home = new Home(folder);
    TinyModel.writeOnce(home.modelFolder());
    maker = key("maker");
  }

  @AfterEach
  void close() {
    home.close();
  }

  private SigningKey key(String name) {
    Path place = folder.resolve(name);
    return SigningKey.openOrCreate(
        place.resolve("signing.key"), FileKeyService.openOrCreate(place.resolve("master.key")));
  }

  private Path file(String name) {
    return home.modelFolder().resolve(name);
  }

  private String line(SigningKey key, List<String> names) throws IOException {
    List<Statement.Subject> subjects = new ArrayList<>();
    for (String name : names) {
      subjects.add(new Statement.Subject(name, Digest.of(Files.readAllBytes(file(name)))));
    }
    Statement statement = new Statement(subjects, "https://example.org/made/v1", Json.object());
    byte[] payload = Json.canonical(statement.toJson());
    return Json.text(Envelope.sign(Statement.PAYLOAD_TYPE, payload, key).toJson()) + "\n";
  }

  private void bundle(String text) throws IOException {
    Files.writeString(file(MakerStatements.FILE), text);
  }

  private StepOutcome imported(String signedBy) {
    RunOutcome outcome =
        home.run(
            """
            pipeline: import
            steps:
              base: {uses: registry/model, with: {path: model, signed-by: %s}}
            """
                .formatted(signedBy),
            0);
    return outcome.steps().getOrDefault("base", new StepOutcome.Skipped("no step"));
  }

  private StepOutcome imported() {
    return imported("\"" + maker.verifyKey().text() + "\"");
  }

  private static void assertRefused(StepOutcome outcome, String why) {
    assertTrue(outcome instanceof StepOutcome.Failed, outcome.toString());
    assertTrue(((StepOutcome.Failed) outcome).message().contains(why), outcome.toString());
  }

  @Test
  void takesAModelThatItsMakerSignedAndKeepsTheStatements() throws IOException {
    bundle(line(maker, READ));
    StepOutcome.Done done = (StepOutcome.Done) imported();
    assertTrue(done.figures().endsWith("signed by its maker " + maker.verifyKey().name()));
    assertTrue(
        done.output().parts().stream().anyMatch(part -> part.name().equals(MakerStatements.FILE)));
    assertEquals(
        maker.verifyKey().text(),
        home.statements()
            .about(done.output().digest(), ImportStep.PREDICATE_TYPE)
            .getLast()
            .statement()
            .predicate()
            .path("signed-by")
            .stringValue());
  }

  @Test
  void takesStatementsThatEachCoverAPart() throws IOException {
    bundle(line(maker, READ.subList(0, 2)) + "\n" + line(maker, READ.subList(2, 3)));
    assertTrue(imported() instanceof StepOutcome.Done);
  }

  @Test
  void refusesAFileThatWasChangedAfterSigning() throws IOException {
    bundle(line(maker, READ));
    Files.writeString(file("tokenizer.json"), "\n" + Files.readString(file("tokenizer.json")));
    assertRefused(imported(), "tokenizer.json is not the file that moat/");
  }

  @Test
  void refusesAFileThatNoStatementNames() throws IOException {
    bundle(line(maker, READ.subList(0, 2)));
    assertRefused(imported(), "tokenizer.json is in no statement of moat/");
  }

  @Test
  void refusesTheStatementsOfSomeoneElse() throws IOException {
    bundle(line(key("other"), READ));
    assertRefused(imported(), "config.json is in no statement of moat/");
  }

  @Test
  void refusesAFolderWithoutStatements() {
    assertRefused(imported(), "there is no provenance.intoto.jsonl");
  }

  @Test
  void refusesABundleThatIsNotOne() throws IOException {
    bundle("{\"not\": \"an envelope\"}\n");
    assertRefused(imported(), "envelope: ");
  }

  @Test
  void refusesAPayloadThatIsNoStatement() throws IOException {
    byte[] payload = Json.bytes(Json.object().put("all", "is well"));
    bundle(Json.text(Envelope.sign("text/plain", payload, maker).toJson()));
    assertRefused(imported(), "config.json is in no statement");
  }

  @Test
  void refusesAKeyThatIsNotOne() throws IOException {
    bundle(line(maker, READ));
    assertRefused(imported("\"\""), "public key \"\": not an Ed25519 verifier key");
    assertRefused(imported("[a, b]"), "signed-by");
  }

  @Test
  void letsProseChangeAfterSigning() throws IOException {
    bundle(line(maker, READ));
    Files.writeString(file("README.md"), "# A better card\n");
    assertTrue(imported() instanceof StepOutcome.Done);
  }

  @Test
  void theProofOfAReleaseNamesTheMaker() throws IOException {
    bundle(line(maker, READ));
    Digest base = ((StepOutcome.Done) imported()).output().digest();
    var evidence = new Evidence(home.artifacts(), home.statements());
    assertEquals(
        ", its maker " + maker.verifyKey().name() + " signed it",
        evidence.maker(home.artifacts().find(base)));
  }
}
