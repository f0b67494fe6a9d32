package dev.moat.guard;

/**
 * Where markdown shows text as code, hence shows markup and does not obey it: fenced blocks and
 * spans between backticks (CommonMark, sections 4.5 and 6.1). It follows a scanner from position to
 * position, so what it says is a function of the text.
 */
final class CodeSpans {
  private static final int FENCE_MIN = 3;
  private static final int INDENT_MAX = 3;
  private static final int RUN_MAX = 64;
  private static final int INFO_MAX = 96;
  private static final Alphabet BLANKS = Alphabet.of(" \t");

  private char fence;
  private int fenceLength;
  private int inline;
  private boolean lineHasText;

  private char mark;
  private int markLength;
  private boolean markAlone;
  private boolean markOpens;

  /** Looks at a run of marks that may begin at {@code at}; {@link #settle} takes it up. */
  void look(Window window, int at) {
    char c = window.at(at);
    markLength = 0;
    if (window.at(at - 1) == c) {
      return;
    }
    mark = c;
    int end = at;
    while (end - at < RUN_MAX && window.at(end) == c) {
      end++;
    }
    markLength = end - at;
    boolean first = markLength >= FENCE_MIN && isLineStart(window, at);
    markAlone = first && isLineEnd(window, end);
    markOpens = first && !hasBacktick(window, end);
  }

  /** Takes up what {@link #look} saw, once it is certain. */
  void settle() {
    if (markLength == 0) {
      return;
    }
    if (fenceLength > 0) {
      if (markAlone && mark == fence && markLength >= fenceLength) {
        fenceLength = 0;
      }
    } else if (markOpens) {
      fence = mark;
      fenceLength = markLength;
      inline = 0;
    } else if (mark == '`') {
      inline = inline == 0 ? markLength : inline == markLength ? 0 : inline;
    }
    markLength = 0;
  }

  /** Says that text stands at the position at hand. */
  void text() {
    lineHasText = true;
  }

  /** Says that a line ends; one without text ends a paragraph, and a span of code with it. */
  void lineEnd() {
    if (!lineHasText) {
      inline = 0;
    }
    lineHasText = false;
  }

  /** Whether {@code at} is inside of code. A span counts only if it is closed. */
  boolean isCode(Window window, int at) {
    return fenceLength > 0 || (inline > 0 && isClosed(window, at));
  }

  private boolean isClosed(Window window, int at) {
    boolean blank = false;
    int run = 0;
    for (int i = at; ; i++) {
      char c = window.at(i);
      if (c == '`') {
        run++;
        continue;
      }
      if (run == inline) {
        return true;
      }
      run = 0;
      if (c == Window.END || (c == '\n' && blank)) {
        return false;
      }
      blank = c == '\n' || (blank && c <= ' ');
    }
  }

  private static boolean isLineStart(Window window, int at) {
    int i = at - 1;
    while (at - i <= INDENT_MAX && window.at(i) == ' ') {
      i--;
    }
    while (window.at(i) == '>' || (window.at(i) == ' ' && window.at(i - 1) == '>')) {
      i--; // a quotation
    }
    char c = window.at(i);
    return c == '\n' || c == '\r' || c == Window.END;
  }

  private static boolean isLineEnd(Window window, int at) {
    int end = BLANKS.runEnd(window, at, INFO_MAX);
    char c = window.at(end);
    return c == '\n' || c == '\r' || c == Window.END;
  }

  private static boolean hasBacktick(Window window, int at) {
    for (int i = at; i - at < INFO_MAX; i++) {
      char c = window.at(i);
      if (c == '`') {
        return true;
      }
      if (c == '\n' || c == '\r' || c == Window.END) {
        return false;
      }
    }
    return false;
  }
}
