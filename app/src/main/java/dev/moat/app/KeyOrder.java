package dev.moat.app;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a new API key shall be.
 *
 * @param name what it is for
 * @param models the models it may use; {@code *} is all
 * @param lifetime how long it is valid; empty is until revoked
 */
record KeyOrder(String name, Set<String> models, Optional<Duration> lifetime) {
  private static final int NAME_MAX = 100;
  private static final int MODELS_MAX = 100;
  private static final long DAYS_MAX = 3_650;

  KeyOrder {
    models = Set.copyOf(models);
    if (name.isBlank() || name.length() > NAME_MAX) {
      throw bad("name", "must have 1 to " + NAME_MAX + " characters");
    }
    if (models.isEmpty() || models.size() > MODELS_MAX) {
      throw bad("models", "must name 1 to " + MODELS_MAX + " models, or *");
    }
    if (lifetime.filter(time -> time.toDays() < 1 || time.toDays() > DAYS_MAX).isPresent()) {
      throw bad("days", "must be 1 to " + DAYS_MAX);
    }
  }

  static KeyOrder parse(JsonNode body) {
    Set<String> models = new LinkedHashSet<>();
    body.path("models").forEach(model -> models.add(model.asString()));
    Optional<Duration> lifetime = Optional.empty();
    if (body.has("days")) {
      lifetime = Optional.of(Duration.ofDays(body.path("days").asInt(0)));
    }
    Set<String> wanted = body.has("models") ? models : Set.of("*");
    return new KeyOrder(body.path("name").asString(""), wanted, lifetime);
  }

  JsonNode toJson() {
    ObjectNode out = Json.object().put("name", name);
    models.stream().sorted().forEach(out.putArray("models")::add);
    lifetime.ifPresent(time -> out.put("days", time.toDays()));
    return out;
  }

  private static Failure bad(String field, String rule) {
    return new Failure(new Problem.Invalid("key " + field + ": " + rule + "; correct it", field));
  }
}
