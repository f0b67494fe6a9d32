package dev.moat.flow;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.core.Text;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The parameters of one step of a pipeline, read by name and type. */
public final class Parameters {
  private final String where;
  private final JsonNode tree;
  private final Path folder;

  private Parameters(String where, JsonNode tree, Path folder) {
    this.where = where;
    this.tree = tree;
    this.folder = folder;
  }

  /**
   * Takes an object whose keys must be among {@code known}.
   *
   * @param where names it in errors
   * @param folder what relative paths start from: the folder of the pipeline file
   */
  public static Parameters of(JsonNode tree, Set<String> known, String where, Path folder) {
    if (!tree.isObject()) {
      throw Failure.invalid(where + ": parameters are not a mapping; write \"name: value\" lines");
    }
    for (String name : tree.propertyNames()) {
      if (!known.contains(name)) {
        throw unknown(where, name, known);
      }
    }
    return new Parameters(where, tree, folder);
  }

  /** A text that must be there. */
  public String text(String name) {
    if (!tree.path(name).isString()) {
      throw bad(name, "must be a text");
    }
    return tree.path(name).stringValue();
  }

  /** A text. */
  public String text(String name, String standard) {
    return tree.has(name) ? text(name) : standard;
  }

  /** A whole number from {@code least} to {@code most}. */
  public long integer(String name, long standard, long least, long most) {
    if (!tree.has(name)) {
      return standard;
    }
    JsonNode value = tree.path(name);
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.longValue() < least
        || value.longValue() > most) {
      throw bad(name, "must be a whole number from " + least + " to " + most);
    }
    return value.longValue();
  }

  /** A number from {@code least} to {@code most}. */
  public double real(String name, double standard, double least, double most) {
    if (!tree.has(name)) {
      return standard;
    }
    JsonNode value = tree.path(name);
    if (!value.isNumber() || !(value.doubleValue() >= least && value.doubleValue() <= most)) {
      throw bad(name, "must be a number from " + least + " to " + most);
    }
    return value.doubleValue();
  }

  /** True or false. */
  public boolean flag(String name, boolean standard) {
    if (!tree.has(name)) {
      return standard;
    }
    if (!tree.path(name).isBoolean()) {
      throw bad(name, "must be true or false");
    }
    return tree.path(name).booleanValue();
  }

  /** A list of texts; a single text counts as a list of one. */
  public List<String> texts(String name, List<String> standard) {
    JsonNode value = tree.path(name);
    if (value.isMissingNode()) {
      return standard;
    }
    if (value.isString()) {
      return List.of(value.stringValue());
    }
    List<String> out = new ArrayList<>();
    for (JsonNode element : value) {
      if (!element.isString()) {
        throw bad(name, "must be a list of texts");
      }
      out.add(element.stringValue());
    }
    if (!value.isArray()) {
      throw bad(name, "must be a list of texts");
    }
    return List.copyOf(out);
  }

  /** A path that must be there; a relative one starts from the pipeline's folder. */
  public Path path(String name) {
    return folder.resolve(text(name)).normalize();
  }

  /** A list of paths. */
  public List<Path> paths(String name) {
    return texts(name, List.of()).stream().map(text -> folder.resolve(text).normalize()).toList();
  }

  /** All of them, as they stand in the pipeline. */
  public JsonNode tree() {
    return tree;
  }

  private Failure bad(String name, String rule) {
    String shown = Text.shortened(tree.path(name).toString(), 60);
    String message = where + " " + name + ": " + shown + " " + rule + "; correct the pipeline";
    return new Failure(new Problem.Invalid(message, name));
  }

  private static Failure unknown(String where, String name, Set<String> known) {
    String remedy =
        Text.nearest(name, known)
            .map(near -> "did you mean \"" + near + "\"?")
            .orElse("known are " + String.join(", ", known.stream().sorted().toList()));
    String message = where + ": unknown parameter \"" + Text.shortened(name, 60) + "\"; " + remedy;
    return new Failure(new Problem.Invalid(message, name));
  }
}
