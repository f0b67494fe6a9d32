package dev.moat.guard;

/**
 * A stretch of a text and what was found there, in UTF-16 offsets of the original text. Types of
 * injection rules begin with {@code injection.}, of harm with {@code harm.}, of leaks with {@code
 * leak.}, of what could act on its own with {@code unsafe.}; all others name a secret, a personal
 * datum or a name.
 *
 * @param view how the text had to be read to see it, such as {@code base64}; empty for as it stands
 */
public record Span(String type, int start, int end, String view) {
  static final String INJECTION = "injection.";
  static final String HARM = "harm.";
  static final String LEAK = "leak.";
  static final String UNSAFE = "unsafe.";

  /** The view of what an {@link AllowList} exempts: it is told, and nothing is done about it. */
  private static final String ALLOWED = "allowed";

  /** Checks that the span is not reversed. */
  public Span {
    if (start < 0 || end < start) {
      throw new IllegalArgumentException("span " + start + ".." + end + " is reversed");
    }
  }

  /** A stretch that was seen as it stands. */
  public Span(String type, int start, int end) {
    this(type, start, end, "");
  }

  /** A stretch that would be acted on, were it not allowed. */
  static Span allowed(String type, int start, int end) {
    return new Span(type, start, end, ALLOWED);
  }

  /** Whether it was let through because it is allowed. */
  public boolean isAllowed() {
    return view.equals(ALLOWED);
  }

  /** The kind that the type belongs to. */
  public Kind kind() {
    return kind(type);
  }

  static Kind kind(String type) {
    if (type.startsWith(INJECTION)) {
      return Kind.INJECTION;
    }
    if (type.startsWith(HARM)) {
      return Kind.HARM;
    }
    if (type.startsWith(LEAK)) {
      return Kind.LEAK;
    }
    if (type.startsWith(UNSAFE)) {
      return Kind.UNSAFE;
    }
    if (PersonalTypes.NAMES.contains(type) || PersonalTypes.QUASI.contains(type)) {
      return Kind.NAME;
    }
    return PersonalTypes.ALL.contains(type) ? Kind.PERSONAL : Kind.SECRET;
  }
}
