package dev.moat.data;

import dev.moat.core.Json;
import dev.moat.core.Text;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Counts what was dropped, by reason, with the first few paths of each as examples. */
final class Drops {
  /** How many paths of each reason are kept. */
  static final int EXAMPLES_MAX = 5;

  private static final int EXAMPLE_CHARACTERS_MAX = 200;

  private final Map<DropReason, Long> counts = new EnumMap<>(DropReason.class);
  private final Map<DropReason, List<String>> examples = new EnumMap<>(DropReason.class);

  /** Counts one; the path must be without personal data and is asked for only if it is kept. */
  void add(DropReason reason, Supplier<String> path) {
    counts.merge(reason, 1L, Long::sum);
    List<String> paths = examples.computeIfAbsent(reason, _ -> new ArrayList<>());
    if (paths.size() < EXAMPLES_MAX) {
      paths.add(Text.shortened(path.get(), EXAMPLE_CHARACTERS_MAX));
    }
  }

  long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  long count(DropReason reason) {
    return counts.getOrDefault(reason, 0L);
  }

  /** One line for people: "3 binary, 1 generated", or "none". */
  String line() {
    if (counts.isEmpty()) {
      return "none";
    }
    return counts.entrySet().stream()
        .map(entry -> entry.getValue() + " " + entry.getKey().label())
        .collect(Collectors.joining(", "));
  }

  /** {@code {"binary":{"count":3,"examples":["a.png"]}}}. */
  ObjectNode toJson() {
    ObjectNode out = Json.object();
    counts.forEach(
        (reason, count) -> {
          ArrayNode paths = Json.array();
          examples.getOrDefault(reason, List.of()).forEach(paths::add);
          ObjectNode entry = Json.object();
          entry.put("count", count);
          entry.set("examples", paths);
          out.set(reason.label(), entry);
        });
    return out;
  }
}
