package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The fields of one object of a request, taken out by name; what is left at the end nobody knew.
 * Every complaint names the parameter it is about.
 */
final class BodyFields {
  private final ObjectNode left;
  private final String param;

  /** The fields of {@code node}, which must be an object; it stands at {@code param}, or is all. */
  BodyFields(JsonNode node, String param) {
    if (!(node instanceof ObjectNode object)) {
      throw param.isEmpty()
          ? Failure.invalid("body: not a JSON object; send one")
          : JsonCursor.invalid(param, "is not an object");
    }
    this.left = Json.object().setAll(object);
    this.param = param;
  }

  /** The full name of a field. */
  String param(String name) {
    return param.isEmpty() ? name : param + "." + name;
  }

  /** Takes a field; one that is null counts as absent. */
  Optional<JsonNode> take(String name) {
    JsonNode value = left.remove(name);
    return Optional.ofNullable(value).filter(node -> !node.isNull());
  }

  /** Takes a field that must be there. */
  JsonNode require(String name) {
    return take(name).orElseThrow(() -> JsonCursor.invalid(param(name), "is missing"));
  }

  /** Takes a string that must be there. */
  String requireText(String name) {
    return text(require(name), param(name));
  }

  /** Takes a string, or nothing. */
  Optional<String> text(String name) {
    return take(name).map(node -> text(node, param(name)));
  }

  /** Takes a truth value; absent is false. */
  boolean flag(String name) {
    return flag(name, false);
  }

  /** Takes a truth value; absent is {@code standard}. */
  boolean flag(String name, boolean standard) {
    Optional<JsonNode> value = take(name);
    if (value.isPresent() && !value.get().isBoolean()) {
      throw JsonCursor.invalid(param(name), "is not true or false");
    }
    return value.map(JsonNode::booleanValue).orElse(standard);
  }

  /** Takes an array; absent is empty. */
  ArrayNode array(String name) {
    JsonNode value = take(name).orElseGet(Json::array);
    if (!(value instanceof ArrayNode array)) {
      throw JsonCursor.invalid(param(name), "is not an array");
    }
    return array;
  }

  /** Drops fields that say nothing to a chat model. */
  BodyFields drop(String... names) {
    for (String name : names) {
      left.remove(name);
    }
    return this;
  }

  /** Moves a field as it is, if it is there. */
  void move(String name, ObjectNode to, String newName) {
    take(name).ifPresent(value -> to.set(newName, value));
  }

  /** Refuses a field if it is there: what it asks for cannot be done. */
  void refuse(String name, String why) {
    if (take(name).isPresent()) {
      throw JsonCursor.invalid(param(name), why);
    }
  }

  /** Carries through what nobody knew; it must not replace what was translated. */
  void moveRest(ObjectNode to) {
    left.properties()
        .forEach(
            field -> {
              if (to.has(field.getKey())) {
                throw JsonCursor.invalid(
                    param(field.getKey()), "is of another API and contradicts a field of this one");
              }
              to.set(field.getKey(), field.getValue());
            });
  }

  static String text(JsonNode node, String param) {
    if (!node.isString()) {
      throw JsonCursor.invalid(param, "is not a string");
    }
    return node.stringValue();
  }
}
