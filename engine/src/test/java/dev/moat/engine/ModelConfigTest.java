package dev.moat.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

final class ModelConfigTest {
  /** The shape of SmolLM2-135M. */
  private static final String LLAMA =
      """
      {"architectures":["LlamaForCausalLM"],"attention_bias":false,"attention_dropout":0.0,
       "bos_token_id":0,"eos_token_id":0,"hidden_act":"silu","hidden_size":576,
       "initializer_range":0.041666666666666664,"intermediate_size":1536,"is_llama_config":true,
       "max_position_embeddings":8192,"mlp_bias":false,"model_type":"llama",
       "num_attention_heads":9,"num_hidden_layers":30,"num_key_value_heads":3,
       "pretraining_tp":1,"rms_norm_eps":1e-05,"rope_interleaved":false,"rope_scaling":null,
       "rope_theta":100000,"tie_word_embeddings":true,"torch_dtype":"bfloat16",
       "use_cache":true,"vocab_size":49152}
      """;

  private static final String QWEN2 =
      """
      {"architectures":["Qwen2ForCausalLM"],"bos_token_id":151643,"eos_token_id":151645,
       "hidden_act":"silu","hidden_size":896,"intermediate_size":4864,
       "max_position_embeddings":32768,"max_window_layers":21,"num_attention_heads":14,
       "num_hidden_layers":24,"num_key_value_heads":2,"rms_norm_eps":1e-06,
       "rope_theta":1000000.0,"sliding_window":4096,"tie_word_embeddings":true,
       "use_sliding_window":false,"vocab_size":151936}
      """;

  private static final String QWEN3 =
      """
      {"architectures":["Qwen3ForCausalLM"],"attention_bias":false,"bos_token_id":151643,
       "eos_token_id":[151645,151643],"head_dim":128,"hidden_act":"silu","hidden_size":1024,
       "intermediate_size":3072,"max_position_embeddings":40960,"num_attention_heads":16,
       "num_hidden_layers":28,"num_key_value_heads":8,"rms_norm_eps":1e-06,
       "rope_parameters":{"rope_theta":1000000,"rope_type":"default"},
       "tie_word_embeddings":true,"vocab_size":151936}
      """;

  private static final String MISTRAL =
      """
      {"architectures":["MistralForCausalLM"],"bos_token_id":1,"eos_token_id":2,
       "hidden_act":"silu","hidden_size":4096,"intermediate_size":14336,
       "max_position_embeddings":32768,"num_attention_heads":32,"num_hidden_layers":32,
       "num_key_value_heads":8,"rms_norm_eps":1e-05,"rope_theta":10000.0,
       "sliding_window":4096,"tie_word_embeddings":false,"vocab_size":32000}
      """;

  private static final String LLAMA3_SCALING =
      """
      {"factor":32.0,"high_freq_factor":4.0,"low_freq_factor":1.0,
       "original_max_position_embeddings":8192,"rope_type":"llama3"}
      """;

  private static ModelConfig parse(String json) {
    return ModelConfig.parse(json.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private static ModelConfig changed(Consumer<ObjectNode> change) {
    ObjectNode root = (ObjectNode) Json.parse(LLAMA, "test");
    change.accept(root);
    return ModelConfig.parse(Json.bytes(root));
  }

  private static void assertRefused(String key, Consumer<ObjectNode> change) {
    Failure failure = assertThrows(Failure.class, () -> changed(change), key);
    assertTrue(failure.getMessage().startsWith("config.json " + key), failure.getMessage());
    Problem.Invalid problem = assertInstanceOf(Problem.Invalid.class, failure.problem());
    assertEquals(key, problem.field());
  }

  @Test
  void readsALlama() {
    ModelConfig config = parse(LLAMA);
    assertEquals("LlamaForCausalLM", config.architecture());
    assertEquals(49_152, config.vocabularySize());
    assertEquals(576, config.hiddenSize());
    assertEquals(1_536, config.intermediateSize());
    assertEquals(30, config.layers());
    assertEquals(9, config.heads());
    assertEquals(3, config.keyValueHeads());
    assertEquals(64, config.headSize());
    assertEquals(1e-5f, config.normEpsilon());
    assertEquals(RopeConfig.of(100_000), config.rope());
    assertEquals(8_192, config.contextLength());
    assertTrue(config.tiedEmbeddings());
    assertFalse(config.attentionBias() || config.queryKeyNorm());
    assertEquals(0, config.endToken());
  }

  @Test
  void readsAQwen2WithBiases() {
    ModelConfig config = parse(QWEN2);
    assertTrue(config.attentionBias());
    assertFalse(config.queryKeyNorm());
    assertEquals(32_768, config.contextLength());
    assertEquals(151_643, config.beginToken());
    assertTrue(config.parameterNames().contains("model.layers.23.self_attn.v_proj.bias"));
    assertFalse(config.parameterNames().contains("model.layers.0.self_attn.o_proj.bias"));
    assertArrayEquals(new int[] {128}, config.shape("model.layers.0.self_attn.k_proj.bias"));
  }

  @Test
  void beginsATextOnlyWhereTheModelHasATokenForIt() {
    int[] text = {7, 8};
    assertArrayEquals(new int[] {151_643, 7, 8}, parse(QWEN2).begun(text));
    String without = QWEN2.replace("\"bos_token_id\"", "\"no_bos_token_id\"");
    assertArrayEquals(text, parse(without).begun(text));
  }

  @Test
  void readsAQwen3WithHeadNormsAndItsOwnHeadSize() {
    ModelConfig config = parse(QWEN3);
    assertTrue(config.queryKeyNorm());
    assertEquals(128, config.headSize());
    assertEquals(List.of(151_645, 151_643), config.endTokens());
    assertEquals(151_645, config.endToken());
    assertEquals(RopeConfig.of(1_000_000), config.rope());
    assertArrayEquals(
        new int[] {2_048, 1_024}, config.shape("model.layers.0.self_attn.q_proj.weight"));
    assertArrayEquals(new int[] {128}, config.shape("model.layers.0.self_attn.q_norm.weight"));
  }

  @Test
  void limitsAMistralToItsWindow() {
    ModelConfig config = parse(MISTRAL);
    assertEquals(4_096, config.contextLength());
    assertFalse(config.tiedEmbeddings());
    assertEquals(List.of("lm_head.weight"), config.parameterNames().subList(0, 1));
  }

  @Test
  void readsScalings() {
    ModelConfig llama3 =
        changed(root -> root.set("rope_scaling", Json.parse(LLAMA3_SCALING, "test")));
    assertEquals(new RopeConfig.Scaling.Llama3(32, 1, 4, 8_192), llama3.rope().scaling());
    ModelConfig linear =
        changed(root -> root.putObject("rope_scaling").put("type", "linear").put("factor", 2.5));
    assertEquals(new RopeConfig.Scaling.Linear(2.5), linear.rope().scaling());
  }

  @Test
  void refusesWhatItCannotCompute() {
    assertRefused("architectures", root -> root.putArray("architectures").add("GPT2LMHeadModel"));
    assertRefused("architectures", root -> root.putArray("architectures"));
    assertRefused("architectures", root -> root.remove("architectures"));
    assertRefused("hidden_act", root -> root.put("hidden_act", "gelu"));
    assertRefused("attention_bias", root -> root.put("attention_bias", true));
    assertRefused("attention_bias", root -> root.put("mlp_bias", true));
    assertRefused("partial_rotary_factor", root -> root.put("partial_rotary_factor", 0.5));
    assertRefused("quantization_config", root -> root.putObject("quantization_config").put("b", 4));
    assertRefused("auto_map", root -> root.putObject("auto_map").put("AutoModel", "evil.Model"));
    assertRefused(
        "rope_scaling.rope_type", root -> root.putObject("rope_scaling").put("rope_type", "yarn"));
  }

  @Test
  void refusesMissingAndAbsurdSizesByName() {
    for (String key :
        List.of(
            "vocab_size",
            "hidden_size",
            "intermediate_size",
            "num_hidden_layers",
            "num_attention_heads",
            "max_position_embeddings")) {
      assertRefused(key, root -> root.remove(key));
      assertRefused(key, root -> root.put(key, 0));
      assertRefused(key, root -> root.put(key, -1));
      assertRefused(key, root -> root.put(key, 1L << 40));
      assertRefused(key, root -> root.put(key, "12"));
      assertRefused(key, root -> root.put(key, 2.5));
    }
  }

  @Test
  void refusesHeadsThatDoNotDivide() {
    assertRefused("num_key_value_heads", root -> root.put("num_key_value_heads", 10));
    assertRefused("head_dim", root -> root.put("num_attention_heads", 7).remove("head_dim"));
    Failure uneven =
        assertThrows(Failure.class, () -> changed(root -> root.put("num_key_value_heads", 2)));
    assertTrue(uneven.getMessage().contains("num_key_value_heads"), uneven.getMessage());
    Failure odd = assertThrows(Failure.class, () -> changed(root -> root.put("head_dim", 63)));
    assertTrue(odd.getMessage().contains("head_dim"), odd.getMessage());
  }

  @Test
  void refusesBadNumbersAndFlags() {
    assertRefused("rms_norm_eps", root -> root.put("rms_norm_eps", "small"));
    assertRefused("tie_word_embeddings", root -> root.put("tie_word_embeddings", 1));
    assertRefused("eos_token_id", root -> root.put("eos_token_id", "</s>"));
    assertRefused("eos_token_id", root -> root.putArray("eos_token_id").add(1).add("</s>"));
    assertRefused(
        "eos_token_id",
        root -> {
          ArrayNode many = root.putArray("eos_token_id");
          for (int id = 0; id < 65; id++) {
            many.add(id);
          }
        });
    assertRefused("bos_token_id", root -> root.put("bos_token_id", -5));
    Failure theta = assertThrows(Failure.class, () -> changed(root -> root.put("rope_theta", 0)));
    assertTrue(theta.getMessage().contains("rope_theta"), theta.getMessage());
  }

  @Test
  void tokensMayBeAbsent() {
    ModelConfig config = changed(root -> root.putNull("bos_token_id").remove("eos_token_id"));
    assertEquals(-1, config.beginToken());
    assertEquals(-1, config.endToken());
    assertEquals(List.of(), config.endTokens());
  }

  @Test
  void writesWhatItReads() {
    for (String json : List.of(LLAMA, QWEN2, QWEN3, MISTRAL)) {
      ModelConfig config = parse(json);
      assertEquals(config, ModelConfig.parse(config.toJson()));
    }
    for (RopeConfig.Scaling scaling :
        List.of(new RopeConfig.Scaling.Linear(4), new RopeConfig.Scaling.Llama3(8, 1, 4, 8_192))) {
      ModelConfig config =
          Models.config(64, 32, 48, 2).rope(new RopeConfig(500_000, scaling)).build();
      assertEquals(config, ModelConfig.parse(config.toJson()));
    }
  }

  @Test
  void namesTheTwentyOneParametersOfTheGoldenModel() {
    List<String> names = Models.config(64, 32, 48, 2).build().parameterNames();
    assertEquals(21, names.size());
    assertEquals("lm_head.weight", names.getFirst());
    assertEquals("model.norm.weight", names.getLast());
    assertEquals(names.stream().sorted().toList(), names);
  }

  @Test
  void givesEveryNameAShape() {
    ModelConfig config = Models.config(64, 32, 48, 2).bias().headNorms().build();
    for (String name : config.parameterNames()) {
      int[] shape = config.shape(name);
      assertTrue(shape.length == 1 || shape.length == 2, name);
      assertTrue(shape[0] > 0, name);
    }
    assertArrayEquals(new int[] {64, 32}, config.shape("lm_head.weight"));
    assertArrayEquals(new int[] {32, 48}, config.shape("model.layers.1.mlp.down_proj.weight"));
    assertThrows(IllegalArgumentException.class, () -> config.shape("model.layers.0.moe.weight"));
  }

  @Test
  void damagedFilesAreReadOrRefusedButNeverCrash() {
    byte[] intact = LLAMA.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    SplittableRandom random = new SplittableRandom(3);
    int refused = 0;
    for (int round = 0; round < 3_000; round++) {
      byte[] damaged = intact.clone();
      int changes = 1 + random.nextInt(3);
      for (int i = 0; i < changes; i++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      try {
        assertTrue(ModelConfig.parse(damaged).layers() > 0);
      } catch (Failure e) {
        refused++;
        assertTrue(e.getMessage().startsWith("config.json"), e.getMessage());
      }
    }
    assertTrue(refused > 1_000, "refused " + refused);
  }
}
