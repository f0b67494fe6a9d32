package dev.moat.guard;

import java.util.ArrayList;
import java.util.List;

/** Writes what is found in a text as {@code type=value}, for tests. */
final class Found {
  private Found() {}

  static List<String> in(String text) {
    List<String> found = new ArrayList<>();
    for (Span span : Sensitive.find(text)) {
      found.add(span.type() + "=" + text.substring(span.start(), span.end()));
    }
    return found;
  }
}
