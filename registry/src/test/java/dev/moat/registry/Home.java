package dev.moat.registry;

import dev.moat.core.Digest;
import dev.moat.core.Ids;
import dev.moat.core.Json;
import dev.moat.flow.Flow;
import dev.moat.flow.FlowListener;
import dev.moat.flow.Journal;
import dev.moat.flow.Pipeline;
import dev.moat.flow.Provenance;
import dev.moat.flow.RunOutcome;
import dev.moat.flow.Step;
import dev.moat.flow.StepOutcome;
import dev.moat.store.Artifact;
import dev.moat.store.Artifacts;
import dev.moat.store.FileBlobStore;
import dev.moat.store.FileKeyService;
import dev.moat.store.Migration;
import dev.moat.store.SqliteDatabase;
import dev.moat.trust.Ledger;
import dev.moat.trust.LedgerReader;
import dev.moat.trust.SigningKey;
import dev.moat.trust.Statement;
import dev.moat.trust.Statements;
import dev.moat.trust.TrustSchema;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** A whole small Moat in a folder: real store, ledger, statements, flow and registry. */
final class Home implements AutoCloseable {
  static final String NAME = "tiny";
  static final Digest POLICY = Digest.of("guard policy");

  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-21T00:00:00Z"));

  private static final String PIPELINE =
      """
      pipeline: tiny
      steps:
        collect: {uses: fake/collect}
        dataset: {uses: fake/dataset, in: {documents: collect}}
        base: {uses: registry/model, with: {path: model}}
        tune: {uses: fake/lora, in: {dataset: dataset, base: base}}
        compare: {uses: fake/compare, in: {dataset: dataset, base: base, adapter: tune}}
        base-scan: {uses: registry/scan, in: {subject: base}}
        adapter-scan: {uses: registry/scan, in: {subject: tune}}
        release:
          uses: registry/release
          in: {base: base, adapter: tune, dataset: dataset, scorecard: compare,
               base-scan: base-scan, adapter-scan: adapter-scan}
          with: {name: tiny}
      """;

  private final Path folder;
  private final SqliteDatabase database;
  private final FileBlobStore blobs;
  private final SigningKey key;
  private final Ledger ledger;
  private final Statements statements;
  private final Ids ids;

  Home(Path folder) {
    this.folder = folder;
    FileKeyService keys = FileKeyService.openOrCreate(folder.resolve("master.key"));
    database = SqliteDatabase.open(folder.resolve("moat.db"), migrations());
    blobs = new FileBlobStore(blobFolder(), keys);
    key = SigningKey.openOrCreate(folder.resolve("signing.key"), keys);
    ledger = Ledger.open(ledgerFolder(), key, CLOCK);
    statements = new Statements(blobs, database, ledger, key);
    ids = new Ids(CLOCK, new SplittableRandom(ledger.size()));
  }

  Path blobFolder() {
    return folder.resolve("blobs");
  }

  Path ledgerFolder() {
    return folder.resolve("ledger");
  }

  Path modelFolder() {
    return folder.resolve("model");
  }

  SqliteDatabase database() {
    return database;
  }

  /** Receipts as another process verifies them, beside the one that writes. */
  ReceiptVerifier receiptsBeside() {
    LedgerReader reader = LedgerReader.open(ledgerFolder(), key.verifyKey());
    Statements read = Statements.reading(blobs, database, reader, key.verifyKey());
    return new ReceiptVerifier(
        reader, ledgerFolder(), key.verifyKey(), new Admission(artifacts(), read));
  }

  Artifacts artifacts() {
    return new Artifacts(blobs);
  }

  Statements statements() {
    return statements;
  }

  Ledger ledger() {
    return ledger;
  }

  Admission admission() {
    return new Admission(artifacts(), statements);
  }

  Registry registry() {
    return new Registry(database, ledger, admission());
  }

  ReceiptVerifier receipts() {
    return new ReceiptVerifier(ledger, ledgerFolder(), key.verifyKey(), admission());
  }

  ReceiptVerifier receipts(Map<Digest, String> builtIn) {
    return new ReceiptVerifier(ledger, ledgerFolder(), key.verifyKey(), admission(), builtIn);
  }

  /** Runs the whole pipeline; {@code gain} is what tuning saves. */
  RunOutcome run(double gain) {
    return run(PIPELINE, gain);
  }

  RunOutcome run(String pipeline, double gain) {
    TinyModel.writeOnce(modelFolder());
    List<Step> steps = new ArrayList<>(FakeSteps.steps(gain));
    steps.addAll(RegistrySteps.steps(registry(), "test"));
    Flow flow =
        new Flow(
            new Flow.Place(
                artifacts(), statements, new Journal(database), folder.resolve("scratch"), 1),
            steps,
            CLOCK,
            ids);
    byte[] yaml = pipeline.getBytes(StandardCharsets.UTF_8);
    return flow.run(
        Pipeline.parse(yaml, folder.resolve("pipeline.yaml")), "tester", FlowListener.none());
  }

  /** Runs the whole pipeline and gives the release, which must have been admitted. */
  Digest release() {
    return output(run(0.1), "release");
  }

  /** Records one exchange as the gateway does, and gives its receipt. */
  long exchange(Digest release) {
    long receipt = open("exchange-1", release);
    close("exchange-1", receipt);
    return receipt;
  }

  long open(String id, Digest release) {
    var opened = Json.object().put("id", id).put("model", NAME).put("release", release.hex());
    opened.put("request", Digest.of("question").hex()).put("policy", POLICY.hex());
    return ledger.append(ReceiptVerifier.OPENED, "client", opened);
  }

  long close(String id, long receipt) {
    var closed = Json.object().put("opened", receipt).put("id", id).put("finish", "stop");
    closed.put("answer", Digest.of("answer").hex());
    return ledger.append(ReceiptVerifier.CLOSED, "client", closed);
  }

  /** What the gateway records of a guard that gave that verdict. */
  static ObjectNode judged(String verdict, String more) {
    return (ObjectNode)
        Json.parse(
            """
            {"verdict":"%s","guards":[{"name":"rules","policy":"%s","mode":"closed"}],
             "texts":2,"judged":"%s"%s}
            """
                .formatted(verdict, POLICY.hex(), Digest.of("texts").hex(), more),
            "guard");
  }

  /** Signs a provenance of {@code output} as a step does that takes these inputs. */
  void attest(Artifact output, Map<String, Digest> inputs) {
    var predicate = Json.object();
    var definition = predicate.putObject("buildDefinition");
    definition.put("buildType", "https://moat.dev/step/hand/made/v1");
    var dependencies = definition.putArray("resolvedDependencies");
    inputs.forEach(
        (name, digest) ->
            dependencies
                .addObject()
                .put("name", name)
                .putObject("digest")
                .put("sha256", digest.hex()));
    statements.attest(
        new Statement(
            List.of(new Statement.Subject("output", output.digest())),
            Provenance.PREDICATE_TYPE,
            predicate),
        "tester");
  }

  static Digest output(RunOutcome outcome, String step) {
    if (outcome.steps().get(step) instanceof StepOutcome.Done done) {
      return done.output().digest();
    }
    throw new AssertionError(step + ": " + outcome.steps());
  }

  private static List<Migration> migrations() {
    return Stream.of(TrustSchema.migrations(), Flow.migrations(), Registry.migrations())
        .flatMap(List::stream)
        .toList();
  }

  @Override
  public void close() {
    ledger.close();
    database.close();
  }
}
