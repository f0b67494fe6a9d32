package dev.moat.app;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.engine.Adapter;
import dev.moat.engine.AdapterFiles;
import dev.moat.engine.Model;
import dev.moat.engine.ModelConfig;
import dev.moat.engine.Safetensors;
import dev.moat.engine.Tokenizer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** A model with its tokenizer and perhaps an adapter, ready for the engine. */
record LocalModel(Model model, Tokenizer tokenizer, Optional<Adapter> adapter) {
  private static final String CONFIG = "config.json";
  private static final String TOKENIZER = "tokenizer.json";
  private static final String WEIGHTS = ".safetensors";
  private static final int FILES_MAX = 10_000;

  /** Stored files by name. */
  record Parts(List<String> names, Function<String, byte[]> read) {
    Parts {
      names = List.copyOf(names);
    }

    byte[] bytes(String name) {
      return read.apply(name);
    }
  }

  /** Reads the files of a model folder, weights mapped into memory, and of an adapter folder. */
  static LocalModel open(Path folder, Optional<Path> adapterFolder) {
    ModelConfig config = ModelConfig.parse(read(folder.resolve(CONFIG)));
    Map<String, Safetensors> weights = new TreeMap<>();
    for (Path file : weightFiles(folder)) {
      weights.put(file.toString(), Safetensors.map(file));
    }
    Model model = Model.load(config, weights);
    Tokenizer tokenizer = Tokenizer.parse(read(folder.resolve(TOKENIZER)));
    return new LocalModel(model, tokenizer, adapterFolder.map(from -> adapter(config, from)));
  }

  /** Reads the parts of stored artifacts. */
  static LocalModel of(Parts base, Optional<Parts> adapter) {
    ModelConfig config = ModelConfig.parse(base.bytes(CONFIG));
    Map<String, Safetensors> weights = new TreeMap<>();
    base.names().stream()
        .filter(name -> name.endsWith(WEIGHTS))
        .forEach(name -> weights.put(name, weights(base.bytes(name))));
    Model model = Model.load(config, weights);
    Tokenizer tokenizer = Tokenizer.parse(base.bytes(TOKENIZER));
    Optional<Adapter> tuned =
        adapter.map(
            parts ->
                AdapterFiles.read(
                    config,
                    parts.bytes(AdapterFiles.CONFIG),
                    weights(parts.bytes(AdapterFiles.WEIGHTS))));
    return new LocalModel(model, tokenizer, tuned);
  }

  /** A large model has its weights in several files. */
  private static List<Path> weightFiles(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found =
          files
              .filter(file -> String.valueOf(file.getFileName()).endsWith(WEIGHTS))
              .limit(FILES_MAX)
              .sorted()
              .toList();
      return found.isEmpty() ? List.of(existing(folder.resolve("model" + WEIGHTS))) : found;
    } catch (IOException e) {
      throw Failure.broken(folder + ": cannot be read (" + e.getMessage() + ")", e);
    }
  }

  private static Safetensors weights(byte[] bytes) {
    return Safetensors.of(MemorySegment.ofArray(bytes));
  }

  private static Adapter adapter(ModelConfig config, Path folder) {
    return AdapterFiles.read(
        config,
        read(folder.resolve(AdapterFiles.CONFIG)),
        Safetensors.map(existing(folder.resolve(AdapterFiles.WEIGHTS))));
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(existing(file));
    } catch (IOException e) {
      throw Failure.broken(file + ": cannot be read (" + e.getMessage() + ")", e);
    }
  }

  private static Path existing(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new Failure(
          new Problem.Missing(
              file + ": no such file; name a folder with " + CONFIG + " and its companions",
              file.toString()));
    }
    return file;
  }
}
