package dev.moat.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One HTML tag at a position, as far as it can be seen.
 *
 * @param name in lower case
 * @param attributes in text order
 * @param end the position after it
 * @param whole whether its end could be seen
 */
record Markup(String name, List<Attribute> attributes, int end, boolean whole) {
  /** A name in lower case and its value, which is empty where there is none. */
  record Attribute(String name, String value) {}

  /** What is no tag. */
  static final Markup NONE = new Markup("", List.of(), 0, false);

  private static final int NAME_MAX = 24;
  private static final int ATTRIBUTES_MAX = 32;
  private static final Alphabet NAME = Alphabet.of("a-zA-Z0-9:_.@\\-");
  private static final Alphabet SPACE = Alphabet.of(" \t\r\n\f/");
  private static final Alphabet BARE = Alphabet.of("!#-;?-~"); // no space, quote, equals or bracket

  Markup {
    attributes = List.copyOf(attributes);
  }

  /** The value of the attribute, or an empty text. */
  String value(String attribute) {
    for (Attribute each : attributes) {
      if (each.name().equals(attribute)) {
        return each.value();
      }
    }
    return "";
  }

  /** Whether it has that attribute. */
  boolean has(String attribute) {
    return attributes.stream().anyMatch(each -> each.name().equals(attribute));
  }

  /** The tag that a bracket at {@code at} opens, or {@link #NONE}. */
  static Markup read(Window window, int at) {
    if (!Alphabet.LETTERS.has(window.at(at + 1))) {
      return NONE;
    }
    int nameEnd = NAME.runEnd(window, at + 1, NAME_MAX);
    char after = window.at(nameEnd);
    if (after != '>' && !SPACE.has(after)) {
      return NONE;
    }
    String name = lower(window, at + 1, nameEnd);
    List<Attribute> attributes = new ArrayList<>();
    int next = nameEnd;
    while (attributes.size() < ATTRIBUTES_MAX) {
      int from = SPACE.runEnd(window, next, Window.REACH);
      if (window.at(from) == '>') {
        return new Markup(name, attributes, from + 1, true);
      }
      next = attribute(window, from, attributes);
      if (next == from) {
        break;
      }
    }
    return new Markup(name, attributes, next, false);
  }

  private static int attribute(Window window, int at, List<Attribute> attributes) {
    int nameEnd = NAME.runEnd(window, at, Window.REACH);
    if (nameEnd == at) {
      return at;
    }
    String name = lower(window, at, nameEnd);
    int equals = SPACE.runEnd(window, nameEnd, Window.REACH);
    if (window.at(equals) != '=') {
      attributes.add(new Attribute(name, ""));
      return nameEnd;
    }
    int from = SPACE.runEnd(window, equals + 1, Window.REACH);
    char quote = window.at(from);
    boolean quoted = quote == '"' || quote == '\'';
    int start = quoted ? from + 1 : from;
    int end = quoted ? quoteEnd(window, start, quote) : BARE.runEnd(window, start, Window.REACH);
    attributes.add(new Attribute(name, window.text(start, end)));
    return quoted && window.at(end) == quote ? end + 1 : end;
  }

  private static int quoteEnd(Window window, int start, char quote) {
    int end = start;
    while (window.at(end) != quote && window.at(end) != Window.END) {
      end++;
    }
    return end;
  }

  private static String lower(Window window, int from, int to) {
    return window.text(from, to).toLowerCase(Locale.ROOT);
  }
}
