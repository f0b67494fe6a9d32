package dev.moat.guard;

import java.util.List;
import java.util.Locale;

/** What a text may end with so that something of it might be waited for in vain. */
final class TextEnds {
  static final List<String> ALL =
      List.of(
          "",
          " ",
          "\n",
          ".",
          "\u202A",
          "\u202B",
          "\u202C",
          "\u202D",
          "\u202E",
          "\u2066",
          "\u2067",
          "\u2068",
          "\u2069",
          "\u202E\u200B",
          "\u202E\u202E",
          "\u001B",
          "\u001B[",
          "\u0007",
          "\u0008",
          "\u009B",
          "\u009D",
          "\u200B",
          "\u00AD",
          "\uFEFF",
          "\u200B".repeat(40),
          "\uD83D",
          "\uDC00",
          "\u202E\uD83D",
          "\uD83D\u202E",
          "\uDB40\uDC41",
          "\uDB40",
          "\uD83C\uDFF4",
          "\uD83C\uDFF4\uDB40",
          "\u0301",
          " -----BEGIN PRIVATE KEY-----\nMIIEpAIBAAKC",
          " password:",
          " Anna",
          " https://",
          " a@",
          "<!--",
          "&#x",
          "%4",
          "\\u00");

  private TextEnds() {}

  /** The same in numbers, for messages. */
  static String shown(String text) {
    StringBuilder out = new StringBuilder();
    text.chars().forEach(c -> out.append(String.format(Locale.ROOT, "%04X ", c)));
    return out.toString();
  }
}
