package dev.moat.app;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Network;
import dev.moat.core.Problem;
import dev.moat.core.Text;
import dev.moat.trust.Project;
import dev.moat.trust.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a new API key shall be.
 *
 * @param name what it is for
 * @param principal the client it is for; empty makes a client of its own
 * @param project what the client belongs to
 * @param scope what it may be used for; when it ends the lifetime says
 * @param lifetime how long it is valid; empty is until revoked
 */
record KeyOrder(
    String name,
    Optional<String> principal,
    Project project,
    Scope scope,
    Optional<Duration> lifetime) {
  /** How many hours the old key lives beside the new one where nobody says. */
  static final int OVERLAP_HOURS = 24;

  private static final int NAME_MAX = 100;
  private static final long DAYS_MAX = 3_650;
  private static final String OVERLAP = "overlapHours";
  private static final Set<String> FIELDS =
      Set.of("name", "principal", "project", "models", "endpoints", "tools", "networks", "days");

  KeyOrder {
    if (name.isBlank() || name.length() > NAME_MAX) {
      throw bad("name", "must have 1 to " + NAME_MAX + " characters");
    }
    if (lifetime.filter(time -> time.toDays() < 1 || time.toDays() > DAYS_MAX).isPresent()) {
      throw bad("days", "must be 1 to " + DAYS_MAX);
    }
  }

  /** A key for everything, of a client of its own. */
  static KeyOrder everything(String name) {
    return new KeyOrder(
        name, Optional.empty(), Project.standard(), Scope.everything(), Optional.empty());
  }

  /** Reads an order; a field that is not known is refused, for it may have meant to narrow. */
  static KeyOrder parse(JsonNode body) {
    requireKnown(body, FIELDS);
    Set<Network> networks =
        names(body, "networks", Set.of()).stream().map(Network::parse).collect(Collectors.toSet());
    Set<String> all = Set.of(Scope.ALL);
    return new KeyOrder(
        text(body, "name").orElse(""),
        text(body, "principal"),
        text(body, "project").map(Project::parse).orElseGet(Project::standard),
        new Scope(
            names(body, "models", all),
            names(body, "endpoints", all),
            names(body, "tools", all),
            networks,
            Optional.empty()),
        body.has("days") ? Optional.of(Duration.ofDays(number(body, "days"))) : Optional.empty());
  }

  /** Reads for how long a key that is rotated lives on. */
  static Duration overlap(JsonNode body) {
    requireKnown(body, Set.of(OVERLAP));
    return Duration.ofHours(body.has(OVERLAP) ? number(body, OVERLAP) : OVERLAP_HOURS);
  }

  static JsonNode overlapJson(Duration overlap) {
    return Json.object().put(OVERLAP, overlap.toHours());
  }

  /** The scope of a key that is made now. */
  Scope scopeFrom(Instant now) {
    return new Scope(
        scope.models(),
        scope.endpoints(),
        scope.tools(),
        scope.networks(),
        lifetime.map(now::plus));
  }

  JsonNode toJson() {
    ObjectNode out = Json.object().put("name", name);
    principal.ifPresent(client -> out.put("principal", client));
    out.put("project", project.toString()).setAll(scope.json());
    lifetime.ifPresent(time -> out.put("days", time.toDays()));
    return out;
  }

  private static void requireKnown(JsonNode body, Set<String> fields) {
    if (!body.isObject()) {
      throw Failure.invalid("request body: not a JSON object; send one");
    }
    for (String field : body.propertyNames()) {
      if (!fields.contains(field)) {
        String remedy =
            Text.nearest(field, fields)
                .map(near -> "did you mean \"" + near + "\"?")
                .orElse("leave it out");
        throw new Failure(
            new Problem.Invalid(
                "key field \"" + Text.shortened(field, 60) + "\": not known; " + remedy, field));
      }
    }
  }

  private static Optional<String> text(JsonNode body, String field) {
    JsonNode given = body.path(field);
    if (given.isMissingNode()) {
      return Optional.empty();
    }
    if (!given.isString()) {
      throw bad(field, "must be a string");
    }
    return Optional.of(given.stringValue());
  }

  private static int number(JsonNode body, String field) {
    JsonNode given = body.path(field);
    if (!given.isIntegralNumber() || !given.canConvertToInt()) {
      throw bad(field, "must be a whole number");
    }
    return given.intValue();
  }

  private static Set<String> names(JsonNode body, String field, Set<String> standard) {
    JsonNode given = body.path(field);
    if (given.isMissingNode()) {
      return standard;
    }
    Set<String> names = new LinkedHashSet<>();
    for (JsonNode name : given) {
      if (name.isString()) {
        names.add(name.stringValue());
      }
    }
    if (!given.isArray() || names.size() != given.size()) {
      throw bad(field, "must be an array of different strings");
    }
    return names;
  }

  private static Failure bad(String field, String rule) {
    return new Failure(new Problem.Invalid("key " + field + ": " + rule + "; correct it", field));
  }
}
