package dev.moat.guard;

/**
 * The rest of a stretch that something closes, such as an element or a comment, with all of the
 * same sort that opens and closes inside.
 */
final class ClosingTail implements Tail {
  private static final int DEPTH_MAX = 1000;
  private static final int STARTED = 1;
  private static final int PROGRESS_BITS = 5;
  private static final int PROGRESS_MASK = (1 << PROGRESS_BITS) - 1;
  private static final int CLOSED = 1 << 29;

  private final String opening;
  private final String closing;
  private final int first;

  private ClosingTail(String opening, String closing, int first) {
    this.opening = opening;
    this.closing = closing;
    this.first = first;
  }

  /** The rest of a comment. */
  static ClosingTail comment() {
    return new ClosingTail("", "-->", 0);
  }

  /** The rest of the element of that name, in lower case. */
  static ClosingTail element(String name) {
    return new ClosingTail("<" + name, "</" + name, 0);
  }

  /** The same after {@code state}. */
  ClosingTail after(int state) {
    return new ClosingTail(opening, closing, state);
  }

  @Override
  public int next(int state, char c) {
    int before = state == 0 ? first : state;
    if (before == CLOSED) {
      return c == '>' ? STOP_AFTER : CLOSED;
    }
    char small = Character.toLowerCase(c);
    int rest = before >> 1;
    int depth = rest >> (2 * PROGRESS_BITS);
    int opened = progress(opening, (rest >> PROGRESS_BITS) & PROGRESS_MASK, small);
    int closed = progress(closing, rest & PROGRESS_MASK, small);
    if (closed == closing.length()) {
      if (depth == 0) {
        return c == '>' ? STOP_AFTER : CLOSED;
      }
      depth--;
      closed = 0;
    }
    if (!opening.isEmpty() && opened == opening.length()) {
      depth = Math.min(DEPTH_MAX, depth + 1);
      opened = 0;
    }
    int progress = (opened << PROGRESS_BITS) | closed;
    return (((depth << (2 * PROGRESS_BITS)) | progress) << 1) | STARTED;
  }

  /** How much of {@code word} has been read when {@code c} follows {@code read} of it. */
  private static int progress(String word, int read, char c) {
    if (word.isEmpty()) {
      return 0;
    }
    if (word.charAt(read) == c) {
      return read + 1;
    }
    for (int length = read; length > 0; length--) {
      boolean fits = word.charAt(length - 1) == c;
      if (fits && word.regionMatches(0, word, read - length + 1, length - 1)) {
        return length;
      }
    }
    return 0;
  }
}
