package dev.moat.app;

import dev.moat.core.Json;
import dev.moat.guard.Explanation;
import dev.moat.guard.Span;
import dev.moat.guard.Verdict;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Shows what a guard says, to machines and to people. */
final class GuardJson {
  private static final double FLAG_AT = 0.5;
  private static final int EXCERPT_CHARACTERS_MAX = 80;

  private GuardJson() {}

  static ObjectNode of(Verdict verdict) {
    ObjectNode out = Json.object().put("verdict", verdict.word());
    ObjectNode scores = out.putObject("scores").put("injection", verdict.scores().injection());
    scores.put("leak", verdict.scores().leak());
    verdict.scores().harm().entrySet().stream()
        .sorted(java.util.Map.Entry.comparingByKey())
        .forEach(harm -> scores.put(harm.getKey(), harm.getValue()));
    if (!verdict.rule().isEmpty()) {
      out.put("rule", verdict.rule());
    }
    ArrayNode spans = out.putArray("spans");
    for (Span span : verdict.spans()) {
      ObjectNode each = spans.addObject().put("type", span.type());
      each.put("start", span.start()).put("end", span.end());
      if (!span.view().isEmpty()) {
        each.put("view", span.view());
      }
    }
    return out;
  }

  static ObjectNode of(Explanation why) {
    ObjectNode out = of(why.verdict());
    ArrayNode views = out.putArray("views");
    why.views()
        .forEach(view -> views.addObject().put("name", view.name()).put("text", view.text()));
    ArrayNode words = out.putArray("words");
    why.words()
        .forEach(
            word ->
                words
                    .addObject()
                    .put("word", word.word())
                    .put("head", word.head())
                    .put("weight", word.weight()));
    return out;
  }

  static String forPeople(Verdict verdict) {
    StringBuilder out = new StringBuilder(verdict.word());
    if (!verdict.rule().isEmpty()) {
      out.append(String.format(Locale.ROOT, "  %s (score %.2f)", verdict.rule(), verdict.score()));
    }
    for (Span span : verdict.spans()) {
      out.append("\n  ").append(span.type());
      out.append(" at ").append(span.start()).append(" to ").append(span.end());
      out.append(span.view().isEmpty() ? "" : " read as " + span.view());
    }
    return out.toString();
  }

  static String forPeople(Explanation why, String text) {
    StringBuilder out = new StringBuilder(why.verdict().word()).append('\n');
    out.append(score("injection", why.verdict().scores().injection()));
    out.append(score("leak", why.verdict().scores().leak()));
    why.verdict().scores().harm().entrySet().stream()
        .sorted(java.util.Map.Entry.comparingByKey())
        .forEach(harm -> out.append(score(harm.getKey(), harm.getValue())));
    out.append("found:\n");
    for (Span span : why.verdict().spans()) {
      out.append("  ").append(span.type());
      out.append(span.view().isEmpty() ? "" : " read as " + span.view()).append(": ");
      out.append(excerpt(text.substring(span.start(), span.end()))).append('\n');
    }
    if (!why.views().isEmpty()) {
      out.append("read as well:\n");
      why.views()
          .forEach(
              v ->
                  out.append("  ")
                      .append(v.name())
                      .append(": ")
                      .append(excerpt(v.text()))
                      .append('\n'));
    }
    if (!why.words().isEmpty()) {
      out.append("words that weigh most (").append(why.words().getFirst().head()).append("):\n");
      why.words()
          .forEach(
              w ->
                  out.append(
                      String.format(Locale.ROOT, "  %+.2f  %s%n", w.weight(), excerpt(w.word()))));
    }
    return out.toString().stripTrailing();
  }

  private static String score(String name, double score) {
    return String.format(
        Locale.ROOT, "  %-12s %.3f%s%n", name, score, score >= FLAG_AT ? "  <- flagged" : "");
  }

  private static String excerpt(String text) {
    return Harmless.line(text, EXCERPT_CHARACTERS_MAX);
  }
}
