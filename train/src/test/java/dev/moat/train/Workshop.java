package dev.moat.train;

import dev.moat.core.Json;
import dev.moat.core.Progress;
import dev.moat.engine.SafetensorsWriter;
import dev.moat.engine.Tensor;
import dev.moat.engine.TokenizerTrainer;
import dev.moat.flow.Parameters;
import dev.moat.flow.Step;
import dev.moat.flow.StepContext;
import dev.moat.flow.StepResult;
import dev.moat.store.Artifact;
import dev.moat.store.ArtifactKind;
import dev.moat.store.Artifacts;
import dev.moat.store.FileBlobStore;
import dev.moat.store.FileKeyService;
import dev.moat.trust.Statements;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A real store of artifacts in a folder, and the step under test run on it. */
final class Workshop implements StepContext, Progress {
  private final Path folder;
  private final Artifacts artifacts;
  private final List<String> details = new ArrayList<>();
  private Map<String, Artifact> inputs = Map.of();
  private Parameters parameters;
  private long stepsMax = Long.MAX_VALUE;

  Workshop(Path folder) {
    this.folder = folder;
    FileKeyService keys = FileKeyService.openOrCreate(folder.resolve("master.key"));
    artifacts = new Artifacts(new FileBlobStore(folder.resolve("blobs"), keys));
    parameters = Parameters.of(Json.object(), java.util.Set.of(), "step", folder);
  }

  static Step step() {
    return TrainSteps.steps(1).getFirst();
  }

  /** A dataset of two splits. */
  Artifact dataset(List<String> train, List<String> validation) {
    return artifacts.put(
        ArtifactKind.DATASET,
        Map.of(
            "manifest.json", "{\"format\":\"moat-dataset/1\"}".getBytes(StandardCharsets.UTF_8),
            "train-00000.jsonl", lines(train),
            "validation-00000.jsonl", lines(validation)));
  }

  private static byte[] lines(List<String> texts) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < texts.size(); i++) {
      var line = Json.object().put("id", "d" + i).put("path", "d" + i).put("source", "s");
      line.putArray("authors");
      line.putObject("redactions");
      lines.append(Json.text(line.put("text", texts.get(i)))).append('\n');
    }
    return lines.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The tiny base model. */
  Artifact base() {
    byte[] tokenizer = TokenizerTrainer.train(List.of(), 257, List.of("<|endoftext|>"));
    byte[] weights =
        SafetensorsWriter.bytes(
            Bytes.model().parameters(), SafetensorsWriter.Type.F32, Map.of("format", "pt"));
    return artifacts.put(
        ArtifactKind.MODEL,
        Map.of(
            "config.json", Bytes.CONFIG.toJson(),
            "tokenizer.json", tokenizer,
            "model.safetensors", weights));
  }

  /** The same model with its weights in two files. */
  Artifact baseInTwoFiles() {
    SortedMap<String, Tensor> all = Bytes.model().parameters();
    Map<String, byte[]> parts = new TreeMap<>();
    Artifact whole = base();
    for (String name : List.of("config.json", "tokenizer.json")) {
      parts.put(name, artifacts.read(whole, name));
    }
    parts.put("model-1.safetensors", bytes(all.headMap("model.layers.0.self")));
    parts.put("model-2.safetensors", bytes(all.tailMap("model.layers.0.self")));
    return artifacts.put(ArtifactKind.MODEL, parts);
  }

  private static byte[] bytes(SortedMap<String, Tensor> tensors) {
    return SafetensorsWriter.bytes(tensors, SafetensorsWriter.Type.F32, Map.of("format", "pt"));
  }

  StepResult tune(Artifact dataset, Artifact base, String given) {
    inputs = Map.of("dataset", dataset, "base", base);
    Step step = step();
    parameters = Parameters.of(Json.parse(given, "test"), step.parameters(), "step tune", folder);
    return step.run(this);
  }

  /** Lets the work be cancelled after that many steps. */
  void cancelAfter(long steps) {
    stepsMax = steps;
  }

  List<String> details() {
    return details;
  }

  @Override
  public Artifact input(String name) {
    Artifact input = inputs.get(name);
    if (input == null) {
      throw new AssertionError(name);
    }
    return input;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public Artifacts artifacts() {
    return artifacts;
  }

  @Override
  public Progress progress() {
    return this;
  }

  @Override
  public Path scratch() {
    return folder.resolve("scratch");
  }

  @Override
  public Statements statements() {
    throw new AssertionError("the flow attests, not this step");
  }

  @Override
  public String actor() {
    return "tester";
  }

  @Override
  public void advance(long done, long total, String detail) {
    details.add(done + "/" + total + " " + detail);
  }

  @Override
  public boolean cancelled() {
    return details.size() >= stepsMax;
  }
}
