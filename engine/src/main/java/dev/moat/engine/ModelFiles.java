package dev.moat.engine;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The files that a model or an adapter is read from, by their names; a large model has its weights
 * in several.
 */
public final class ModelFiles {
  private static final String CONFIG = "config.json";
  private static final String TOKENIZER = "tokenizer.json";
  private static final String WEIGHTS = ".safetensors";
  private static final int FILES_MAX = 10_000;

  private final String where;
  private final List<String> names;
  private final Function<String, byte[]> bytes;
  private final Function<String, Safetensors> weights;

  private ModelFiles(
      String where,
      List<String> names,
      Function<String, byte[]> bytes,
      Function<String, Safetensors> weights) {
    this.where = where;
    this.names = List.copyOf(names);
    this.bytes = bytes;
    this.weights = weights;
  }

  /** Files that {@code read} gives by name, or fails naming what is missing. */
  public static ModelFiles of(String where, List<String> names, Function<String, byte[]> read) {
    return new ModelFiles(
        where, names, read, name -> Safetensors.of(MemorySegment.ofArray(read.apply(name))));
  }

  /** The files of a folder, weights mapped into memory. */
  public static ModelFiles in(Path folder) {
    return new ModelFiles(
        folder.toString(),
        weightNames(folder),
        name -> read(folder.resolve(name)),
        name -> Safetensors.map(existing(folder.resolve(name))));
  }

  /** The model. */
  public Model model() {
    ModelConfig config = ModelConfig.parse(bytes.apply(CONFIG));
    Map<String, Safetensors> files = new TreeMap<>();
    names.stream()
        .filter(name -> name.endsWith(WEIGHTS))
        .forEach(name -> files.put(name, weights.apply(name)));
    if (files.isEmpty()) {
      String missing = where + ": has no *" + WEIGHTS + "; give a whole model";
      throw new Failure(new Problem.Missing(missing, "*" + WEIGHTS));
    }
    return Model.load(config, files);
  }

  /** The model's tokenizer. */
  public Tokenizer tokenizer() {
    return Tokenizer.parse(bytes.apply(TOKENIZER));
  }

  /** The adapter, which must belong to a model of this configuration. */
  public Adapter adapter(ModelConfig config) {
    return AdapterFiles.read(
        config, bytes.apply(AdapterFiles.CONFIG), weights.apply(AdapterFiles.WEIGHTS));
  }

  private static List<String> weightNames(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of(); // told of the first file that is asked for
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.endsWith(WEIGHTS))
          .limit(FILES_MAX)
          .toList();
    } catch (IOException e) {
      throw Failure.broken(folder + ": cannot be read (" + e.getMessage() + ")", e);
    }
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
