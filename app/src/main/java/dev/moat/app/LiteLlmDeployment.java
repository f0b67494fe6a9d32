package dev.moat.app;

import dev.moat.core.Json;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One entry of LiteLLM's {@code model_list}: a model at a provider.
 *
 * @param model the name that callers use
 * @param provider what stands before the slash of {@code litellm_params.model}, else {@code openai}
 * @param name the model's name at the provider
 * @param parameters all of {@code litellm_params}
 * @param information all of {@code model_info}
 */
record LiteLlmDeployment(
    String model, String provider, String name, JsonNode parameters, JsonNode information) {
  private static final String ENVIRONMENT = "os.environ/";

  /** Providers that serve a protocol of ours, and where, unless {@code api_base} says otherwise. */
  private static final Map<String, String> ADDRESSES =
      Map.ofEntries(
          Map.entry("openai", "https://api.openai.com/v1"),
          Map.entry("anthropic", "https://api.anthropic.com/v1"),
          Map.entry("deepseek", "https://api.deepseek.com/v1"),
          Map.entry("fireworks_ai", "https://api.fireworks.ai/inference/v1"),
          Map.entry("groq", "https://api.groq.com/openai/v1"),
          Map.entry("mistral", "https://api.mistral.ai/v1"),
          Map.entry("openrouter", "https://openrouter.ai/api/v1"),
          Map.entry("together_ai", "https://api.together.xyz/v1"),
          Map.entry("xai", "https://api.x.ai/v1"),
          Map.entry("ollama", "http://127.0.0.1:11434/v1"),
          Map.entry("ollama_chat", "http://127.0.0.1:11434/v1"));

  /** Providers that are a server of one's own: without {@code api_base} nobody knows where. */
  private static final Set<String> OWN_SERVERS =
      Set.of("hosted_vllm", "vllm", "openai_like", "custom_openai", "lm_studio", "llamafile");

  static LiteLlmDeployment of(JsonNode entry) {
    JsonNode parameters = entry.path("litellm_params");
    String whole = parameters.path("model").asString("");
    String given = parameters.path("custom_llm_provider").asString("");
    int slash = whole.indexOf('/');
    String before = slash < 0 ? "" : whole.substring(0, slash);
    boolean prefixed = ADDRESSES.containsKey(before) || OWN_SERVERS.contains(before);
    boolean unknown = given.isEmpty() && !prefixed && slash > 0 && noAddress(parameters);
    String provider = !given.isEmpty() ? given : prefixed || unknown ? before : "openai";
    return new LiteLlmDeployment(
        entry.path("model_name").asString(""),
        provider,
        prefixed || unknown ? whole.substring(slash + 1) : whole,
        parameters,
        entry.path("model_info"));
  }

  private static boolean noAddress(JsonNode parameters) {
    return parameters.path("api_base").asString("").isEmpty();
  }

  /** Why it cannot be taken over, if so. */
  Optional<String> obstacle() {
    if (model.isEmpty() || name.isEmpty()) {
      return Optional.of("has no model_name or no litellm_params.model");
    }
    if (model.contains("*") || name.contains("*")) {
      return Optional.of("is a wildcard: name each model that is to be served");
    }
    if (OWN_SERVERS.contains(provider) && noAddress(parameters)) {
      return Optional.of("has no api_base: say where that server is");
    }
    if (!OWN_SERVERS.contains(provider) && !ADDRESSES.containsKey(provider)) {
      return Optional.of("provider " + provider + " speaks a protocol that Moat does not");
    }
    return Optional.empty();
  }

  /** The section {@code backend} for it, whose own name is {@code own}. */
  ObjectNode backend(String own) {
    ObjectNode out = Json.object().put("url", url());
    token(own).ifPresent(token -> out.put("token", token));
    out.put("model", name);
    if (provider.equals("anthropic")) {
      out.put("kind", "anthropic");
    }
    if (parameters.path("weight").isNumber()) {
      out.put("weight", Math.max(1, parameters.path("weight").asInt()));
    }
    JsonNode patience = parameters.path("timeout");
    if (patience.isNumber()) {
      out.put("first-token-timeout-ms", Math.round(patience.doubleValue() * 1000));
    }
    return out;
  }

  /** Whether the file holds the key itself, which is not copied. */
  boolean hasLiteralKey() {
    String key = parameters.path("api_key").asString("");
    return !key.isEmpty() && !key.startsWith(ENVIRONMENT);
  }

  /** The variable from which the backend called {@code own} takes its key. */
  String variable(String own) {
    String key = parameters.path("api_key").asString("");
    return key.startsWith(ENVIRONMENT)
        ? key.substring(ENVIRONMENT.length())
        : own.toUpperCase(java.util.Locale.ROOT).replaceAll("[^A-Z0-9]", "_") + "_API_KEY";
  }

  private Optional<String> token(String own) {
    return parameters.path("api_key").asString("").isEmpty()
        ? Optional.empty()
        : Optional.of("env:" + variable(own));
  }

  /** Ollama's own API lies beside the one of OpenAI's form, which is what Moat speaks. */
  private String url() {
    String base =
        parameters
            .path("api_base")
            .asString(ADDRESSES.getOrDefault(provider, ""))
            .replaceFirst("/+$", "");
    return provider.startsWith("ollama") && !base.endsWith("/v1") ? base + "/v1" : base;
  }
}
