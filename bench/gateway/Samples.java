import dev.moat.core.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Every number that was measured, by subject and measure, one for each round. */
final class Samples {
  private final Map<String, Map<String, List<Double>>> all = new LinkedHashMap<>();
  private final List<String> errors = new ArrayList<>();

  void add(String subject, String measure, double value) {
    all.computeIfAbsent(subject, _ -> new LinkedHashMap<>())
        .computeIfAbsent(measure, _ -> new ArrayList<>())
        .add(value);
  }

  void error(String what) {
    errors.add(what);
    System.out.println("error: " + what);
  }

  List<String> errors() {
    return List.copyOf(errors);
  }

  List<String> subjects() {
    return List.copyOf(all.keySet());
  }

  boolean has(String subject, String measure) {
    return !values(subject, measure).isEmpty();
  }

  /** The median; not a number if nothing was measured. */
  double median(String subject, String measure) {
    List<Double> sorted = values(subject, measure).stream().sorted().toList();
    if (sorted.isEmpty()) {
      return Double.NaN;
    }
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** The median and, in brackets, the least and the most. */
  String cell(String subject, String measure, int digits) {
    List<Double> sorted = values(subject, measure).stream().sorted().toList();
    if (sorted.isEmpty()) {
      return "";
    }
    String middle = number(median(subject, measure), digits);
    return sorted.size() == 1
        ? middle
        : middle
            + " ("
            + number(sorted.getFirst(), digits)
            + "-"
            + number(sorted.getLast(), digits)
            + ")";
  }

  static String number(double value, int digits) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%,." + digits + "f", value);
  }

  ObjectNode json() {
    ObjectNode json = Json.object();
    all.forEach(
        (subject, measures) -> {
          ObjectNode node = json.putObject(subject);
          measures.forEach(
              (measure, values) -> {
                ArrayNode array = node.putArray(measure);
                values.forEach(array::add);
              });
        });
    ArrayNode wrong = json.putArray("errors");
    errors.forEach(wrong::add);
    return json;
  }

  private List<Double> values(String subject, String measure) {
    return all.getOrDefault(subject, Map.of()).getOrDefault(measure, List.of());
  }
}
