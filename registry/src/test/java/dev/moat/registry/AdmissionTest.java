package dev.moat.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.flow.RunOutcome;
import dev.moat.flow.StepOutcome;
import dev.moat.store.Artifact;
import dev.moat.store.ArtifactKind;
import dev.moat.trust.Statement;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdmissionTest {
  @TempDir Path folder;
  private Home home;

  @BeforeEach
  void open() {
    home = new Home(folder);
  }

  @AfterEach
  void close() {
    home.close();
  }

  @Test
  void wholeChainOfATunedReleaseHolds() {
    List<Link> links = home.admission().verify(home.release());
    assertEquals(
        List.of(
            "release",
            "adapter",
            "adapter scan",
            "scorecard",
            "base model",
            "base model scan",
            "dataset",
            "documents",
            "source",
            "source"),
        links.stream().map(Link::what).toList());
    assertTrue(links.stream().allMatch(Link::holds));
  }

  @Test
  void chainTellsFiguresAndCommits() {
    List<Link> links = home.admission().verify(home.release());
    assertDetail(links, "adapter", "made by fake/lora/v1, signed by ");
    assertDetail(links, "scorecard", "PASSED: 10 held-out documents; better than base");
    assertDetail(links, "adapter scan", "2 files clean");
    assertDetail(links, "dataset", "train 2, test 1, redacted 3 EMAIL, 2 PERSON");
    assertDetail(links, "source", "git, 2 documents");
    assertTrue(links.stream().anyMatch(link -> link.subject().equals("main@" + FakeSteps.COMMIT)));
  }

  @Test
  void requireGivesTheRelease() {
    Release release = home.admission().require(home.release());
    assertEquals(Home.NAME, release.name());
  }

  @Test
  void adapterThatIsNotBetterIsNotReleased() {
    RunOutcome outcome = home.run(0);
    StepOutcome release = outcome.steps().get("release");
    if (release instanceof StepOutcome.Failed(String message)) {
      assertTrue(message.contains("scorecard"), message);
      assertTrue(message.contains("not better than base"), message);
    } else {
      throw new AssertionError(release);
    }
    assertEquals(Optional.empty(), home.registry().current(Home.NAME));
  }

  @Test
  void releaseThatNobodySignedIsRefused() {
    Release release = home.admission().require(home.release());
    Digest unsigned = put(new Release("other", release.backing(), Optional.empty(), "test"));
    assertBroken("release", "no signed statement", unsigned);
  }

  @Test
  void releaseWithoutAScanOfTheAdapterIsRefused() {
    Digest changed =
        changed(
            local -> {
              List<Release.Scan> base =
                  local.scans().stream()
                      .filter(scan -> scan.subject().equals(local.base()))
                      .toList();
              return new Release.Local(local.base(), local.tuning(), base);
            });
    assertBroken("adapter scan", "names no scan of it", changed);
  }

  @Test
  void scanOfAnotherArtifactIsRefused() {
    Digest changed =
        changed(
            local -> {
              Digest report = local.scans().getFirst().report();
              List<Release.Scan> same =
                  local.scans().stream()
                      .map(scan -> new Release.Scan(scan.subject(), report))
                      .toList();
              return new Release.Local(local.base(), local.tuning(), same);
            });
    List<Link> links = home.admission().verify(changed);
    assertEquals(1, links.stream().filter(link -> !link.holds()).count());
    assertTrue(firstBroken(links).detail().contains("is not about exactly the parts of"));
  }

  @Test
  void laterScanThatFindsSomethingEndsTheAdmission() {
    Digest release = home.release();
    Digest adapter = local(release).tuning().orElseThrow().adapter();
    long entry = rescanned(adapter, "malicious");
    assertBroken("adapter scan", "scan in ledger entry " + entry, release);
    assertBroken("adapter scan", "x.bin is malicious: found anew", release);
  }

  @Test
  void laterScanThatFindsNothingLeavesTheAdmission() {
    Digest release = home.release();
    rescanned(local(release).base(), ScanResult.CLEAN);
    assertEquals(Home.NAME, home.admission().require(release).name());
  }

  @Test
  void laterCleanScanTakesAnEarlierFindingBack() {
    Digest release = home.release();
    Digest base = local(release).base();
    rescanned(base, "suspicious");
    assertThrows(Failure.class, () -> home.admission().require(release));
    rescanned(base, ScanResult.CLEAN);
    assertEquals(Home.NAME, home.admission().require(release).name());
  }

  private long rescanned(Digest subject, String verdict) {
    var file = new ScanResult.File("x.bin", subject, verdict, List.of("found anew"));
    ScanResult result = new ScanResult(subject, Digest.of("new rules"), verdict, List.of(file));
    var about = new Statement.Subject("scanned", subject);
    return home.statements()
        .attest(new Statement(List.of(about), ScanResult.PREDICATE_TYPE, result.toJson()), "tester")
        .ledgerIndex();
  }

  private Release.Local local(Digest release) {
    return (Release.Local) home.admission().require(release).backing();
  }

  @Test
  void anotherAdapterCannotBorrowTheScorecard() {
    Digest changed =
        changed(
            local -> {
              Release.Tuning tuning = local.tuning().orElseThrow();
              Digest other =
                  home.artifacts()
                      .put(ArtifactKind.ADAPTER, Map.of("adapter_config.json", new byte[] {'x'}))
                      .digest();
              return new Release.Local(
                  local.base(),
                  Optional.of(new Release.Tuning(other, tuning.dataset(), tuning.scorecard())),
                  local.scans());
            });
    List<Link> links = home.admission().verify(changed);
    assertBrokenLink(links, "adapter", "no signed statement");
    assertBrokenLink(links, "scorecard", "is about other artifacts");
  }

  @Test
  void anotherDatasetThanTheAdapterWasTunedOnIsRefused() {
    Digest changed =
        changed(
            local -> {
              Release.Tuning tuning = local.tuning().orElseThrow();
              return new Release.Local(
                  local.base(),
                  Optional.of(
                      new Release.Tuning(tuning.adapter(), local.base(), tuning.scorecard())),
                  local.scans());
            });
    List<Link> links = home.admission().verify(changed);
    assertBrokenLink(links, "adapter", "no signed statement made from");
    assertBrokenLink(links, "dataset", "is a model");
  }

  @Test
  void forgedScorecardWithoutItsStatementIsRefused() {
    Digest changed =
        changed(
            local -> {
              Release.Tuning tuning = local.tuning().orElseThrow();
              Artifact card = home.artifacts().find(tuning.scorecard());
              byte[] json = home.artifacts().read(card, "scorecard.json");
              Artifact copy =
                  home.artifacts()
                      .put(
                          ArtifactKind.SCORECARD,
                          Map.of("scorecard.json", json, "more", new byte[] {1}));
              return new Release.Local(
                  local.base(),
                  Optional.of(
                      new Release.Tuning(tuning.adapter(), tuning.dataset(), copy.digest())),
                  local.scans());
            });
    assertBrokenLink(home.admission().verify(changed), "scorecard", "no signed statement");
  }

  @Test
  void releaseThatIsNotThereIsNamed() {
    Digest missing = Digest.of("nothing");
    List<Link> links = home.admission().verify(missing);
    assertEquals(1, links.size());
    assertFalse(links.getFirst().holds());
    assertTrue(links.getFirst().detail().contains(missing.hex()));
    Failure failure = assertThrows(Failure.class, () -> home.admission().require(missing));
    assertTrue(failure.problem() instanceof Problem.Tampered);
  }

  @Test
  void artifactOfAnotherKindIsNoRelease() {
    Release release = home.admission().require(home.release());
    Digest base = ((Release.Local) release.backing()).base();
    assertBroken("release", "is a model", base);
  }

  @Test
  void modelAsItCameIsReleasedWithItsScanAlone() {
    RunOutcome outcome =
        home.run(
            """
            pipeline: bare
            steps:
              base: {uses: registry/model, with: {path: model}}
              base-scan: {uses: registry/scan, in: {subject: base}}
              release:
                uses: registry/base-release
                in: {base: base, base-scan: base-scan}
                with: {name: bare}
            """,
            0);
    List<Link> links = home.admission().verify(Home.output(outcome, "release"));
    assertEquals(
        List.of("release", "base model", "base model scan"),
        links.stream().map(Link::what).toList());
    assertTrue(links.stream().allMatch(Link::holds));
  }

  @Test
  void upstreamReleaseSaysWhatCannotBeProved() {
    RunOutcome outcome =
        home.run(
            """
            pipeline: outside
            steps:
              release:
                uses: registry/upstream
                with: {name: outside, url: "http://models.example:8000/v1"}
            """,
            0);
    List<Link> links = home.admission().verify(Home.output(outcome, "release"));
    assertEquals(List.of("release", "upstream"), links.stream().map(Link::what).toList());
    assertTrue(links.stream().allMatch(Link::holds));
    assertTrue(links.getLast().detail().contains("a model of others"));
  }

  /** A signed release like the admitted one but for its backing. */
  private Digest changed(UnaryOperator<Release.Local> change) {
    Release release = home.admission().require(home.release());
    Release other =
        new Release(
            release.name(),
            change.apply((Release.Local) release.backing()),
            Optional.empty(),
            "test");
    Digest digest = put(other);
    var subject = new Statement.Subject(other.name(), digest);
    home.statements()
        .attest(
            new Statement(List.of(subject), RegistrySteps.RELEASE_PREDICATE, other.toJson()),
            "insider");
    return digest;
  }

  private Digest put(Release release) {
    return home.artifacts()
        .put(ArtifactKind.RELEASE, Map.of(Release.PART, Json.bytes(release.toJson())))
        .digest();
  }

  private void assertBroken(String what, String why, Digest release) {
    Link link = firstBroken(home.admission().verify(release));
    assertEquals(what, link.what());
    assertTrue(link.detail().contains(why), link.detail());
    Failure failure = assertThrows(Failure.class, () -> home.admission().require(release));
    assertTrue(failure.getMessage().contains("not admitted, " + what), failure.getMessage());
    assertThrows(Failure.class, () -> home.registry().promote(Home.NAME, release, "insider"));
  }

  private static void assertBrokenLink(List<Link> links, String what, String why) {
    assertTrue(
        links.stream()
            .anyMatch(
                link -> !link.holds() && link.what().equals(what) && link.detail().contains(why)),
        links.toString());
  }

  private static void assertDetail(List<Link> links, String what, String part) {
    Link link = links.stream().filter(each -> each.what().equals(what)).findFirst().orElseThrow();
    assertTrue(link.detail().contains(part), link.detail());
  }

  private static Link firstBroken(List<Link> links) {
    return links.stream().filter(link -> !link.holds()).findFirst().orElseThrow();
  }
}
