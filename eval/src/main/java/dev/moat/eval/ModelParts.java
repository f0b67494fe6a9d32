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
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The files of a model or an adapter, from an artifact or a folder. */
final class ModelParts {
  private static final String CONFIG = "config.json";
  private static final String TOKENIZER = "tokenizer.json";
  private static final String WEIGHTS = ".safetensors";
  private static final int FILES_MAX = 1000;

  /** Reads one file. */
  private interface Source {
    byte[] read(String name);
  }

  private final String where;
  private final List<String> names;
  private final Source source;

  private ModelParts(String where, List<String> names, Source source) {
    this.where = where;
    this.names = names;
    this.source = source;
  }

  /** The parts of an artifact, verified as they are read. */
  static ModelParts of(Artifacts artifacts, Artifact artifact) {
    return new ModelParts(
        artifact.kind().text() + " " + artifact.digest().brief(),
        artifact.parts().stream().map(Artifact.Part::name).toList(),
        name -> artifacts.read(artifact, name));
  }

  /** The files of a folder. */
  static ModelParts of(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      List<String> names =
          files.map(file -> file.getFileName().toString()).limit(FILES_MAX).sorted().toList();
      return new ModelParts("folder " + folder, names, name -> read(folder.resolve(name)));
    } catch (IOException e) {
      throw new Failure(
          new Problem.Missing(
              "folder " + folder + ": cannot be read; give the folder of a model",
              folder.toString()));
    }
  }

  /** The model, from one or more files of weights. */
  Model model() {
    ModelConfig config = ModelConfig.parse(bytes(CONFIG));
    List<String> weights = names.stream().filter(name -> name.endsWith(WEIGHTS)).toList();
    if (weights.isEmpty()) {
      throw missing("*" + WEIGHTS);
    }
    Map<String, Tensor> tensors = new HashMap<>();
    for (String name : weights) {
      Safetensors file = Safetensors.of(MemorySegment.ofArray(bytes(name)));
      for (String tensor : file.names()) {
        if (tensors.put(tensor, file.floats(tensor)) != null) {
          throw Failure.invalid(
              where + " " + name + ": tensor " + tensor + " is in two files; remove one");
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
    if (!names.contains(name)) {
      throw missing(name);
    }
    return source.read(name);
  }

  private Failure missing(String name) {
    return new Failure(
        new Problem.Missing(where + ": has no " + name + "; give a whole model or adapter", name));
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw Failure.broken(file + ": cannot be read; check its rights", e);
    }
  }
}
