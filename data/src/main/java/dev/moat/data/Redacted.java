package dev.moat.data;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A text without anything sensitive, and how many of each type were replaced. */
record Redacted(Draft draft, SortedMap<String, Integer> counts) {
  String text() {
    return draft.text();
  }

  /** The same text with more replacements counted. */
  Redacted plus(Map<String, Integer> more) {
    SortedMap<String, Integer> all = new TreeMap<>(counts);
    more.forEach((type, count) -> all.merge(type, count, Integer::sum));
    return new Redacted(draft, all);
  }
}
