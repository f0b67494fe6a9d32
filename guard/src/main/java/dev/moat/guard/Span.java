package dev.moat.guard;

/**
 * A stretch of a text and what was found there, in UTF-16 offsets of the original text. Types of
 * injection rules begin with {@code injection.}, of leaks with {@code leak.}; all others name a
 * secret or a personal datum.
 */
public record Span(String type, int start, int end) {
  static final String INJECTION = "injection.";
  static final String LEAK = "leak.";

  /** Checks that the span is not reversed. */
  public Span {
    if (start < 0 || end < start) {
      throw new IllegalArgumentException("span " + start + ".." + end + " is reversed");
    }
  }

  /** The kind that the type belongs to. */
  public Kind kind() {
    if (type.startsWith(INJECTION)) {
      return Kind.INJECTION;
    }
    if (type.startsWith(LEAK)) {
      return Kind.LEAK;
    }
    return PersonalTypes.ALL.contains(type) ? Kind.PERSONAL : Kind.SECRET;
  }
}
