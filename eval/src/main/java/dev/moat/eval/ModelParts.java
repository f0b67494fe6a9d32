package dev.moat.eval;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.engine.Adapter;
import dev.moat.engine.AdapterFiles;
import dev.moat.engine.Model;
import dev.moat.engine.ModelConfig;
import dev.moat.engine.Safetensors;
import dev.moat.engine.Tensor;
import dev.moat.engine.Tokenizer;
import dev.moat.store.Artifact;
import dev.moat.store.Artifacts;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
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
    List<String> weights =
        artifact.parts().stream()
            .map(Artifact.Part::name)
            .filter(name -> name.endsWith(WEIGHTS))
            .toList();
    if (weights.isEmpty()) {
      throw missing("*" + WEIGHTS);
    }
    Map<String, Tensor> tensors = new HashMap<>();
    for (String name : weights) {
      Safetensors file = Safetensors.of(MemorySegment.ofArray(bytes(name)));
      for (String tensor : file.names()) {
        if (tensors.put(tensor, file.floats(tensor)) != null) {
          throw Failure.invalid(
              where() + " " + name + ": tensor " + tensor + " is in two files; remove one");
        }
      }
    }
    return Model.of(config, tensors);
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
