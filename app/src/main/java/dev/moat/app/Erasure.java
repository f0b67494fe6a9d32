package dev.moat.app;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.core.Text;
import dev.moat.trust.Project;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whose values, that names stand for, are to be erased.
 *
 * @param principal the id or the name of one client of the project; empty is all of them
 * @param conversation the name that this client gave to one conversation; empty is all of them
 */
record Erasure(Project project, Optional<String> principal, Optional<String> conversation) {
  private static final Set<String> FIELDS = Set.of("project", "principal", "conversation");

  Erasure {
    if (conversation.isPresent() && principal.isEmpty()) {
      throw bad("principal", "is missing: a conversation is one of a principal; name it");
    }
  }

  /** Reads an order; a field that is not known is refused, for it may have meant to narrow. */
  static Erasure parse(JsonNode body) {
    if (!body.isObject()) {
      throw Failure.invalid("request body: not a JSON object; send one");
    }
    for (String field : body.propertyNames()) {
      if (!FIELDS.contains(field)) {
        throw bad(Text.shortened(field, 60), "is not known; leave it out");
      }
    }
    String project = text(body, "project").orElseThrow(() -> bad("project", "is missing; say it"));
    return new Erasure(Project.parse(project), text(body, "principal"), text(body, "conversation"));
  }

  JsonNode toJson() {
    ObjectNode out = Json.object().put("project", project.toString());
    principal.ifPresent(whose -> out.put("principal", whose));
    conversation.ifPresent(name -> out.put("conversation", name));
    return out;
  }

  private static Optional<String> text(JsonNode body, String field) {
    JsonNode given = body.path(field);
    if (given.isMissingNode()) {
      return Optional.empty();
    }
    if (!given.isString() || given.stringValue().isEmpty()) {
      throw bad(field, "must be a string that is not empty; correct it");
    }
    return Optional.of(given.stringValue());
  }

  private static Failure bad(String field, String why) {
    return new Failure(new Problem.Invalid("erasure: " + field + " " + why, field));
  }
}
