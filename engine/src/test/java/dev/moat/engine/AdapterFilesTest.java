package dev.moat.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

final class AdapterFilesTest {
  private static final ModelConfig MODEL = Models.config(64, 32, 48, 2).build();
  private static final LoraConfig LORA = new LoraConfig(4, 8, List.of("q_proj", "v_proj"));

  private static SortedMap<String, byte[]> files() {
    Adapter adapter = Adapter.initial(MODEL, LORA, 3);
    Models.values(adapter.parameters(), name("v_proj.lora_B"))[5] = 0.75f;
    return AdapterFiles.write(adapter, "sha256:abc");
  }

  private static String name(String matrix) {
    return "base_model.model.model.layers.1.self_attn." + matrix + ".weight";
  }

  private static byte[] part(SortedMap<String, byte[]> files, String name) {
    byte[] bytes = files.get(name);
    if (bytes == null) {
      throw new IllegalStateException(name + " was not written");
    }
    return bytes;
  }

  private static Safetensors weights(SortedMap<String, byte[]> files) {
    return Safetensors.of(MemorySegment.ofArray(part(files, AdapterFiles.WEIGHTS)));
  }

  private static Adapter changed(Consumer<ObjectNode> change) {
    SortedMap<String, byte[]> files = files();
    ObjectNode config = (ObjectNode) Json.parse(part(files, AdapterFiles.CONFIG), "test");
    change.accept(config);
    return AdapterFiles.read(MODEL, Json.bytes(config), weights(files));
  }

  private static void assertRefused(String expected, Consumer<ObjectNode> change) {
    Failure failure = assertThrows(Failure.class, () -> changed(change), expected);
    assertTrue(failure.getMessage().contains(expected), failure.getMessage());
  }

  @Test
  void writesTheTwoFilesOfPeft() {
    SortedMap<String, byte[]> files = files();
    assertEquals(Set.of("adapter_config.json", "adapter_model.safetensors"), files.keySet());
    JsonNode config = Json.parse(part(files, AdapterFiles.CONFIG), "test");
    assertEquals("LORA", config.path("peft_type").asString());
    assertEquals("CAUSAL_LM", config.path("task_type").asString());
    assertEquals("sha256:abc", config.path("base_model_name_or_path").asString());
    assertEquals(4, config.path("r").asInt());
    assertEquals(8, config.path("lora_alpha").asInt());
    assertEquals("none", config.path("bias").asString());
    assertTrue(config.path("modules_to_save").isNull());
    assertEquals(2, config.path("target_modules").size());
  }

  @Test
  void namesMatricesAsPeftDoes() {
    Safetensors weights = weights(files());
    assertEquals(8, weights.names().size());
    assertEquals(Map.of("format", "pt"), weights.metadata());
    assertArrayEquals(new int[] {4, 32}, weights.shape(name("q_proj.lora_A")));
    assertArrayEquals(new int[] {16, 4}, weights.shape(name("v_proj.lora_B")));
  }

  @Test
  void readsBackWhatItWrote() {
    SortedMap<String, byte[]> files = files();
    Adapter adapter = AdapterFiles.read(MODEL, part(files, AdapterFiles.CONFIG), weights(files));
    assertEquals(LORA, adapter.config());
    assertEquals(0.75f, Models.values(adapter.parameters(), name("v_proj.lora_B"))[5]);
    SortedMap<String, byte[]> again = AdapterFiles.write(adapter, "sha256:abc");
    for (String file : files.keySet()) {
      assertArrayEquals(part(files, file), part(again, file), file);
    }
  }

  @Test
  void readsTheSmallestConfigurationThatPeftLoads() {
    Adapter adapter =
        changed(
            config -> {
              for (String key : List.copyOf(config.propertyNames())) {
                if (!Set.of("peft_type", "target_modules", "r", "lora_alpha").contains(key)) {
                  config.remove(key);
                }
              }
            });
    assertEquals(LORA, adapter.config());
  }

  @Test
  void refusesWhatWouldChangeTheNumbers() {
    assertRefused("peft_type", config -> config.put("peft_type", "IA3"));
    assertRefused("bias", config -> config.put("bias", "all"));
    assertRefused("use_dora", config -> config.put("use_dora", true));
    assertRefused("use_rslora", config -> config.put("use_rslora", true));
    assertRefused("fan_in_fan_out", config -> config.put("fan_in_fan_out", "yes"));
    assertRefused("modules_to_save", config -> config.putArray("modules_to_save").add("lm_head"));
    assertRefused("rank_pattern", config -> config.putObject("rank_pattern").put("q_proj", 8));
    assertRefused("alpha_pattern", config -> config.putObject("alpha_pattern").put("q_proj", 8));
    assertRefused("layers_to_transform", config -> config.putArray("layers_to_transform").add(0));
  }

  @Test
  void refusesAdaptersThatAreNotAppliedToEveryToken() {
    assertRefused(
        "alora_invocation_tokens",
        config -> config.putArray("alora_invocation_tokens").add(1).add(2));
    assertRefused("arrow_config", config -> config.putObject("arrow_config").put("top_k", 3));
    assertRefused("target_parameters", config -> config.putArray("target_parameters").add("w"));
    assertRefused("lora_bias", config -> config.put("lora_bias", true));
    assertRefused("use_qalora", config -> config.put("use_qalora", true));
  }

  @Test
  void refusesStartsThatHaveChangedTheBase() {
    for (String start : List.of("pissa", "pissa_niter_4", "olora", "corda", "loftq")) {
      assertRefused("init_lora_weights", config -> config.put("init_lora_weights", start));
    }
  }

  @Test
  void takesStartsThatLeaveTheBaseAsItIs() {
    assertEquals(LORA, changed(config -> config.put("init_lora_weights", true)).config());
    assertEquals(LORA, changed(config -> config.put("init_lora_weights", false)).config());
    assertEquals(LORA, changed(config -> config.put("init_lora_weights", "gaussian")).config());
    assertEquals(LORA, changed(config -> config.putNull("init_lora_weights")).config());
  }

  @Test
  void refusesBadHyperparameters() {
    assertRefused("r: not a number", config -> config.put("r", "4"));
    assertRefused("lora_alpha: not a number", config -> config.putNull("lora_alpha"));
    assertRefused("lora r", config -> config.put("r", 0));
    assertRefused("target_modules", config -> config.putArray("target_modules"));
    assertRefused("target_modules", config -> config.put("target_modules", ".*"));
    assertRefused("target_modules", config -> config.putArray("target_modules").add(7));
    assertRefused(
        "lora target module lm_head", config -> config.putArray("target_modules").add("lm_head"));
  }

  @Test
  void refusesTensorsThatTheConfigurationDoesNotCallFor() {
    assertRefused("no such projection", config -> config.putArray("target_modules").add("q_proj"));
    assertRefused(
        "missing",
        config -> config.putArray("target_modules").add("q_proj").add("v_proj").add("k_proj"));
    assertRefused("shape [4, 32]", config -> config.put("r", 5));
  }

  @Test
  void refusesAWrongPrefixInsteadOfRunningAsTheBase() {
    SortedMap<String, Tensor> renamed = new TreeMap<>();
    Adapter.initial(MODEL, LORA, 3)
        .parameters()
        .forEach(
            (name, tensor) ->
                renamed.put(
                    name.replace("base_model.model.", ""),
                    new Tensor(name, tensor.shape(), tensor.values())));
    byte[] bytes = SafetensorsWriter.bytes(renamed, SafetensorsWriter.Type.F32, Map.of());
    Failure failure =
        assertThrows(
            Failure.class,
            () ->
                AdapterFiles.read(
                    MODEL,
                    part(files(), AdapterFiles.CONFIG),
                    Safetensors.of(MemorySegment.ofArray(bytes))));
    assertTrue(failure.getMessage().contains("no such projection"), failure.getMessage());
  }

  @Test
  void damagedConfigurationsAreReadOrRefusedButNeverCrash() {
    SortedMap<String, byte[]> files = files();
    Safetensors weights = weights(files);
    SplittableRandom random = new SplittableRandom(21);
    int refused = 0;
    for (int round = 0; round < 3_000; round++) {
      byte[] damaged = part(files, AdapterFiles.CONFIG).clone();
      for (int i = 0; i <= random.nextInt(3); i++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      try {
        assertEquals(4, AdapterFiles.read(MODEL, damaged, weights).config().rank());
      } catch (Failure e) {
        refused++;
      }
    }
    assertTrue(refused > 500, "refused " + refused);
  }
}
