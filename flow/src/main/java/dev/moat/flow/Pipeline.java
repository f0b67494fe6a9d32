package dev.moat.flow;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Text;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A declared graph of steps, as a YAML file states it.
 *
 * <pre>{@code
 * pipeline: code-assistant
 * steps:
 *   dataset:
 *     uses: data/dataset        # the kind of step
 *     in: {documents: collect}  # input name: step that makes it
 *     with: {canaries: 1}       # parameters
 *     after: [approval]         # steps that must not refuse, beyond the inputs
 * }</pre>
 *
 * @param name its name
 * @param nodes its steps, each after the steps it depends on
 * @param folder what relative paths in parameters start from: the folder of the file
 */
public record Pipeline(String name, List<Node> nodes, Path folder) {
  /** How many steps a pipeline may have. */
  public static final int STEPS_MAX = 200;

  private static final Set<String> KEYS = Set.of("pipeline", "steps");
  private static final Set<String> NODE_KEYS = Set.of("uses", "in", "with", "after");

  /** One step of a pipeline. */
  public record Node(
      String id, String uses, Map<String, String> inputs, JsonNode parameters, Set<String> after) {
    /** Copies the collections in. */
    public Node {
      inputs = Map.copyOf(inputs);
      after = Set.copyOf(after);
    }

    /** The ids of all steps that must have finished before this one. */
    public Set<String> dependencies() {
      Set<String> all = new LinkedHashSet<>(inputs.values());
      all.addAll(after);
      return all;
    }
  }

  /** Copies the steps in. */
  public Pipeline {
    nodes = List.copyOf(nodes);
  }

  /** Reads a pipeline file; {@code path} names it in errors and is not opened. */
  public static Pipeline parse(byte[] yaml, Path path) {
    String file = path.toString();
    JsonNode tree = Json.parseYaml(yaml, file);
    refuseUnknown(tree, KEYS, file);
    if (!tree.path("pipeline").isString()) {
      throw Failure.invalid(file + ": has no name; begin it with \"pipeline: NAME\"");
    }
    JsonNode steps = tree.path("steps");
    if (!steps.isObject() || steps.isEmpty() || steps.size() > STEPS_MAX) {
      throw Failure.invalid(
          file
              + " steps: needs 1 to "
              + STEPS_MAX
              + " steps; write \"steps:\" with one entry each");
    }
    Map<String, Node> nodes = new LinkedHashMap<>();
    steps
        .properties()
        .forEach(entry -> nodes.put(entry.getKey(), node(entry.getKey(), entry.getValue(), file)));
    return new Pipeline(tree.path("pipeline").stringValue(), sorted(nodes, file), folderOf(path));
  }

  /**
   * This pipeline with one parameter of one step set, as a command line option does; fails if it
   * has no such step, because the option would be without effect.
   */
  public Pipeline with(String id, String parameter, JsonNode value) {
    node(id);
    List<Node> changed = new ArrayList<>();
    for (Node node : nodes) {
      if (node.id().equals(id)) {
        ObjectNode parameters = ((ObjectNode) node.parameters()).deepCopy();
        parameters.set(parameter, value);
        changed.add(new Node(id, node.uses(), node.inputs(), parameters, node.after()));
      } else {
        changed.add(node);
      }
    }
    return new Pipeline(name, changed, folder);
  }

  /** The step of that id. */
  public Node node(String id) {
    return nodes.stream()
        .filter(node -> node.id().equals(id))
        .findFirst()
        .orElseThrow(() -> Failure.invalid("pipeline " + name + ": has no step \"" + id + "\""));
  }

  /** A digest of all that it declares. */
  public Digest digest() {
    ObjectNode tree = Json.object().put("pipeline", name);
    for (Node node : nodes) {
      ObjectNode part = tree.withObject("/steps").putObject(node.id());
      part.put("uses", node.uses()).set("with", node.parameters());
      node.inputs().forEach(part.putObject("in")::put);
      node.after().stream().sorted().forEach(part.putArray("after")::add);
    }
    return Digest.of(Json.canonical(tree));
  }

  private static Path folderOf(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file.toAbsolutePath() : parent;
  }

  private static Node node(String id, JsonNode tree, String file) {
    String where = file + " step " + Text.shortened(id, 60);
    refuseUnknown(tree, NODE_KEYS, where);
    if (!tree.path("uses").isString()) {
      throw Failure.invalid(where + ": says not what it uses; write \"uses: ROOM/STEP\"");
    }
    Map<String, String> inputs = new LinkedHashMap<>();
    mapping(tree, "in", where)
        .properties()
        .forEach(in -> inputs.put(in.getKey(), stepId(in.getValue(), where + " in")));
    Set<String> after = new LinkedHashSet<>();
    list(tree, "after", where).forEach(step -> after.add(stepId(step, where + " after")));
    JsonNode parameters = mapping(tree, "with", where);
    return new Node(id, tree.path("uses").stringValue(), inputs, parameters, after);
  }

  private static JsonNode mapping(JsonNode tree, String key, String where) {
    JsonNode value = tree.has(key) ? tree.path(key) : Json.object();
    if (!value.isObject()) {
      throw Failure.invalid(where + " " + key + ": not a mapping; write \"name: value\" lines");
    }
    return value;
  }

  /** A gate that is not understood must not be passed over: one step may stand without brackets. */
  private static JsonNode list(JsonNode tree, String key, String where) {
    JsonNode value = tree.has(key) ? tree.path(key) : Json.array();
    if (value.isString()) {
      return Json.array().add(value);
    }
    if (!value.isArray()) {
      throw Failure.invalid(where + " " + key + ": not a list; write \"[STEP, STEP]\"");
    }
    return value;
  }

  private static String stepId(JsonNode value, String where) {
    if (!value.isString()) {
      String shown = Text.shortened(value.toString(), 60);
      throw Failure.invalid(where + ": " + shown + " is not the name of a step; write its name");
    }
    return value.stringValue();
  }

  private static void refuseUnknown(JsonNode tree, Set<String> known, String where) {
    if (!tree.isObject()) {
      throw Failure.invalid(where + ": not a mapping; write \"key: value\" lines");
    }
    for (String key : tree.propertyNames()) {
      if (!known.contains(key)) {
        String remedy =
            Text.nearest(key, known)
                .map(near -> "did you mean \"" + near + "\"?")
                .orElse("known are " + String.join(", ", known.stream().sorted().toList()));
        throw Failure.invalid(
            where + ": unknown key \"" + Text.shortened(key, 60) + "\"; " + remedy);
      }
    }
  }

  /** Kahn's algorithm: repeatedly takes the first step whose dependencies have all been taken. */
  private static List<Node> sorted(Map<String, Node> nodes, String file) {
    for (Node node : nodes.values()) {
      for (String dependency : node.dependencies()) {
        if (!nodes.containsKey(dependency)) {
          throw missing(file, node, dependency, nodes.keySet());
        }
      }
    }
    Map<String, Node> left = new LinkedHashMap<>(nodes);
    List<Node> order = new ArrayList<>();
    Set<String> taken = new LinkedHashSet<>();
    while (!left.isEmpty()) {
      Node next =
          left.values().stream()
              .filter(node -> taken.containsAll(node.dependencies()))
              .findFirst()
              .orElseThrow(
                  () ->
                      Failure.invalid(
                          file
                              + " steps "
                              + String.join(", ", left.keySet())
                              + ": depend on each other in a circle; remove one dependency"));
      left.remove(next.id());
      taken.add(next.id());
      order.add(next);
    }
    return order;
  }

  private static Failure missing(String file, Node node, String typed, Set<String> known) {
    String remedy =
        Text.nearest(typed, known)
            .map(near -> "did you mean \"" + near + "\"?")
            .orElse("the steps are " + String.join(", ", known));
    return Failure.invalid(
        file
            + " step "
            + node.id()
            + ": depends on \""
            + Text.shortened(typed, 60)
            + "\", which is no step here; "
            + remedy);
  }
}
