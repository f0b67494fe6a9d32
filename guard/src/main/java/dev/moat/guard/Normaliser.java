package dev.moat.guard;

/**
 * Writes the detection copy: what a text looks like, in plain characters, without what is
 * invisible. The original is never changed; each character of the copy knows its origin.
 */
final class Normaliser {
  /**
   * How many invisible code points may stand between two characters of one match. A longer run is a
   * {@link Window#BREAK}: it bounds what a stream must hold back.
   */
  static final int INVISIBLE_RUN_MAX = 16;

  /** Begins the flags of regions, which are honestly spelt in tags. */
  static final int BLACK_FLAG = 0x1F3F4;

  private static final char NO_SURROGATE = '\0';

  private final Window window;
  private char high = NO_SURROGATE;
  private int offset;
  private int invisible;
  private int mark;
  private int controlAt;
  private boolean flag;

  Normaliser(Window window) {
    this.window = window;
  }

  /** Adds the characters of {@code text} from {@code start} to before {@code end}. */
  void accept(String text, int start, int end) {
    int i = start;
    while (i < end) {
      int plain = high == NO_SURROGATE && mark == 0 ? plainEnd(text, i, end) : i;
      if (plain == i) {
        unit(text.charAt(i++));
        continue;
      }
      window.appendPlain(text, i, plain, offset);
      offset += plain - i;
      invisible = 0;
      flag = false;
      i = plain;
    }
  }

  /** Where the visible ASCII characters from {@code start} on end: they stand for themselves. */
  private static int plainEnd(String text, int start, int end) {
    int i = start;
    while (i < end && text.charAt(i) >= 0x20 && text.charAt(i) < 0x7F) {
      i++;
    }
    return i;
  }

  /** Says that nothing follows. */
  void finish() {
    if (high != NO_SURROGATE) {
      high = NO_SURROGATE;
      write(Window.BREAK, 1, 0);
    }
    mark = 0; // no character follows that a control could be there with
    window.complete();
  }

  /** The original offset up to which all is in the copy; a control is there with what follows. */
  int offset() {
    if (mark != 0) {
      return controlAt;
    }
    return high == NO_SURROGATE ? offset : offset - 1;
  }

  private void unit(char c) {
    offset++;
    if (high != NO_SURROGATE) {
      char first = high;
      high = NO_SURROGATE;
      if (Character.isLowSurrogate(c)) {
        pair(Character.toCodePoint(first, c));
        return;
      }
      offset--;
      write(Window.BREAK, 1, 0); // a lone surrogate
      offset++;
    }
    if (Character.isHighSurrogate(c)) {
      high = c;
    } else if (Character.isLowSurrogate(c)) {
      write(Window.BREAK, 1, 0);
    } else {
      single(c);
    }
  }

  private void single(char c) {
    char folded = Folds.single(c);
    if (folded == Folds.DROP) {
      mark(controls(c));
      drop(1);
    } else if (folded == Folds.SEVERAL) {
      writeAll(Folds.several(c), 1);
    } else {
      write(folded, 1, 0);
    }
  }

  /** What a character that is not seen does to those that follow, as marks. */
  private static int controls(char c) {
    if ((c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069)) {
      return Window.REVERSED;
    }
    return switch (c) {
      case 0x1B, 0x07, 0x08 -> Window.CONTROL;
      case 0x9B, 0x9D -> Window.CONTROL_SHORT;
      default -> 0;
    };
  }

  private void mark(int added) {
    if (mark == 0) {
      controlAt = offset - 1;
    }
    mark |= added;
  }

  private void pair(int codePoint) {
    int hidden = flag ? 0 : Folds.hidden(codePoint);
    flag = codePoint == BLACK_FLAG || (flag && codePoint >= 0xE0000);
    if (hidden != 0) {
      write((char) hidden, 2, Window.SMUGGLED);
    } else {
      writeAll(Folds.several(codePoint), 2);
    }
  }

  private void writeAll(String characters, int width) {
    if (characters.isEmpty()) {
      drop(width);
    }
    for (int i = 0; i < characters.length(); i++) {
      write(characters.charAt(i), width, 0);
    }
  }

  private void drop(int width) {
    if (++invisible > INVISIBLE_RUN_MAX) {
      write(Window.BREAK, width, 0);
    }
  }

  private void write(char c, int width, int hidden) {
    int gap = mark == 0 ? 0 : Window.GAP * Math.max(0, offset - width - controlAt);
    window.append(c, offset - width, width, hidden | mark | gap);
    invisible = 0;
    mark = 0;
  }
}
