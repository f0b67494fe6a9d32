package dev.moat.serve;

import dev.moat.guard.Span;
import dev.moat.guard.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * Why a guard said what it said: the rules that weighed most, where they were seen, and the scores.
 * Places are numbers; a text never stands in it.
 */
final class Explanation {
  /** How many places are told. */
  static final int PLACES_MAX = 8;

  private static final int CATEGORIES_MAX = 32;
  private static final double STEPS = 1_000;

  /** A lower score of harm says nothing, and would stand in every record. */
  private static final double HARM_TOLD_MIN = 0.1;

  /** A place, the gravity of the verdict it belongs to, and whether it is that one's cause. */
  private record Place(int grade, boolean cause, String text, Span span) {}

  private static final Comparator<Place> STRONGEST_FIRST =
      Comparator.comparingInt(Place::grade).thenComparing(Place::cause).reversed();

  private final List<Place> places = new ArrayList<>();
  private final Map<String, Double> harm = new TreeMap<>();
  private double injection;

  /** Adds what a verdict of that gravity says of a text, which {@code text} names or not. */
  void add(int grade, String text, Verdict verdict) {
    injection = Math.max(injection, verdict.scores().injection());
    verdict
        .scores()
        .harm()
        .forEach(
            (category, score) -> {
              boolean known = harm.size() < CATEGORIES_MAX || harm.containsKey(category);
              if (score >= HARM_TOLD_MIN && known) {
                harm.merge(category, score, Math::max);
              }
            });
    int before = places.size();
    for (Span span : verdict.spans()) {
      if (places.size() < before + PLACES_MAX && span.type().equals(verdict.rule())) {
        places.add(new Place(grade, true, text, span));
      }
    }
    for (Span span : verdict.spans()) {
      boolean other = !span.type().equals(verdict.rule()) && !span.isAllowed();
      if (places.size() < before + PLACES_MAX && other) {
        places.add(new Place(grade, false, text, span));
      }
    }
    places.sort(STRONGEST_FIRST);
    while (places.size() > PLACES_MAX) {
      places.removeLast();
    }
  }

  boolean isEmpty() {
    return places.isEmpty() && injection == 0 && harm.isEmpty();
  }

  void describe(ObjectNode json) {
    if (injection > 0 || !harm.isEmpty()) {
      ObjectNode scores = json.putObject("scores").put("injection", rounded(injection));
      harm.forEach((category, score) -> scores.withObject("harm").put(category, rounded(score)));
    }
    for (Place place : places) {
      ObjectNode told = json.withArray("strongest").addObject().put("rule", place.span().type());
      if (!place.text().isEmpty()) {
        told.put("text", place.text());
      }
      told.put("start", place.span().start()).put("end", place.span().end());
      if (!place.span().view().isEmpty()) {
        told.put("view", place.span().view());
      }
    }
  }

  private static double rounded(double score) {
    return Math.round(score * STEPS) / STEPS;
  }
}
