package dev.moat.eval;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.core.Text;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * The fields of one JSON object from outside, read by name and type: what is missing, of another
 * type, out of range or not asked for fails, naming the field.
 */
public final class JsonFields {
  private static final int SHOWN_MAX = 60;

  private final String where;
  private final JsonNode tree;
  private final Set<String> read = new HashSet<>();

  private JsonFields(String where, JsonNode tree) {
    this.where = where;
    this.tree = tree;
  }

  /** The fields of {@code tree}; {@code where} names it in errors. */
  public static JsonFields of(JsonNode tree, String where) {
    if (!tree.isObject()) {
      throw Failure.invalid(where + ": not a JSON object; it is damaged or of another kind");
    }
    return new JsonFields(where, tree);
  }

  /** A text. */
  public String text(String name) {
    JsonNode value = value(name);
    if (!value.isString()) {
      throw bad(name, "is not a text");
    }
    return value.stringValue();
  }

  /** A text that must be {@code expected}, such as the name of the format. */
  public void constant(String name, String expected) {
    if (!text(name).equals(expected)) {
      throw bad(name, "is not \"" + expected + "\"");
    }
  }

  /** A digest. */
  public Digest digest(String name) {
    try {
      return Digest.parse(text(name));
    } catch (Failure _) {
      throw bad(name, "is not a digest");
    }
  }

  /** Whether a field is there. */
  public boolean has(String name) {
    return tree.has(name);
  }

  /** A digest that may be left out. */
  public Optional<Digest> optionalDigest(String name) {
    return tree.has(name) ? Optional.of(digest(name)) : Optional.empty();
  }

  /** A text that may be left out. */
  public Optional<String> optionalText(String name) {
    return tree.has(name) ? Optional.of(text(name)) : Optional.empty();
  }

  /** A whole number from {@code least} to {@code most}. */
  public long integer(String name, long least, long most) {
    JsonNode value = value(name);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw bad(name, "is not a whole number");
    }
    if (value.longValue() < least || value.longValue() > most) {
      throw bad(name, "is not between " + least + " and " + most);
    }
    return value.longValue();
  }

  /** A finite number. */
  public double real(String name) {
    JsonNode value = value(name);
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      throw bad(name, "is not a finite number");
    }
    return value.doubleValue();
  }

  /** An object. */
  public JsonFields object(String name) {
    return of(value(name), where + " " + name);
  }

  /** An object that may be left out. */
  public Optional<JsonFields> optionalObject(String name) {
    return tree.has(name) ? Optional.of(object(name)) : Optional.empty();
  }

  /** The elements of a list of objects. */
  public List<JsonFields> objects(String name, int countMax) {
    JsonNode value = value(name);
    if (!value.isArray() || value.size() > countMax) {
      throw bad(name, "is not a list of at most " + countMax + " objects");
    }
    return value.valueStream().map(element -> of(element, where + " " + name)).toList();
  }

  /** A list of texts. */
  public List<String> texts(String name, int countMax) {
    JsonNode value = value(name);
    if (!value.isArray()
        || value.size() > countMax
        || !value.valueStream().allMatch(JsonNode::isString)) {
      throw bad(name, "is not a list of at most " + countMax + " texts");
    }
    return value.valueStream().map(JsonNode::stringValue).toList();
  }

  /** Fails at the first field that nobody asked for. */
  public void refuseOthers() {
    for (String name : tree.propertyNames()) {
      if (!read.contains(name)) {
        throw bad(name, "is not known here");
      }
    }
  }

  private JsonNode value(String name) {
    read.add(name);
    return tree.path(name);
  }

  private Failure bad(String name, String why) {
    String field = Text.shortened(name, SHOWN_MAX);
    String shown = Text.shortened(tree.path(name).toString(), SHOWN_MAX);
    String message =
        where + " " + field + ": " + shown + " " + why + "; it is damaged or of another version";
    return new Failure(new Problem.Invalid(message, field));
  }
}
