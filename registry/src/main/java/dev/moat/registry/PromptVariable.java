package dev.moat.registry;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.eval.JsonFields;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A variable of a prompt: which values it takes, and the text that stands for one. */
sealed interface PromptVariable {
  /** The longest text that any variable takes. */
  int CHARACTERS_MAX = 100_000;

  /** How many values a choice may have. */
  int VALUES_MAX = 256;

  /** Any text up to so many characters. */
  record OfText(long charactersMax) implements PromptVariable {}

  /** A whole number from {@code least} to {@code most}. */
  record OfInteger(long least, long most) implements PromptVariable {
    /** Checks that there is such a number. */
    public OfInteger {
      if (least > most) {
        throw Failure.invalid("prompt variable: least is above most; exchange them");
      }
    }
  }

  /** A number. */
  record OfNumber() implements PromptVariable {}

  /** One of some texts. */
  record OfChoice(List<String> values) implements PromptVariable {
    /** Copies the values in. */
    public OfChoice {
      values = List.copyOf(values);
      if (values.isEmpty()) {
        throw Failure.invalid("prompt variable: a choice of nothing; name its values");
      }
    }
  }

  /** True or false. */
  record OfFlag() implements PromptVariable {}

  /** Reads the declaration of a variable. */
  static PromptVariable read(JsonNode tree, String where) {
    JsonFields fields = JsonFields.of(tree, where);
    String type = fields.text("type");
    PromptVariable variable =
        switch (type) {
          case "text" -> new OfText(fields.integer("max", 1, CHARACTERS_MAX));
          case "integer" ->
              new OfInteger(
                  fields.integer("least", Long.MIN_VALUE, Long.MAX_VALUE),
                  fields.integer("most", Long.MIN_VALUE, Long.MAX_VALUE));
          case "number" -> new OfNumber();
          case "choice" -> new OfChoice(fields.texts("values", VALUES_MAX));
          case "flag" -> new OfFlag();
          default ->
              throw new Failure(
                  new Problem.Invalid(
                      where + ": its type is not text, integer, number, choice or flag; use one",
                      "type"));
        };
    fields.refuseOthers();
    return variable;
  }

  /** The declaration, as {@link #read} takes it. */
  default ObjectNode toJson() {
    ObjectNode out = Json.object();
    switch (this) {
      case OfText(long max) -> out.put("type", "text").put("max", max);
      case OfInteger(long least, long most) ->
          out.put("type", "integer").put("least", least).put("most", most);
      case OfNumber() -> out.put("type", "number");
      case OfChoice(List<String> values) ->
          values.forEach(out.put("type", "choice").putArray("values")::add);
      case OfFlag() -> out.put("type", "flag");
    }
    return out;
  }

  /** What a caller is to send. */
  default String expected() {
    return switch (this) {
      case OfText(long max) -> "a string of at most " + max + " characters";
      case OfInteger(long least, long most) -> "a whole number from " + least + " to " + most;
      case OfNumber() -> "a number";
      case OfChoice(List<String> values) -> "one of " + String.join(", ", values);
      case OfFlag() -> "true or false";
    };
  }

  /** The text that stands for the value, if it is one of this variable. */
  default Optional<String> text(JsonNode value) {
    boolean fits =
        switch (this) {
          case OfText(long max) -> value.isString() && value.stringValue().length() <= max;
          case OfInteger(long least, long most) ->
              value.isIntegralNumber()
                  && value.canConvertToLong()
                  && value.longValue() >= least
                  && value.longValue() <= most;
          case OfNumber() -> value.isNumber();
          case OfChoice(List<String> values) ->
              value.isString() && values.contains(value.stringValue());
          case OfFlag() -> value.isBoolean();
        };
    return fits ? Optional.of(value.asString()) : Optional.empty();
  }
}
