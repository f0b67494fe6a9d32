package dev.moat.eval;

import dev.moat.engine.AdamW;
import dev.moat.engine.Adapter;
import dev.moat.engine.AdapterFiles;
import dev.moat.engine.Batch;
import dev.moat.engine.Differentiation;
import dev.moat.engine.LoraConfig;
import dev.moat.engine.Model;
import dev.moat.engine.ModelConfig;
import dev.moat.engine.RopeConfig;
import dev.moat.engine.SafetensorsWriter;
import dev.moat.engine.Tensor;
import dev.moat.engine.Tokenizer;
import dev.moat.engine.TokenizerTrainer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A model of one layer over bytes, and an adapter that has learned a few texts by heart. */
final class TinyModels {
  static final ModelConfig CONFIG = config(32);

  private static final int STEPS = 60;
  private static final float EMBEDDING_SCALE = 15;

  private TinyModels() {}

  static ModelConfig config(int intermediateSize) {
    return new ModelConfig(
        "LlamaForCausalLM",
        257,
        16,
        intermediateSize,
        1,
        2,
        2,
        8,
        1e-6f,
        RopeConfig.of(10_000),
        64,
        true,
        false,
        false,
        -1,
        List.of(0));
  }

  static byte[] tokenizerJson() {
    return TokenizerTrainer.train(List.of("abc"), CONFIG.vocabularySize(), List.of("<|end|>"));
  }

  static Tokenizer tokenizer() {
    return Tokenizer.parse(tokenizerJson());
  }

  /** Random weights, with token embeddings large enough that an adapter can tell tokens apart. */
  static Model model() {
    Model model = Model.random(CONFIG, 3);
    Map<String, Tensor> tensors = new TreeMap<>(model.parameters());
    tensors.computeIfPresent(ModelConfig.EMBEDDING, (_, embedding) -> larger(embedding));
    return Model.of(CONFIG, tensors);
  }

  private static Tensor larger(Tensor tensor) {
    float[] values = tensor.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] *= EMBEDDING_SCALE;
    }
    return new Tensor(tensor.name(), tensor.shape(), values);
  }

  /** The files of the base model. */
  static Map<String, byte[]> modelFiles() {
    Map<String, byte[]> files = new TreeMap<>();
    files.put("config.json", CONFIG.toJson());
    files.put("tokenizer.json", tokenizerJson());
    files.put(
        "model.safetensors",
        SafetensorsWriter.bytes(
            model().parameters(), SafetensorsWriter.Type.F32, Map.of("format", "pt")));
    return files;
  }

  /** The files of an adapter that changes nothing. */
  static Map<String, byte[]> untrainedFiles() {
    return AdapterFiles.write(untrained(), "tiny");
  }

  /** The files of an adapter tuned on these texts. */
  static Map<String, byte[]> tunedFiles(List<String> texts) {
    return AdapterFiles.write(tuned(texts), "tiny");
  }

  static Adapter untrained() {
    return Adapter.initial(CONFIG, new LoraConfig(4, 8, LoraConfig.ALL_PROJECTIONS), 1);
  }

  static Adapter tuned(List<String> texts) {
    Adapter adapter = untrained();
    Batch batch = Batch.shifted(rows(texts));
    try (var pass = new Differentiation(model(), Optional.of(adapter), 1)) {
      AdamW optimiser = new AdamW(pass.trainable(), new AdamW.Settings(0.9, 0.999, 1e-8, 0));
      for (int step = 0; step < STEPS; step++) {
        pass.zeroGradients();
        pass.gradients(batch);
        optimiser.step(pass.gradients(), 0.02);
        pass.weightsChanged();
      }
    }
    return adapter;
  }

  private static int[][] rows(List<String> texts) {
    Tokenizer tokenizer = tokenizer();
    List<int[]> rows = new ArrayList<>();
    for (String text : texts) {
      int[] tokens = tokenizer.encode(text);
      int[] row = new int[Math.min(tokens.length + 1, CONFIG.contextLength())];
      row[0] = CONFIG.endToken();
      System.arraycopy(tokens, 0, row, 1, row.length - 1);
      rows.add(row);
    }
    return rows.toArray(int[][]::new);
  }
}
