package dev.moat.app;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Text;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the configuration of a LiteLLM proxy and says the same in Moat's settings: backends,
 * routes, prices, and the limits of models and keys. What has no counterpart is noted, never
 * guessed; keys that stand in the file are not copied.
 */
final class LiteLlmConfig {
  private static final int DEPLOYMENTS_MAX = 5_000;
  private static final Pattern DURATION = Pattern.compile("(\\d{1,5})(s|m|h|d|w|mo)");
  private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

  /** What is taken over of each section; for the rest there is a note. */
  private static final Map<String, Set<String>> TAKEN =
      Map.of(
          "router_settings",
          Set.of("routing_strategy", "num_retries", "fallbacks", "model_group_alias"),
          "litellm_settings",
          Set.of(
              "num_retries",
              "fallbacks",
              "max_budget",
              "budget_duration",
              "default_key_generate_params"),
          "general_settings",
          Set.of("global_max_parallel_requests"));

  /** Settings for {@code moat.yaml}, and what the reader of them must know. */
  record Imported(ObjectNode settings, List<String> notes) {
    Imported {
      notes = List.copyOf(notes);
    }
  }

  private final JsonNode config;
  private final ObjectNode settings = Json.object();
  private final List<String> notes = new ArrayList<>();
  private final Map<String, List<String>> backends = new LinkedHashMap<>();

  private LiteLlmConfig(JsonNode config) {
    this.config = config;
  }

  /** Translates a whole file; {@code where} says in errors which. */
  static Imported translate(JsonNode config, String where) {
    if (!config.path("model_list").isArray() || config.path("model_list").isEmpty()) {
      throw Failure.invalid(where + ": has no model_list; give the config.yaml of a LiteLLM proxy");
    }
    if (config.path("model_list").size() > DEPLOYMENTS_MAX) {
      throw Failure.invalid(
          where + ": model_list has more than " + DEPLOYMENTS_MAX + " entries; split it");
    }
    return new LiteLlmConfig(config).translate();
  }

  private Imported translate() {
    Map<String, List<LiteLlmDeployment>> models = new LinkedHashMap<>();
    int number = 0;
    for (JsonNode entry : config.path("model_list")) {
      take(LiteLlmDeployment.of(entry), "model_list[" + number++ + "]", models);
    }
    models.forEach(this::prices);
    models.forEach(this::modelLimits);
    aliases();
    backends.keySet().forEach(this::route);
    keyLimits();
    totalLimits();
    noteTheRest();
    return new Imported(settings, notes);
  }

  private void noteTheRest() {
    for (String section : config.propertyNames()) {
      Set<String> taken = TAKEN.get(section);
      if (taken != null) {
        for (String key : config.path(section).propertyNames()) {
          if (!taken.contains(key)) {
            notes.add(Text.shortened(section + "." + key, 120) + ": has no counterpart; left out");
          }
        }
      } else if (!section.equals("model_list")) {
        notes.add(Text.shortened(section, 80) + ": has no counterpart; left out");
      }
    }
  }

  private void take(
      LiteLlmDeployment deployment, String place, Map<String, List<LiteLlmDeployment>> models) {
    Optional<String> obstacle = deployment.obstacle();
    if (obstacle.isPresent()) {
      String name = Text.shortened(deployment.model(), 80);
      notes.add(place + " \"" + name + "\": " + obstacle.get() + "; left out");
      return;
    }
    String own = freeName(deployment.model());
    settings.withObject("backend").set(own, deployment.backend(own));
    backends.computeIfAbsent(deployment.model(), _ -> new ArrayList<>()).add(own);
    models.computeIfAbsent(deployment.model(), _ -> new ArrayList<>()).add(deployment);
    if (deployment.hasLiteralKey()) {
      notes.add(
          place
              + ": its api_key is not copied; put it into the variable "
              + deployment.variable(own));
    }
  }

  private String freeName(String model) {
    String plain = model.replaceAll("[^A-Za-z0-9._-]", "-");
    String name = plain;
    for (int i = 2; settings.path("backend").has(name); i++) {
      name = plain + "-" + i;
    }
    return name;
  }

  private void prices(String model, List<LiteLlmDeployment> deployments) {
    Optional<BigDecimal> input = price(deployments, "input_cost_per_token");
    Optional<BigDecimal> output = price(deployments, "output_cost_per_token");
    if (input.isPresent() && output.isPresent()) {
      ObjectNode price = settings.withObject("price").putObject(model);
      price.put("usd-per-million-input", text(input.get()));
      price.put("usd-per-million-output", text(output.get()));
    } else if (input.isPresent() || output.isPresent()) {
      notes.add(model + ": only one of its two prices stands there; left out");
    }
  }

  /** The dearest of several: a budget must hold whichever backend answers. */
  private Optional<BigDecimal> price(List<LiteLlmDeployment> deployments, String field) {
    Set<BigDecimal> prices = new TreeSet<>();
    for (LiteLlmDeployment deployment : deployments) {
      for (JsonNode place : List.of(deployment.parameters(), deployment.information())) {
        number(place, field).ifPresent(price -> prices.add(price.multiply(MILLION)));
      }
    }
    if (prices.size() > 1) {
      notes.add(deployments.getFirst().model() + ": " + field + " differs; the dearest is taken");
    }
    return prices.stream().reduce(BigDecimal::max);
  }

  /** What the deployments of a model take together, if each says it. */
  private void modelLimits(String model, List<LiteLlmDeployment> deployments) {
    ObjectNode limit = Json.object().put("for", "model:" + model);
    sum(deployments, "rpm").ifPresent(sum -> limit.put("requests-per-minute", sum));
    sum(deployments, "tpm").ifPresent(sum -> limit.put("tokens-per-minute", sum));
    if (limit.size() > 1) {
      settings.withObject("limit").set("model-" + backends(model).getFirst(), limit);
    }
  }

  private static Optional<Long> sum(List<LiteLlmDeployment> deployments, String field) {
    long sum = 0;
    for (LiteLlmDeployment deployment : deployments) {
      Optional<BigDecimal> given = number(deployment.parameters(), field);
      if (given.isEmpty()) {
        return Optional.empty();
      }
      sum += given.get().longValue();
    }
    return Optional.of(sum);
  }

  private void aliases() {
    for (var alias : config.path("router_settings").path("model_group_alias").properties()) {
      JsonNode value = alias.getValue();
      String model = value.isObject() ? value.path("model").asString("") : value.asString("");
      List<String> same = backends.get(model);
      if (same == null || backends.containsKey(alias.getKey())) {
        notes.add("model_group_alias " + alias.getKey() + ": names no model above; left out");
      } else {
        backends.put(alias.getKey(), same);
      }
    }
  }

  private List<String> backends(String model) {
    return backends.getOrDefault(model, List.of());
  }

  private void route(String model) {
    ObjectNode route = settings.withObject("route").putObject(model);
    backends(model).forEach(route.withArray("backends")::add);
    if (backends(model).size() > 1) {
      route.put("balance", balance());
    }
    router("num_retries").ifPresent(count -> route.put("retries", count.longValue()));
    for (String section : List.of("router_settings", "litellm_settings")) {
      for (JsonNode rule : config.path(section).path("fallbacks")) {
        for (JsonNode other : rule.path(model)) {
          backends(other.asString("")).stream()
              .filter(name -> !backends(model).contains(name))
              .forEach(route.withArray("fallback")::add);
        }
      }
    }
  }

  private String balance() {
    String strategy = config.path("router_settings").path("routing_strategy").asString("");
    return switch (strategy) {
      case "", "simple-shuffle" -> "weighted";
      case "least-busy" -> "least-loaded";
      default -> {
        String note =
            "routing_strategy " + Text.shortened(strategy, 40) + ": taken as least-loaded";
        if (!notes.contains(note)) {
          notes.add(note);
        }
        yield "least-loaded";
      }
    };
  }

  private Optional<BigDecimal> router(String field) {
    return number(config.path("router_settings"), field)
        .or(() -> number(config.path("litellm_settings"), field));
  }

  /** What LiteLLM gives a new key holds here for each key. */
  private void keyLimits() {
    JsonNode given = config.path("litellm_settings").path("default_key_generate_params");
    ObjectNode limit = Json.object().put("for", "each-key");
    number(given, "rpm_limit").ifPresent(n -> limit.put("requests-per-minute", n.longValue()));
    number(given, "tpm_limit").ifPresent(n -> limit.put("tokens-per-minute", n.longValue()));
    number(given, "max_parallel_requests").ifPresent(n -> limit.put("concurrent", n.longValue()));
    budget(given, "default_key_generate_params", limit);
    if (limit.size() > 1) {
      settings.withObject("limit").set("each-key", limit);
    }
  }

  private void totalLimits() {
    ObjectNode limit = Json.object().put("for", "everyone");
    number(config.path("general_settings"), "global_max_parallel_requests")
        .ifPresent(n -> limit.put("concurrent", n.longValue()));
    budget(config.path("litellm_settings"), "litellm_settings", limit);
    if (limit.size() > 1) {
      settings.withObject("limit").set("everyone", limit);
    }
  }

  private void budget(JsonNode given, String place, ObjectNode limit) {
    Optional<BigDecimal> most = number(given, "max_budget");
    if (most.isEmpty()) {
      return;
    }
    long days = days(given.path("budget_duration").asString(""));
    if (days == 1) {
      limit.put("usd-per-day", text(most.get()));
    } else if (days >= 28 && days <= 31) {
      limit.put("usd-per-month", text(most.get()));
    } else {
      notes.add(
          place
              + ": max_budget is neither for a day nor for a month (budget_duration); left out,"
              + " so write usd-per-day or usd-per-month by hand");
    }
  }

  private static long days(String duration) {
    Matcher matcher = DURATION.matcher(duration);
    if (!matcher.matches()) {
      return 0;
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "mo" -> count == 1 ? 30 : 0;
      case "w" -> 7 * count;
      case "d" -> count;
      case "h" -> count == 24 ? 1 : 0;
      default -> 0;
    };
  }

  private static Optional<BigDecimal> number(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isNumber() && value.decimalValue().signum() > 0
        ? Optional.of(value.decimalValue())
        : Optional.empty();
  }

  private static String text(BigDecimal amount) {
    return amount.stripTrailingZeros().toPlainString();
  }
}
