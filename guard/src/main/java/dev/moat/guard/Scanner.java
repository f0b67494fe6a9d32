package dev.moat.guard;

/**
 * Walks a window from left to right and decides each position once, as soon as no text that may
 * still come could change the decision.
 */
final class Scanner {
  private final Window window;
  private final SignDetectors signDetectors;
  private final Word word = new Word();
  private final Best best = new Best();
  private final Word innerWord = new Word();
  private final Best inner = new Best();
  private final boolean quasi;
  private final Signs signs = new Signs();
  private int position;
  private String openType = "";
  private int openStart;
  private int openEnd;
  private Tail tail = Tail.NONE;
  private boolean open;
  private int tailState;

  /** Walks {@code window} and looks for sensitive matches, and for signs of these kinds. */
  Scanner(Window window, SignDetectors signDetectors) {
    this(window, signDetectors, false);
  }

  /** The same, and also for the types of {@link PersonalTypes#QUASI} if {@code quasi}. */
  Scanner(Window window, SignDetectors signDetectors, boolean quasi) {
    this.window = window;
    this.signDetectors = signDetectors;
    this.quasi = quasi;
  }

  /** Decides all positions that can be decided and that begin before the original {@code limit}. */
  void advance(Findings findings, int limit) {
    while (position < window.end() && window.originStart(position) < limit && !findings.stopped()) {
      if (open) {
        swallow(findings);
      } else if (window.isInWord(position)) {
        position = window.wordEnd(position);
      } else if (!decide(findings)) {
        break;
      }
    }
    window.forget(position);
  }

  /** Ends a match that is still open; {@code end} is the length of the original. */
  void finish(Findings findings, int end) {
    if (open && !findings.stopped()) {
      close(findings, end);
    }
  }

  /** Whether a match has begun whose end is not yet known. */
  boolean isOpen() {
    return open;
  }

  /** The original offset before which all is decided, if {@code available} units have arrived. */
  int decidedBefore(int available) {
    return position < window.end() ? window.originStart(position) : available;
  }

  private boolean decide(Findings findings) {
    char c = window.arrived(position);
    boolean plain = c != Window.BREAK && window.isPlainFrom(position);
    if (c <= ' ' && plain) {
      position++;
      return true;
    }
    signs.clear();
    best.clear();
    if (c > ' ') {
      window.stand(position);
      ask(c);
      if (window.starved()) {
        return false;
      }
    }
    if (!plain || signs.count() > 0) {
      report(findings);
    }
    if (best.isEmpty() || findings.stopped()) {
      boolean goesOn = plain && Alphabet.ALNUM.has(c) && !window.isEscape(position);
      position = goesOn ? word.end() : position + 1;
    } else {
      open(findings);
    }
    return true;
  }

  private void ask(char c) {
    if (!Alphabet.ALNUM.has(c)) {
      Detectors.AT_SYMBOLS.find(window, position, best);
      signDetectors.find(window, position, signs);
      return;
    }
    word.read(window, position);
    if (!PlainWord.is(window, word)) {
      Detectors.AT_WORDS.find(window, word, best);
    }
    if (quasi && best.isEmpty()) {
      Detectors.QUASI_AT_WORDS.find(window, word, best);
      if (!best.isEmpty() && hides(best.end())) {
        best.clear();
      }
    }
    signDetectors.find(window, word, signs);
  }

  /** Whether something more severe begins between the word at hand and {@code end}. */
  private boolean hides(int end) {
    for (int i = word.end(); i < end && inner.isEmpty(); i++) {
      if (!Alphabet.ALNUM.has(window.at(i))) {
        Detectors.AT_SYMBOLS.find(window, i, inner);
      } else if (!window.isInWord(i)) {
        innerWord.read(window, i);
        Detectors.AT_WORDS.find(window, innerWord, inner);
      }
    }
    boolean found = !inner.isEmpty();
    inner.clear();
    return found;
  }

  private void report(Findings findings) {
    int start = window.originStart(position);
    for (int i = 0; i < signs.count(); i++) {
      findings.sign(signs.sign(i), start, window.originEnd(signs.end(i) - 1));
    }
    int end = window.originEnd(position);
    if (window.marked(position, Window.SMUGGLED)) {
      findings.sign(SignRules.HIDDEN_TEXT, start, end);
    }
    if (window.marked(position, Window.REVERSED)) {
      findings.sign(SignRules.TURNED_TEXT, start, end);
    }
    if (window.arrived(position) == Window.BREAK) {
      findings.sign(SignRules.INVISIBLE_RUN, start, end);
    }
  }

  private void open(Findings findings) {
    openType = best.type();
    openStart = window.originStart(position);
    openEnd = window.originEnd(best.end() - 1);
    tail = best.tail();
    open = best.isOpen();
    tailState = 0;
    position = best.end();
    findings.opened(openType, openStart, openEnd);
    if (!open) {
      close(findings, openEnd);
    }
  }

  private void swallow(Findings findings) {
    tailState = tail.next(tailState, window.arrived(position));
    if (tailState == Tail.STOP_BEFORE) {
      close(findings, window.originStart(position));
      return;
    }
    openEnd = window.originEnd(position++);
    if (tailState == Tail.STOP_AFTER) {
      close(findings, openEnd);
    }
  }

  private void close(Findings findings, int end) {
    open = false;
    if (!findings.stopped()) {
      findings.closed(openType, openStart, end);
    }
  }
}
