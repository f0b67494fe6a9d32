package dev.moat.registry;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.eval.Scorecard;
import dev.moat.registry.Chain.Proved;
import dev.moat.store.Artifact;
import dev.moat.store.ArtifactKind;
import dev.moat.store.Artifacts;
import dev.moat.trust.Statements;
import dev.moat.trust.Statements.Recorded;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides whether a release may be served: the whole chain from the release back to the commits of
 * its sources is proved anew, every byte reread, at promotion, at load and for a receipt.
 */
public final class Admission {
  private final Evidence evidence;

  /** Judges by what these hold. */
  public Admission(Artifacts artifacts, Statements statements) {
    evidence = new Evidence(artifacts, statements);
  }

  /**
   * The chain of a release, from what answers to where it came from. A link that is broken says
   * exactly what is wrong; links behind it are still shown as far as they can be found.
   */
  public List<Link> verify(Digest release) {
    Chain chain = new Chain();
    chain.prove("release", release, () -> release(release)).ifPresent(found -> back(chain, found));
    return chain.links();
  }

  /** Fails at the first broken link. */
  public Release require(Digest release) {
    for (Link link : verify(release)) {
      if (!link.holds()) {
        throw new Failure(
            new Problem.Tampered(
                "release "
                    + release.brief()
                    + ": not admitted, "
                    + link.what()
                    + " "
                    + link.subject()
                    + " does not hold: "
                    + link.detail(),
                link.what()));
      }
    }
    return read(release);
  }

  /** The release of that digest, if at least its own artifact and statement hold. */
  Release read(Digest release) {
    return release(release).value();
  }

  private Proved<Release> release(Digest digest) {
    Artifact artifact = evidence.reread(ArtifactKind.RELEASE, digest);
    Release release = Release.parse(evidence.read(artifact, Release.PART), "release " + digest);
    Recorded recorded =
        evidence.statement(
            artifact, RegistrySteps.RELEASE_PREDICATE, release.toJson(), "of what it serves");
    return new Proved<>(release, "\"" + release.name() + "\", " + Evidence.signed(recorded));
  }

  private void back(Chain chain, Release release) {
    release.prompt().ifPresent(prompt -> chain.prove("prompt", prompt, () -> prompt(prompt)));
    switch (release.backing()) {
      case Release.Upstream upstream ->
          upstream
              .urls()
              .forEach(
                  url ->
                      chain.note(
                          "upstream", url, "a model of others: Moat proves only its own part"));
      case Release.Local local -> back(chain, local);
    }
  }

  private void back(Chain chain, Release.Local local) {
    local.tuning().ifPresent(tuning -> adapter(chain, local, tuning));
    Optional<Artifact> base = chain.prove("base model", local.base(), () -> base(local.base()));
    base.ifPresent(model -> scan(chain, "base model scan", local, model));
    local.tuning().ifPresent(tuning -> new Lineage(evidence, chain).trace(tuning.dataset()));
  }

  private void adapter(Chain chain, Release.Local local, Release.Tuning tuning) {
    Optional<Artifact> adapter =
        chain.prove("adapter", tuning.adapter(), () -> adapter(local.base(), tuning));
    adapter.ifPresent(artifact -> scan(chain, "adapter scan", local, artifact));
    chain.prove("scorecard", tuning.scorecard(), () -> scorecard(local.base(), tuning));
  }

  private Proved<Artifact> adapter(Digest base, Release.Tuning tuning) {
    Artifact adapter = evidence.reread(ArtifactKind.ADAPTER, tuning.adapter());
    Recorded made = evidence.provenance(adapter, Map.of("base", base, "dataset", tuning.dataset()));
    return new Proved<>(adapter, Evidence.made(adapter, made));
  }

  private Proved<PromptTemplate> prompt(Digest digest) {
    Artifact artifact = evidence.reread(ArtifactKind.PROMPT, digest);
    byte[] json = evidence.read(artifact, PromptTemplate.PART);
    PromptTemplate prompt = PromptTemplate.parse(json, "prompt " + digest);
    String made = Evidence.made(artifact, evidence.provenance(artifact));
    return new Proved<>(prompt, prompt.variables().size() + " variables, " + made);
  }

  private Proved<Artifact> base(Digest digest) {
    Artifact model = evidence.reread(ArtifactKind.MODEL, digest);
    String made = Evidence.made(model, evidence.provenance(model));
    return new Proved<>(model, made + evidence.maker(model));
  }

  private Proved<Scorecard> scorecard(Digest base, Release.Tuning tuning) {
    Artifact artifact = evidence.reread(ArtifactKind.SCORECARD, tuning.scorecard());
    String name = "scorecard " + tuning.scorecard();
    Scorecard card = Scorecard.parse(evidence.read(artifact, Scorecard.PART), name);
    var subjects = new Scorecard.Subjects(tuning.dataset(), base, tuning.adapter());
    if (!card.subjects().equals(subjects)) {
      throw Evidence.broken(name, "is about other artifacts", "measure this adapter");
    }
    if (!card.passed()) {
      throw Evidence.broken(name, card.reason(), "tune again or choose another release");
    }
    evidence.provenance(
        artifact, Map.of("adapter", tuning.adapter(), "base", base, "dataset", tuning.dataset()));
    Artifact adapter = evidence.reread(ArtifactKind.ADAPTER, tuning.adapter());
    Recorded stated =
        evidence.statement(
            adapter,
            Scorecard.PREDICATE_TYPE,
            card.predicate(tuning.scorecard()),
            "of the scorecard's result");
    return new Proved<>(
        card, card.result() + ": " + card.reason() + ", " + Evidence.signed(stated));
  }

  private void scan(Chain chain, String what, Release.Local local, Artifact subject) {
    Optional<Digest> report =
        local.scans().stream()
            .filter(scan -> scan.subject().equals(subject.digest()))
            .map(Release.Scan::report)
            .findFirst();
    chain.prove(
        what,
        report.map(Digest::toString).orElse("none"),
        () ->
            scan(
                subject,
                report.orElseThrow(
                    () ->
                        Evidence.broken(
                            subject.kind().text() + " " + subject.digest(),
                            "the release names no scan of it",
                            "scan it and make the release again"))));
  }

  private Proved<ScanResult> scan(Artifact subject, Digest digest) {
    Artifact report = evidence.reread(ArtifactKind.REPORT, digest);
    String name = "report " + digest;
    ScanResult result = ScanResult.parse(evidence.read(report, ScanResult.PART), name);
    if (!result.covers(subject)) {
      throw Evidence.broken(
          name, "is not about exactly the parts of " + subject.digest(), "scan it again");
    }
    if (!result.clean()) {
      throw Evidence.broken(name, result.reason(), "do not serve this artifact");
    }
    evidence.provenance(report, Map.of("subject", subject.digest()));
    Recorded recorded =
        evidence.statement(
            subject, ScanResult.PREDICATE_TYPE, result.toJson(), "of the scan's verdict");
    requireNothingFoundSince(subject);
    String files = result.files().size() + (result.files().size() == 1 ? " file" : " files");
    return new Proved<>(result, files + " clean, " + Evidence.signed(recorded));
  }

  /** New rules may find what the scan that the release names did not. */
  private void requireNothingFoundSince(Artifact subject) {
    evidence
        .newest(subject, ScanResult.PREDICATE_TYPE)
        .ifPresent(
            recorded -> {
              String name = "scan in ledger entry " + recorded.ledgerIndex();
              ScanResult last = ScanResult.parse(recorded.statement().predicate(), name);
              if (!last.clean()) {
                throw Evidence.broken(name, last.reason(), "do not serve this artifact");
              }
            });
  }
}
