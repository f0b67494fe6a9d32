package dev.moat.guard;

/** Asks the detectors of unsafe content as a scanner goes through one text. */
final class UnsafeScan {
  private static final String BIDI = Span.UNSAFE + "bidi";

  private final Window window;
  private final UnsafeDetectors detectors;
  private final boolean idle;
  private final CodeSpans code = new CodeSpans();
  private final Best best = new Best();
  private final Best inCode = new Best();
  private int toldBefore;

  /** Whether anything was looked at: at most positions nothing is. */
  private boolean touched;

  UnsafeScan(Window window, UnsafeDetectors detectors) {
    this.window = window;
    this.detectors = detectors;
    this.idle = detectors.isEmpty();
  }

  /** Forgets what was found at another position. */
  void clear() {
    if (touched) {
      best.clear();
      inCode.clear();
      touched = false;
    }
  }

  /** Says that {@code c} is decided, which may end a line. */
  void blank(char c) {
    if (c == '\n') {
      code.lineEnd();
    }
  }

  /** Asks what begins with {@code word}. */
  void find(Word word) {
    if (idle) {
      return;
    }
    code.text();
    int asked = detectors.asked(word);
    if (asked != 0) {
      ask(asked, word.start());
    }
    if (word.before() == '\r' && detectors.findControls()) {
      overwriting(word.start());
    }
  }

  /** Asks what begins at {@code at}, where no letter or digit stands. */
  void find(int at) {
    if (idle) {
      return;
    }
    code.text();
    char c = window.at(at);
    char before = window.at(at - 1);
    if (c == '`' || c == '~') {
      code.look(window, at);
      touched = true;
    }
    int asked = detectors.asked(c, before);
    if (asked != 0) {
      ask(asked, at);
    }
    if (before == '\r' && detectors.findControls()) {
      overwriting(at);
    }
  }

  /** Asks what begins with the controls before {@code at}. */
  void findControls(int at) {
    if (at < toldBefore || !detectors.findControls()) {
      return;
    }
    touched = true;
    TerminalDetector.control(window, at, best);
    if (window.marked(at, Window.REVERSED) && code.isCode(window, at)) {
      best.offer(BIDI, at + 1);
    }
  }

  private void overwriting(int at) {
    if (at >= toldBefore) {
      touched = true;
      TerminalDetector.overwriting(window, at, best);
    }
  }

  private void ask(int asked, int at) {
    if (at < toldBefore) {
      return;
    }
    touched = true;
    int shown = detectors.shown(asked);
    detectors.find(asked ^ shown, window, at, best);
    detectors.find(shown, window, at, inCode);
    if (!inCode.isEmpty() && !code.isCode(window, at)) {
      best.take(inCode);
    }
  }

  /** Tells what was found at {@code at}, which is decided, or offers it where it is replaced. */
  void settle(int at, Findings findings, Best replaced) {
    if (!touched) {
      return;
    }
    code.settle();
    if (best.isEmpty()) {
      return;
    }
    if (findings.replaces(best.type())) {
      replaced.take(best);
    } else {
      toldBefore = best.end();
      findings.noticed(best.type(), window.originStart(at), window.originEnd(best.end() - 1));
    }
  }
}
