package dev.moat.registry;

import dev.moat.core.Digest;
import dev.moat.core.Json;
import dev.moat.eval.Interval;
import dev.moat.eval.Quality;
import dev.moat.eval.Scorecard;
import dev.moat.eval.Thresholds;
import dev.moat.flow.Step;
import dev.moat.flow.StepContext;
import dev.moat.flow.StepResult;
import dev.moat.store.Artifact;
import dev.moat.store.ArtifactKind;
import dev.moat.trust.Statement;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Small stand-ins for collecting, preparing, tuning and measuring, with what each must leave. */
final class FakeSteps {
  static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  private static final String SOURCES =
      """
      [{"name":"main","kind":"git","commit":"%s","documents":2},
       {"name":"notes","kind":"folder","documents":1}]
      """
          .formatted(COMMIT);

  private FakeSteps() {}

  /** All of them; {@code gain} is how many bits per byte tuning saves, surely. */
  static List<Step> steps(double gain) {
    return List.of(
        new FakeStep("fake/collect", Set.of(), FakeSteps::collect),
        new FakeStep("fake/pickle", Set.of(), FakeSteps::pickle),
        new FakeStep("fake/dataset", Set.of("documents"), FakeSteps::dataset),
        new FakeStep("fake/lora", Set.of("dataset", "base"), FakeSteps::tune),
        new FakeStep(
            "fake/compare",
            Set.of("dataset", "base", "adapter"),
            context -> compare(context, gain)));
  }

  private static StepResult collect(StepContext context) {
    String manifest =
        """
        {"sources":%s,"documents":3}
        """
            .formatted(SOURCES);
    return put(
        context,
        ArtifactKind.DOCUMENTS,
        Map.of(
            "documents-00000.jsonl", utf8("{\"text\":\"one\"}\n{\"text\":\"two\"}\n"),
            "manifest.json", utf8(manifest)));
  }

  private static StepResult pickle(StepContext context) {
    byte[] pickle = {(byte) 0x80, 2, '}', 'q', 0, '.'};
    return put(context, ArtifactKind.ADAPTER, Map.of("weights.pkl", pickle));
  }

  private static StepResult dataset(StepContext context) {
    String manifest =
        """
        {"input":"%s","sources":%s,
         "splits":{"train":{"documents":2},"test":{"documents":1}},
         "redactions":{"EMAIL":3,"PERSON":2}}
        """
            .formatted(context.input("documents").digest(), SOURCES);
    return put(
        context,
        ArtifactKind.DATASET,
        Map.of(
            "train-00000.jsonl", utf8("{\"text\":\"one\"}\n"),
            "test-00000.jsonl", utf8("{\"text\":\"two\"}\n"),
            "manifest.json", utf8(manifest)));
  }

  private static StepResult tune(StepContext context) {
    return put(
        context,
        ArtifactKind.ADAPTER,
        Map.of(
            "adapter_config.json", utf8("{\"peft_type\":\"LORA\",\"r\":2}"),
            "adapter_model.safetensors", TinyModel.safetensors("lora_A.weight", 2)));
  }

  private static StepResult compare(StepContext context, double gain) {
    Digest adapter = context.input("adapter").digest();
    Scorecard card =
        new Scorecard(
            new Scorecard.Subjects(
                context.input("dataset").digest(), context.input("base").digest(), adapter),
            new Quality(
                10, 1000, 400, 2000, 2000 - gain * 1000, new Interval(-gain, 0.01 - gain), 9),
            Optional.empty(),
            Thresholds.STANDARD);
    StepResult result =
        put(context, ArtifactKind.SCORECARD, Map.of(Scorecard.PART, Json.bytes(card.toJson())));
    context
        .statements()
        .attest(
            new Statement(
                List.of(new Statement.Subject("adapter", adapter)),
                Scorecard.PREDICATE_TYPE,
                card.predicate(result.output().digest())),
            context.actor());
    return result;
  }

  private static StepResult put(StepContext context, ArtifactKind kind, Map<String, byte[]> parts) {
    Artifact artifact = context.artifacts().put(kind, parts);
    return StepResult.of(artifact, kind.text(), Json.object());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
