package dev.moat.guard;

import dev.moat.core.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * A program that measures what is found of structured personal data in a JSON array of sentences
 * ({@code full_text}, and {@code spans} with {@code entity_type}, {@code start_position} and {@code
 * end_position}): the path, then {@code misses} if those are to be listed.
 */
final class PersonalMeasure {
  private static final Map<String, Set<String>> TYPES =
      Map.of(
          "CREDIT_CARD", Set.of(PersonalTypes.CARD),
          "PHONE_NUMBER", Set.of(PersonalTypes.PHONE),
          "EMAIL_ADDRESS", Set.of(PersonalTypes.EMAIL),
          "US_SSN", Set.of(PersonalTypes.SSN, PersonalTypes.ITIN),
          "IBAN_CODE", Set.of(PersonalTypes.IBAN),
          "DOMAIN_NAME", Set.of(PersonalTypes.URL, PersonalTypes.DOMAIN),
          "US_DRIVER_LICENSE", Set.of(PersonalTypes.DRIVER_LICENCE),
          "IP_ADDRESS", Set.of(PersonalTypes.IP),
          "DATE_TIME", Set.of(PersonalTypes.DATE, PersonalTypes.BIRTH_DATE));

  /** Counts of one type: true spans, those overlapped, those met exactly, and finds. */
  private static final class Counts {
    private int there;
    private int met;
    private int exact;
    private int found;
    private int right;
  }

  private final PrintStream out;
  private final boolean lists;
  private final Map<String, Counts> counts = new TreeMap<>();
  private final Map<String, Integer> others = new TreeMap<>();

  private PersonalMeasure(PrintStream out, boolean lists) {
    this.out = out;
    this.lists = lists;
    TYPES.keySet().forEach(type -> counts.put(type, new Counts()));
  }

  public static void main(String[] arguments) throws IOException {
    PersonalMeasure measure = new PersonalMeasure(System.out, arguments.length > 1);
    for (JsonNode row : Json.parse(Files.readString(Path.of(arguments[0])), "rows")) {
      measure.take(row);
    }
    measure.report();
  }

  private void take(JsonNode row) {
    String text = row.get("full_text").asString();
    List<Span> found = Sensitive.find(text, Sought.NOTHING.withQuasi());
    List<Span> truth = new ArrayList<>();
    for (JsonNode span : row.get("spans")) {
      truth.add(
          new Span(
              span.get("entity_type").asString(),
              span.get("start_position").asInt(),
              span.get("end_position").asInt()));
    }
    TYPES.forEach((type, names) -> take(text, type, of(truth, Set.of(type)), of(found, names)));
    for (Span span : found) {
      if (TYPES.values().stream().noneMatch(names -> names.contains(span.type()))) {
        others.merge(span.type(), 1, Integer::sum);
        list("other " + span.type(), text, span);
      }
    }
  }

  private void take(String text, String type, List<Span> truth, List<Span> found) {
    Counts count = counts.computeIfAbsent(type, _ -> new Counts());
    count.there += truth.size();
    count.found += found.size();
    for (Span span : truth) {
      if (found.stream().anyMatch(each -> overlap(each, span))) {
        count.met++;
        count.exact += found.stream().anyMatch(each -> same(each, span)) ? 1 : 0;
      } else {
        list("missed " + type, text, span);
      }
    }
    for (Span span : found) {
      if (truth.stream().anyMatch(each -> overlap(each, span))) {
        count.right++;
      } else {
        list("wrong " + type, text, span);
      }
    }
  }

  private void list(String what, String text, Span span) {
    if (lists) {
      String before = text.substring(Math.max(0, span.start() - 40), span.start());
      String after = text.substring(span.end(), Math.min(text.length(), span.end() + 20));
      String value = text.substring(span.start(), span.end());
      out.println((what + "\t" + before + "[" + value + "]" + after).replace('\n', ' '));
    }
  }

  private void report() {
    out.println("type\tn\tprecision\trecall\texact");
    counts.forEach(
        (type, count) ->
            out.printf(
                "%s\t%d\t%.3f\t%.3f\t%.3f%n",
                type,
                count.there,
                share(count.right, count.found),
                share(count.met, count.there),
                share(count.exact, count.there)));
    out.println("found beside them: " + others);
  }

  private static double share(int part, int whole) {
    return whole == 0 ? 1 : (double) part / whole;
  }

  private static List<Span> of(List<Span> spans, Set<String> types) {
    return spans.stream().filter(span -> types.contains(span.type())).toList();
  }

  private static boolean overlap(Span one, Span two) {
    return one.start() < two.end() && two.start() < one.end();
  }

  private static boolean same(Span one, Span two) {
    return one.start() == two.start() && one.end() == two.end();
  }
}
