package dev.moat.guard;

/**
 * A text in which encoded runs are replaced by what they say, written from left to right: once with
 * what surrounds them, and once the decoded runs alone.
 */
final class Rewrite {
  private final String text;
  private final StringBuilder whole = new StringBuilder();
  private final StringBuilder alone = new StringBuilder();
  private int copied;
  private int aloneEnd = -1;

  Rewrite(String text) {
    this.text = text;
  }

  /** The text that is decoded. */
  String text() {
    return text;
  }

  /** Says that what stands from {@code start} to before {@code end} says {@code decoded}. */
  void replace(int start, int end, String decoded) {
    if (start < copied || end <= start) {
      return;
    }
    whole.append(text, copied, start).append(decoded);
    if (aloneEnd >= 0 && aloneEnd < start) {
      boolean glued = text.substring(aloneEnd, Math.min(start, aloneEnd + 1)).isBlank();
      alone.append(glued ? text.charAt(aloneEnd) : ' ');
    }
    alone.append(decoded);
    copied = end;
    aloneEnd = end;
  }

  /** Where the last run that was replaced ends. */
  int end() {
    return copied;
  }

  boolean isChanged() {
    return copied > 0;
  }

  /** The text with all replacements; to be asked for once, at the end. */
  String whole() {
    return whole.append(text, copied, text.length()).toString();
  }

  /** The decoded runs without the rest. */
  String alone() {
    return alone.toString();
  }
}
