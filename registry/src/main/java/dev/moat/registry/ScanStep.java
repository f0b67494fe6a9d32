package dev.moat.registry;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Text;
import dev.moat.flow.Parameters;
import dev.moat.flow.Step;
import dev.moat.flow.StepContext;
import dev.moat.flow.StepResult;
import dev.moat.scan.FileReport;
import dev.moat.scan.ModelScanner;
import dev.moat.scan.ScannedFile;
import dev.moat.store.Artifact;
import dev.moat.store.ArtifactKind;
import dev.moat.trust.Statement;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * The step {@code registry/scan}: judges every part of a model or adapter as it lies in the store,
 * and signs the verdict. It is a gate: what is not clean refuses what depends on it.
 */
final class ScanStep implements Step {
  private static final int VERSION = 1;
  private static final String SUBJECT = "subject";

  @Override
  public String name() {
    return "registry/scan";
  }

  @Override
  public int version() {
    return VERSION;
  }

  @Override
  public Set<String> inputs() {
    return Set.of(SUBJECT);
  }

  @Override
  public Set<String> parameters() {
    return Set.of();
  }

  /** The rules: with new ones, everything is scanned again. */
  @Override
  public Digest observe(Parameters parameters) {
    return ModelScanner.policyDigest();
  }

  @Override
  public StepResult run(StepContext context) {
    Artifact subject = context.input(SUBJECT);
    ScanResult result = scan(context, subject);
    JsonNode json = result.toJson();
    Artifact report =
        context.artifacts().put(ArtifactKind.REPORT, Map.of(ScanResult.PART, Json.bytes(json)));
    var about = new Statement.Subject(subject.kind().text(), subject.digest());
    context
        .statements()
        .attest(new Statement(List.of(about), ScanResult.PREDICATE_TYPE, json), context.actor());
    Optional<String> refusal = result.clean() ? Optional.empty() : Optional.of(result.reason());
    return new StepResult(report, figures(subject, result), json, refusal);
  }

  private static ScanResult scan(StepContext context, Artifact subject) {
    List<ScanResult.File> files = new ArrayList<>();
    long total = subject.bytes();
    long done = 0;
    for (Artifact.Part part : subject.parts()) {
      context.progress().checkCancelled("registry/scan");
      files.add(file(context, subject, part));
      done += part.bytes();
      context.progress().advance(done, total, part.name());
    }
    String verdict =
        files.stream().allMatch(file -> file.verdict().equals(ScanResult.CLEAN))
            ? ScanResult.CLEAN
            : "refused";
    return new ScanResult(subject.digest(), ModelScanner.policyDigest(), verdict, files);
  }

  private static ScanResult.File file(StepContext context, Artifact subject, Artifact.Part part) {
    if (part.bytes() > Integer.MAX_VALUE - 8) {
      throw Failure.invalid(
          "registry/scan "
              + part.name()
              + ": larger than 2 GiB; split the weights into shards of less");
    }
    byte[] bytes = context.artifacts().read(subject, part.name());
    FileReport report =
        ModelScanner.scan(List.of(new ScannedFile(part.name(), MemorySegment.ofArray(bytes))))
            .files()
            .getFirst();
    List<String> findings =
        report.findings().stream()
            .map(finding -> finding.rule() + " " + finding.where() + ": " + finding.message())
            .toList();
    return new ScanResult.File(part.name(), part.digest(), report.verdict().word(), findings);
  }

  private static String figures(Artifact subject, ScanResult result) {
    return result.files().size()
        + " files, "
        + Text.bytes(subject.bytes())
        + ", "
        + (result.clean() ? "clean" : result.reason());
  }
}
