package dev.moat.guard;

/**
 * Walks a window from left to right and decides each position once, as soon as no text that may
 * still come could change the decision.
 */
final class Scanner {
  private final Window window;
  private final SignDetectors signDetectors;
  private final UnsafeScan unsafe;
  private final Word word = new Word();
  private final Best best = new Best();
  private final Word innerWord = new Word();
  private final Best inner = new Best();
  private final boolean quasi;
  private final Signs signs = new Signs();
  private final OpenName name;
  private int position;
  private String openType = "";
  private int openStart;
  private int openEnd;
  private Tail tail = Tail.NONE;
  private boolean open;
  private int tailState;

  /** Walks {@code window} and looks for sensitive matches and what is {@code sought}. */
  Scanner(Window window, Sought sought) {
    this.window = window;
    this.signDetectors = sought.signs();
    this.quasi = sought.quasi();
    this.name = new OpenName(window, sought.names());
    this.unsafe = new UnsafeScan(window, sought.unsafe());
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
    name.reach(position); // reads what is about to be forgotten
    window.forget(position);
  }

  /** Ends a match that is still open; {@code end} is the length of the original. */
  void finish(Findings findings, int end) {
    name.close(findings);
    if (open && !findings.stopped()) {
      close(findings, end);
    }
  }

  /** Whether a match has begun whose end is not yet known. */
  boolean isOpen() {
    return open || name.isOpen();
  }

  /** The original offset before which all is decided, if {@code available} units have arrived. */
  int decidedBefore(int available) {
    return position < window.end() ? window.originStart(position) : available;
  }

  private boolean decide(Findings findings) {
    char c = window.arrived(position);
    boolean plain = c != Window.BREAK && window.isPlainFrom(position);
    if (c <= ' ' && plain) {
      name.takeBlank(position, findings);
      unsafe.blank(c);
      position++;
      return true;
    }
    signs.clear();
    best.clear();
    unsafe.clear();
    window.stand(position);
    if (c > ' ') {
      ask(c);
    }
    if (!plain) {
      unsafe.findControls(position);
    }
    if (window.starved() || (c > ' ' && !name.reach(position))) {
      return false;
    }
    if (!plain || signs.count() > 0) {
      report(findings);
    }
    if (!findings.stopped()) {
      unsafe.blank(c);
      unsafe.settle(position, findings, best);
    }
    if (best.isEmpty() || findings.stopped()) {
      takeName(c, findings);
      boolean goesOn = plain && Alphabet.ALNUM.has(c) && !window.isEscape(position);
      position = goesOn ? word.end() : position + 1;
    } else {
      open(findings);
    }
    return true;
  }

  private void takeName(char c, Findings findings) {
    if (c > ' ' && !findings.stopped()) {
      name.take(position, findings);
    }
  }

  private void ask(char c) {
    if (!Alphabet.ALNUM.has(c)) {
      Detectors.AT_SYMBOLS.find(window, position, best);
      signDetectors.find(window, position, signs);
      unsafe.find(position);
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
    unsafe.find(word);
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
      sign(findings, signs.sign(i), start, window.originEnd(signs.end(i) - 1));
    }
    int end = window.originEnd(position);
    if (window.marked(position, Window.SMUGGLED)) {
      sign(findings, SignRules.HIDDEN_TEXT, start, end);
    }
    if (window.marked(position, Window.REVERSED)) {
      sign(findings, SignRules.TURNED_TEXT, start, end);
    }
    if (window.arrived(position) == Window.BREAK) {
      sign(findings, SignRules.INVISIBLE_RUN, start, end);
    }
  }

  /** Tells of a sign; a name ends before it, so that what is told stands in text order. */
  private void sign(Findings findings, Sign sign, int start, int end) {
    name.closeBefore(start, findings);
    findings.sign(sign, start, end);
  }

  private void open(Findings findings) {
    name.closeBefore(window.originStart(position), findings);
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
