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
import java.util.Optional;
import java.util.function.Function;

/** A model with its tokenizer and perhaps an adapter, ready for the engine. */
record LocalModel(Model model, Tokenizer tokenizer, Optional<Adapter> adapter) {
  private static final String CONFIG = "config.json";
  private static final String TOKENIZER = "tokenizer.json";
  private static final String WEIGHTS = "model.safetensors";

  /** Reads the files of a model folder, weights mapped into memory, and of an adapter folder. */
  static LocalModel open(Path folder, Optional<Path> adapterFolder) {
    ModelConfig config = ModelConfig.parse(read(folder.resolve(CONFIG)));
    Model model = Model.load(config, Safetensors.map(existing(folder.resolve(WEIGHTS))));
    Tokenizer tokenizer = Tokenizer.parse(read(folder.resolve(TOKENIZER)));
    return new LocalModel(model, tokenizer, adapterFolder.map(from -> adapter(config, from)));
  }

  /** Reads the parts of stored artifacts by name. */
  static LocalModel of(
      Function<String, byte[]> base, Optional<? extends Function<String, byte[]>> adapter) {
    ModelConfig config = ModelConfig.parse(base.apply(CONFIG));
    Model model = Model.load(config, weights(base.apply(WEIGHTS)));
    Tokenizer tokenizer = Tokenizer.parse(base.apply(TOKENIZER));
    Optional<Adapter> tuned =
        adapter.map(
            parts ->
                AdapterFiles.read(
                    config,
                    parts.apply(AdapterFiles.CONFIG),
                    weights(parts.apply(AdapterFiles.WEIGHTS))));
    return new LocalModel(model, tokenizer, tuned);
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
