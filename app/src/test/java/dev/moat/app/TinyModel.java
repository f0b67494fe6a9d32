package dev.moat.app;

import dev.moat.engine.Model;
import dev.moat.engine.ModelConfig;
import dev.moat.engine.RopeConfig;
import dev.moat.engine.Safetensors;
import dev.moat.engine.SafetensorsWriter;
import dev.moat.engine.Tensor;
import dev.moat.engine.Tokenizer;
import dev.moat.engine.TokenizerTrainer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Writes a model folder with random weights, small enough to tune in a second. */
final class TinyModel {
  private static final int VOCABULARY = 320;
  private static final int CONTEXT = 512;

  private TinyModel() {}

  static void write(Path folder) throws IOException {
    byte[] tokenizer =
        TokenizerTrainer.train(
            List.of(
                "public final class Example { private static int value(int a) { return a; } }",
                "/** Returns the value of the example, which is never null. */"),
            VOCABULARY,
            List.of("<|endoftext|>"));
    int size = Tokenizer.parse(tokenizer).vocabularySize();
    ModelConfig config =
        new ModelConfig(
            "LlamaForCausalLM",
            size,
            32,
            64,
            2,
            4,
            2,
            8,
            1e-5f,
            RopeConfig.of(10_000),
            CONTEXT,
            true,
            false,
            false,
            -1,
            List.of(0));
    Files.createDirectories(folder);
    Files.write(folder.resolve("config.json"), config.toJson());
    Files.write(folder.resolve("tokenizer.json"), tokenizer);
    Files.write(folder.resolve("model.safetensors"), bytes(Model.random(config, 17).parameters()));
    Files.writeString(folder.resolve("README.md"), "# Tiny model\n\nRandom weights, for tests.\n");
  }

  /** Spreads the weights of a model folder over two files, as large models come. */
  static void split(Path folder) throws IOException {
    Path whole = folder.resolve("model.safetensors");
    Safetensors weights = Safetensors.of(MemorySegment.ofArray(Files.readAllBytes(whole)));
    SortedMap<String, Tensor> first = new TreeMap<>();
    SortedMap<String, Tensor> second = new TreeMap<>();
    for (String name : weights.names()) {
      (name.hashCode() % 2 == 0 ? first : second).put(name, weights.floats(name));
    }
    Files.delete(whole);
    Files.write(folder.resolve("model-00001-of-00002.safetensors"), bytes(first));
    Files.write(folder.resolve("model-00002-of-00002.safetensors"), bytes(second));
  }

  private static byte[] bytes(SortedMap<String, Tensor> tensors) {
    return SafetensorsWriter.bytes(tensors, SafetensorsWriter.Type.BF16, Map.of("format", "pt"));
  }
}
