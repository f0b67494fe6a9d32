package dev.moat.guard;

/**
 * Knows orders to a terminal (ECMA-48): sequences that an escape begins, backspaces, and carriage
 * returns that write over a line; also an escape spelt out as in the source of a program.
 */
final class TerminalDetector implements Detector {
  static final String TYPE = Span.UNSAFE + "terminal";

  private static final Alphabet PARAMETERS = Alphabet.of("0-9;:?<=>! \\-");
  private static final Alphabet NUMBERS = Alphabet.of("0-9;?");
  private static final Alphabet INTRODUCERS = Alphabet.of("[]P");
  private static final String[] SPELT = {"\\x1b", "\\u001b", "\\033", "\\e", "\\x9b", "\\u009b"};
  private static final int SEQUENCE_MAX = 400;
  private static final int PARAMETERS_MAX = 32;

  @Override
  public Start start() {
    return Start.at(Alphabet.of("\\\\"));
  }

  @Override
  public void find(Window window, int at, Best best) {
    for (String escape : SPELT) {
      int end = at + escape.length();
      if (stands(window, at, escape) && INTRODUCERS.has(window.at(end))) {
        best.offer(TYPE, end + 1);
        return;
      }
    }
  }

  /** Offers what begins at {@code at}, before which a control stood. */
  static void control(Window window, int at, Best best) {
    if (window.marked(at, Window.CONTROL)) {
      best.offer(TYPE, end(window, at));
    } else if (window.marked(at, Window.CONTROL_SHORT)) {
      int end = NUMBERS.runEnd(window, at, PARAMETERS_MAX);
      if (end > at && (Alphabet.LETTERS.has(window.at(end)) || window.at(end - 1) == ';')) {
        best.offer(TYPE, end + 1);
      }
    }
  }

  /** Offers the character that a carriage return lets be written over a line. */
  static void overwriting(Window window, int at, Best best) {
    char before = window.at(at - 2);
    boolean line = before != '\n' && before != '\r' && before != Window.END;
    if (line && window.at(at - 1) == '\r' && window.at(at) > ' ') {
      best.offer(TYPE, at + 1);
    }
  }

  private static int end(Window window, int at) {
    char c = window.at(at);
    if (c == '[') {
      int last = PARAMETERS.runEnd(window, at + 1, PARAMETERS_MAX);
      return isVisible(window.at(last)) ? last + 1 : last;
    }
    if (c != ']' && c != 'P') {
      return at + 1;
    }
    int end = at + 1;
    while (end - at < SEQUENCE_MAX && isVisible(window.at(end)) && !window.controls(end)) {
      end++;
    }
    return end;
  }

  private static boolean isVisible(char c) {
    return c >= ' ' && c != Window.END;
  }

  private static boolean stands(Window window, int at, String text) {
    for (int i = 0; i < text.length(); i++) {
      if ((window.at(at + i) | 0x20) != (text.charAt(i) | 0x20)) {
        return false;
      }
    }
    return true;
  }
}
