package dev.moat.registry;

import dev.moat.core.Digest;
import dev.moat.eval.JsonFields;
import dev.moat.registry.Chain.Proved;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * What an event of an exchange says of the guards: which ran in which mode, on which texts, and
 * what they said.
 */
final class GuardRecord {
  private static final int TEXTS_MAX = 1_000_000;

  private GuardRecord() {}

  /** Adds a link for it, unless the event is of a time when guards were not recorded. */
  static void link(Chain chain, String what, JsonNode said, Digest policy) {
    if (said.has("guards")) {
      String verdict = said.path("verdict").asString("nothing");
      chain.prove(what, verdict, () -> new Proved<>(true, detail(what, said, policy)));
    }
  }

  private static String detail(String what, JsonNode said, Digest policy) {
    JsonFields fields = JsonFields.of(said, what);
    List<String> words = new ArrayList<>();
    for (JsonNode guard : said.path("guards")) {
      JsonFields of = JsonFields.of(guard, what);
      Digest used = of.digest("policy");
      if (!used.equals(policy)) {
        throw Evidence.broken(
            what, "it ran by policy " + used + ", not " + policy, "report it: records disagree");
      }
      words.add(
          "guard " + of.text("name") + ", policy " + used.brief() + ", fails " + of.text("mode"));
    }
    words.add(fields.integer("texts", 0, TEXTS_MAX) + " texts judged, " + fields.digest("judged"));
    fields.optionalText("rule").ifPresent(rule -> words.add("rule " + rule));
    if (said.path("redacted").asBoolean(false)) {
      words.add("redacted");
    }
    said.path("found")
        .properties()
        .forEach(found -> words.add(found.getValue() + " x " + found.getKey()));
    return String.join("; ", words);
  }
}
