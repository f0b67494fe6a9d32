package dev.moat.engine;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.core.Text;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The two files in which PEFT keeps a LoRA adapter. What would change the numbers and is not
 * supported is refused, never ignored.
 */
public final class AdapterFiles {
  /** The name of the file with the hyperparameters. */
  public static final String CONFIG = "adapter_config.json";

  /** The name of the file with the matrices. */
  public static final String WEIGHTS = "adapter_model.safetensors";

  /** Starts that leave the base as it is; others have changed it and need the changed one. */
  private static final Set<String> STARTS = Set.of("true", "false", "gaussian", "eva");

  private AdapterFiles() {}

  /**
   * The bytes of both files by their names; {@code baseModel} names what the adapter belongs to.
   */
  public static SortedMap<String, byte[]> write(Adapter adapter, String baseModel) {
    SortedMap<String, byte[]> files = new TreeMap<>();
    files.put(CONFIG, config(adapter.config(), baseModel));
    files.put(
        WEIGHTS,
        SafetensorsWriter.bytes(
            adapter.parameters(), SafetensorsWriter.Type.F32, Map.of("format", "pt")));
    return files;
  }

  /** Reads an adapter; its tensors must be exactly those that the configuration calls for. */
  public static Adapter read(ModelConfig model, byte[] adapterConfig, Safetensors weights) {
    LoraConfig config = parse(adapterConfig);
    Map<String, Tensor> tensors = new HashMap<>();
    for (String name : weights.names()) {
      tensors.put(name, weights.floats(name));
    }
    return Adapter.of(model, config, tensors);
  }

  private static byte[] config(LoraConfig config, String baseModel) {
    ObjectNode root = Json.object();
    root.put("peft_type", "LORA").put("task_type", "CAUSAL_LM");
    root.put("base_model_name_or_path", baseModel);
    root.put("r", config.rank()).put("lora_alpha", config.alpha()).put("lora_dropout", 0.0);
    config.targetModules().forEach(root.putArray("target_modules")::add);
    root.put("bias", "none").put("fan_in_fan_out", false);
    root.put("use_dora", false).put("use_rslora", false);
    root.putNull("modules_to_save").put("inference_mode", true);
    return Json.pretty(root).getBytes(StandardCharsets.UTF_8);
  }

  private static LoraConfig parse(byte[] json) {
    JsonNode root = Json.parse(json, CONFIG);
    requireText(root, "peft_type", "LORA", "");
    requireText(root, "bias", "none", "none");
    String start = root.path("init_lora_weights").asString("true");
    if (!STARTS.contains(start)) {
      throw invalid(
          "init_lora_weights",
          "\"" + Text.shortened(start, 40) + "\" belongs to a changed base",
          "convert it to a plain LoRA adapter");
    }
    for (String flag :
        List.of("use_dora", "use_rslora", "fan_in_fan_out", "lora_bias", "use_qalora")) {
      JsonNode value = root.path(flag);
      if (!isEmpty(value) && (!value.isBoolean() || value.asBoolean())) {
        throw invalid(flag, "only false is supported", "use a plain LoRA adapter");
      }
    }
    for (String key :
        List.of(
            "modules_to_save",
            "rank_pattern",
            "alpha_pattern",
            "layers_to_transform",
            "layers_pattern",
            "layer_replication",
            "exclude_modules",
            "trainable_token_indices",
            "target_parameters",
            "alora_invocation_tokens",
            "arrow_config")) {
      if (!isEmpty(root.path(key))) {
        throw invalid(key, "not supported", "use a plain LoRA adapter");
      }
    }
    JsonNode rank = root.path("r");
    JsonNode alpha = root.path("lora_alpha");
    if (!rank.isInt() || !alpha.isNumber()) {
      throw invalid(rank.isInt() ? "lora_alpha" : "r", "not a number", "give one");
    }
    return new LoraConfig(rank.asInt(), (float) alpha.asDouble(), targets(root));
  }

  private static List<String> targets(JsonNode root) {
    JsonNode targets = root.path("target_modules");
    List<String> out = new ArrayList<>();
    for (JsonNode target : targets) {
      if (!target.isString() || out.size() >= LoraConfig.ALL_PROJECTIONS.size()) {
        throw invalid("target_modules", "not a list of projections", "name each once");
      }
      out.add(target.asString());
    }
    if (out.isEmpty()) {
      throw invalid("target_modules", "not a list of names", "name the projections");
    }
    return out;
  }

  private static void requireText(JsonNode root, String key, String expected, String otherwise) {
    String found = root.path(key).asString(otherwise);
    if (!found.equals(expected)) {
      throw invalid(
          key,
          "\"" + Text.shortened(found, 40) + "\" is not supported",
          "use an adapter with " + expected);
    }
  }

  private static boolean isEmpty(JsonNode node) {
    return node.isMissingNode() || node.isNull() || (node.isContainer() && node.isEmpty());
  }

  private static Failure invalid(String key, String why, String remedy) {
    return new Failure(new Problem.Invalid(CONFIG + " " + key + ": " + why + "; " + remedy, key));
  }
}
