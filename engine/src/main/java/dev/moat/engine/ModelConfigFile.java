package dev.moat.engine;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.core.Text;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A {@code config.json} in Hugging Face's form. What would change the numbers and is not supported
 * is refused, never ignored.
 */
final class ModelConfigFile {
  private static final String NAME = "config.json";
  private static final List<String> ARCHITECTURES =
      List.of("LlamaForCausalLM", "MistralForCausalLM", "Qwen2ForCausalLM", "Qwen3ForCausalLM");

  private static final int VOCABULARY_MAX = 1 << 20;
  private static final int WIDTH_MAX = 1 << 16;
  private static final int COUNT_MAX = 1 << 10;
  private static final int CONTEXT_MAX = 1 << 24;
  private static final int END_TOKENS_MAX = 64;

  private final JsonNode root;

  private ModelConfigFile(JsonNode root) {
    this.root = root;
  }

  static ModelConfig parse(byte[] json) {
    ModelConfigFile file = new ModelConfigFile(Json.parse(json, NAME));
    try {
      return file.config();
    } catch (IllegalArgumentException e) {
      throw invalid("", String.valueOf(e.getMessage()), "correct the file");
    }
  }

  private ModelConfig config() {
    String architecture = architecture();
    refuseUnsupported(architecture);
    int hidden = integer("hidden_size", 1, WIDTH_MAX);
    int heads = integer("num_attention_heads", 1, COUNT_MAX);
    int keyValueHeads =
        has("num_key_value_heads") ? integer("num_key_value_heads", 1, heads) : heads;
    if (!has("head_dim") && hidden % heads != 0) {
      throw invalid("head_dim", "missing, and hidden_size is no multiple of the heads", "add it");
    }
    int headSize = has("head_dim") ? integer("head_dim", 2, WIDTH_MAX) : hidden / heads;
    return new ModelConfig(
        architecture,
        integer("vocab_size", 1, VOCABULARY_MAX),
        hidden,
        integer("intermediate_size", 1, WIDTH_MAX * 4),
        integer("num_hidden_layers", 1, COUNT_MAX),
        heads,
        keyValueHeads,
        headSize,
        (float) real("rms_norm_eps", 1e-6),
        rope(),
        context(),
        flag("tie_word_embeddings"),
        architecture.equals("Qwen2ForCausalLM"),
        architecture.equals("Qwen3ForCausalLM"),
        token("bos_token_id"),
        endTokens());
  }

  private String architecture() {
    JsonNode names = root.path("architectures");
    if (!names.isArray() || names.size() != 1) {
      throw invalid("architectures", "not a list of one name", "name one of " + ARCHITECTURES);
    }
    String name = names.path(0).asString("");
    if (!ARCHITECTURES.contains(name)) {
      throw invalid(
          "architectures",
          "\"" + Text.shortened(name, 60) + "\" is not supported",
          "use one of " + ARCHITECTURES);
    }
    return name;
  }

  private void refuseUnsupported(String architecture) {
    for (String key : List.of("auto_map", "quantization_config")) {
      if (has(key)) {
        throw invalid(key, "not supported", "use a model without it");
      }
    }
    if (!root.path("hidden_act").asString("silu").equals("silu")) {
      throw invalid("hidden_act", "only silu is supported", "use a model with it");
    }
    boolean qwen2 = architecture.equals("Qwen2ForCausalLM");
    if (flag("mlp_bias") || (flag("attention_bias") && !qwen2)) {
      throw invalid("attention_bias", "biases here are not supported", "use a model without them");
    }
    if (real("partial_rotary_factor", 1) != 1) {
      throw invalid("partial_rotary_factor", "only 1 is supported", "use a model with it");
    }
  }

  private int context() {
    int context = integer("max_position_embeddings", 1, CONTEXT_MAX);
    boolean windowed = !has("use_sliding_window") || flag("use_sliding_window");
    return has("sliding_window") && windowed
        ? Math.min(context, integer("sliding_window", 1, CONTEXT_MAX))
        : context;
  }

  private RopeConfig rope() {
    String key = has("rope_parameters") ? "rope_parameters" : "rope_scaling";
    JsonNode scaling = root.path(key);
    double theta =
        scaling.has("rope_theta") ? number(key, scaling, "rope_theta") : real("rope_theta", 10_000);
    return new RopeConfig(theta, scaling(key, scaling));
  }

  private static RopeConfig.Scaling scaling(String key, JsonNode scaling) {
    if (scaling.isMissingNode() || scaling.isNull()) {
      return new RopeConfig.Scaling.None();
    }
    String type = scaling.path("rope_type").asString(scaling.path("type").asString("default"));
    return switch (type) {
      case "default" -> new RopeConfig.Scaling.None();
      case "linear" -> new RopeConfig.Scaling.Linear(number(key, scaling, "factor"));
      case "llama3" ->
          new RopeConfig.Scaling.Llama3(
              number(key, scaling, "factor"),
              number(key, scaling, "low_freq_factor"),
              number(key, scaling, "high_freq_factor"),
              (int) number(key, scaling, "original_max_position_embeddings"));
      default ->
          throw invalid(
              key + ".rope_type",
              "\"" + Text.shortened(type, 40) + "\" is not supported",
              "use default, linear or llama3");
    };
  }

  private int token(String key) {
    return has(key) ? integer(key, 0, VOCABULARY_MAX - 1) : -1;
  }

  private List<Integer> endTokens() {
    String key = "eos_token_id";
    if (!root.path(key).isArray()) {
      return has(key) ? List.of(token(key)) : List.of();
    }
    if (root.path(key).size() > END_TOKENS_MAX) {
      throw invalid(key, "too many", "name at most " + END_TOKENS_MAX);
    }
    return root.path(key)
        .valueStream()
        .map(token -> integer(key, token, 0, VOCABULARY_MAX - 1))
        .toList();
  }

  private boolean has(String key) {
    return !root.path(key).isMissingNode() && !root.path(key).isNull();
  }

  private boolean flag(String key) {
    if (!has(key)) {
      return false;
    }
    if (!root.path(key).isBoolean()) {
      throw invalid(key, "not true or false", "correct it");
    }
    return root.path(key).asBoolean();
  }

  private int integer(String key, int least, int most) {
    return integer(key, root.path(key), least, most);
  }

  private static int integer(String key, JsonNode value, int least, int most) {
    if (!value.isInt() || value.asInt() < least || value.asInt() > most) {
      String found = value.isMissingNode() ? "missing" : Text.shortened(value.toString(), 40);
      throw invalid(key, found, "give an integer from " + least + " to " + most);
    }
    return value.asInt();
  }

  private double real(String key, double otherwise) {
    return has(key) ? number("", root, key) : otherwise;
  }

  private static double number(String parent, JsonNode object, String key) {
    JsonNode value = object.path(key);
    if (!value.isNumber() || !Double.isFinite(value.asDouble())) {
      throw invalid(parent.isEmpty() ? key : parent + "." + key, "not a number", "give one");
    }
    return value.asDouble();
  }

  private static Failure invalid(String key, String why, String remedy) {
    String where = key.isEmpty() ? "" : " " + key;
    return new Failure(new Problem.Invalid(NAME + where + ": " + why + "; " + remedy, key));
  }

  static byte[] toJson(ModelConfig config) {
    ObjectNode root = Json.object();
    root.putArray("architectures").add(config.architecture());
    root.put(
        "model_type",
        config.architecture().replace("ForCausalLM", "").toLowerCase(java.util.Locale.ROOT));
    root.put("vocab_size", config.vocabularySize()).put("hidden_size", config.hiddenSize());
    root.put("intermediate_size", config.intermediateSize());
    root.put("num_hidden_layers", config.layers()).put("num_attention_heads", config.heads());
    root.put("num_key_value_heads", config.keyValueHeads()).put("head_dim", config.headSize());
    root.put("hidden_act", "silu");
    root.put("rms_norm_eps", Double.parseDouble(Float.toString(config.normEpsilon())));
    root.put("rope_theta", config.rope().theta());
    putScaling(root, config.rope().scaling());
    root.put("max_position_embeddings", config.contextLength());
    root.put("tie_word_embeddings", config.tiedEmbeddings());
    root.put("attention_bias", config.attentionBias()).put("mlp_bias", false);
    putToken(root, "bos_token_id", config.beginToken());
    if (config.endTokens().size() > 1) {
      config.endTokens().forEach(root.putArray("eos_token_id")::add);
    } else {
      putToken(root, "eos_token_id", config.endToken());
    }
    root.put("torch_dtype", "bfloat16");
    return Json.pretty(root).getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  private static void putScaling(ObjectNode root, RopeConfig.Scaling scaling) {
    switch (scaling) {
      case RopeConfig.Scaling.None() -> root.putNull("rope_scaling");
      case RopeConfig.Scaling.Linear(double factor) ->
          root.putObject("rope_scaling").put("rope_type", "linear").put("factor", factor);
      case RopeConfig.Scaling.Llama3 llama3 ->
          root.putObject("rope_scaling")
              .put("rope_type", "llama3")
              .put("factor", llama3.factor())
              .put("low_freq_factor", llama3.lowFactor())
              .put("high_freq_factor", llama3.highFactor())
              .put("original_max_position_embeddings", llama3.originalContextLength());
    }
  }

  private static void putToken(ObjectNode root, String key, int token) {
    if (token < 0) {
      root.putNull(key);
    } else {
      root.put(key, token);
    }
  }
}
