package dev.moat.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModelFilesTest {
  private static final String WEIGHTS = "model.safetensors";

  @TempDir Path folder;
  private final Map<String, byte[]> files = new TreeMap<>();
  private Model model = Model.random(config(), 5);

  private static ModelConfig config() {
    byte[] json =
        """
        {"architectures":["LlamaForCausalLM"],"model_type":"llama","vocab_size":257,
         "hidden_size":16,"intermediate_size":16,"num_hidden_layers":1,"num_attention_heads":2,
         "num_key_value_heads":1,"rms_norm_eps":1e-5,"max_position_embeddings":64,
         "tie_word_embeddings":true,"hidden_act":"silu","eos_token_id":0}
        """
            .getBytes(StandardCharsets.UTF_8);
    return ModelConfig.parse(json);
  }

  @BeforeEach
  void makeFiles() {
    model = Model.random(config(), 5);
    files.put("config.json", config().toJson());
    files.put("tokenizer.json", TokenizerTrainer.train(List.of(), 257, List.of("<|end|>")));
    files.put(WEIGHTS, bytes(model.parameters()));
  }

  private static byte[] bytes(SortedMap<String, Tensor> tensors) {
    return SafetensorsWriter.bytes(tensors, SafetensorsWriter.Type.F32, Map.of("format", "pt"));
  }

  private void split() {
    files.remove(WEIGHTS);
    files.put("model-1.safetensors", bytes(model.parameters().headMap("model.layers.0.self")));
    files.put("model-2.safetensors", bytes(model.parameters().tailMap("model.layers.0.self")));
  }

  private ModelFiles inMemory() {
    return ModelFiles.of(
        "model abc", List.copyOf(files.keySet()), name -> files.getOrDefault(name, new byte[0]));
  }

  private ModelFiles onDisk() throws IOException {
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(folder.resolve(file.getKey()), file.getValue());
    }
    return ModelFiles.in(folder);
  }

  private void assertRead(ModelFiles read) {
    Model found = read.model();
    assertEquals(model.parameters().keySet(), found.parameters().keySet());
    found
        .parameters()
        .forEach((name, tensor) -> assertArrayEquals(model.values(name), tensor.values(), name));
    assertEquals(257, read.tokenizer().vocabularySize());
  }

  @Test
  void readsTheSameFromMemoryAndFromAFolder() throws IOException {
    assertRead(inMemory());
    assertRead(onDisk());
  }

  @Test
  void readsWeightsInSeveralFiles() throws IOException {
    split();
    assertRead(inMemory());
    assertRead(onDisk());
  }

  @Test
  void saysWhereWeightsAreMissing() {
    files.remove(WEIGHTS);
    Failure failure = assertThrows(Failure.class, () -> inMemory().model());
    assertInstanceOf(Problem.Missing.class, failure.problem());
    assertTrue(failure.getMessage().startsWith("model abc: has no *.safetensors"));
  }

  @Test
  void namesTheFileThatAFolderLacks() {
    Failure failure = assertThrows(Failure.class, () -> ModelFiles.in(folder).model());
    assertTrue(failure.getMessage().contains("config.json: no such file"), failure.getMessage());
    Path nowhere = folder.resolve("nowhere");
    failure = assertThrows(Failure.class, () -> ModelFiles.in(nowhere).tokenizer());
    assertTrue(failure.getMessage().contains("tokenizer.json: no such"), failure.getMessage());
  }

  @Test
  void readsAnAdapterOfThisModel() {
    Adapter adapter = Adapter.initial(config(), new LoraConfig(2, 4, List.of("q_proj")), 1);
    files.putAll(AdapterFiles.write(adapter, "base"));
    assertEquals(2, inMemory().adapter(config()).config().rank());
  }
}
