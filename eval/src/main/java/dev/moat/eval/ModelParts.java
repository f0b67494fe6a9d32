package dev.moat.eval;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.engine.Adapter;
import dev.moat.engine.AdapterFiles;
import dev.moat.engine.Model;
import dev.moat.engine.ModelConfig;
import dev.moat.engine.Safetensors;
import dev.moat.engine.Tokenizer;
import dev.moat.store.Artifact;
import dev.moat.store.Artifacts;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/** The parts of a model or an adapter in the store. */
final class ModelParts {
  private static final String CONFIG = "config.json";
  private static final String TOKENIZER = "tokenizer.json";
  private static final String WEIGHTS = ".safetensors";

  private final Artifacts artifacts;
  private final Artifact artifact;

  /** The parts of {@code artifact}, verified as they are read. */
  ModelParts(Artifacts artifacts, Artifact artifact) {
    this.artifacts = artifacts;
    this.artifact = artifact;
  }

  /** The model, from one or more files of weights. */
  Model model() {
    ModelConfig config = ModelConfig.parse(bytes(CONFIG));
    Map<String, Safetensors> weights = new HashMap<>();
    artifact.parts().stream()
        .map(Artifact.Part::name)
        .filter(name -> name.endsWith(WEIGHTS))
        .forEach(name -> weights.put(name, Safetensors.of(MemorySegment.ofArray(bytes(name)))));
    if (weights.isEmpty()) {
      throw missing("*" + WEIGHTS);
    }
    return Model.load(config, weights);
  }

  Tokenizer tokenizer() {
    return Tokenizer.parse(bytes(TOKENIZER));
  }

  /** The adapter, which must belong to a model of this configuration. */
  Adapter adapter(ModelConfig config) {
    Safetensors weights = Safetensors.of(MemorySegment.ofArray(bytes(AdapterFiles.WEIGHTS)));
    return AdapterFiles.read(config, bytes(AdapterFiles.CONFIG), weights);
  }

  private byte[] bytes(String name) {
    return artifacts.read(artifact, name);
  }

  private String where() {
    return artifact.kind().text() + " " + artifact.digest().brief();
  }

  private Failure missing(String name) {
    return new Failure(
        new Problem.Missing(where() + ": has no " + name + "; give a whole model", name));
  }
}
