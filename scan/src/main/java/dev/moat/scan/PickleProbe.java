package dev.moat.scan;

/**
 * Says whether bytes are a Python pickle: they begin with its protocol mark, or, in the text
 * protocols, their operations can be followed on an imagined stack to a call of something imported
 * or to a stop at the very end. Where the stack would run empty, a loader would have failed before.
 */
final class PickleProbe {
  private static final long OPERATIONS_MAX = 1 << 20;
  private static final long LINE_MAX = 4096;
  private static final int MARKS_MAX = 256;
  private static final int PROTOCOL = 0x80;
  private static final int PROTOCOL_MAX = 5;

  /** Operations that push one value, by their operand: none, bytes, a numeric line, any line. */
  private static final String PUSH = "N)]}";

  private static final String PUSH_NUMBER_LINE = "FILg";
  private static final String PUSH_LINE = "SVP";

  private final Bytes bytes;
  private final int[] marks = new int[MARKS_MAX];
  private int markCount;
  private int depth;
  private long at;
  private boolean imported;

  private PickleProbe(Bytes bytes) {
    this.bytes = bytes;
  }

  /** Whether a pickle loader would take the bytes. */
  static boolean isPickle(Bytes bytes) {
    if (bytes.at(0) == PROTOCOL && bytes.at(1) >= 0 && bytes.at(1) <= PROTOCOL_MAX) {
      return true;
    }
    return new PickleProbe(bytes).runs();
  }

  private boolean runs() {
    for (long count = 0; count < OPERATIONS_MAX; count++) {
      int operation = bytes.at(at++);
      if (operation == '.') {
        return depth > 0 && (imported || at == bytes.size());
      }
      boolean calls = (operation == 'R' || operation == 'b') && depth >= 2;
      if ((imported && (calls || (operation == 'o' && markCount > 0)))) {
        return true;
      }
      if (operation == 'i' && markCount > 0) {
        return imported();
      }
      if (!step(operation)) {
        return false;
      }
    }
    return true;
  }

  /** Follows one operation; false if no loader would. */
  private boolean step(int operation) {
    if (operation < 0) {
      return false;
    }
    if (PUSH.indexOf(operation) >= 0) {
      return push(0);
    }
    if (PUSH_NUMBER_LINE.indexOf(operation) >= 0) {
      return isNumeric(bytes.at(at)) && line() && push(0);
    }
    if (PUSH_LINE.indexOf(operation) >= 0) {
      return line() && push(0);
    }
    return switch (operation) {
      case 'c' -> {
        imported = true;
        yield imported() && push(0);
      }
      case 'K', 'h' -> push(1);
      case 'M' -> push(2);
      case 'J', 'j' -> push(4);
      case 'G' -> push(8);
      case 'U' -> push(1L + Math.max(0, bytes.at(at)));
      case 'p' -> isNumeric(bytes.at(at)) && line() && depth > 0;
      case 'q' -> skip(1) && depth > 0;
      case 'r' -> skip(4) && depth > 0;
      default -> stack(operation);
    };
  }

  /** Operations that only move the stack. */
  private boolean stack(int operation) {
    return switch (operation) {
      case '(' -> {
        if (markCount < MARKS_MAX) {
          marks[markCount++] = depth;
        }
        yield markCount < MARKS_MAX;
      }
      case 't', 'l', 'd' -> toMark() && push(0);
      case 'e', 'u' -> toMark() && depth > 0;
      case '1' -> toMark();
      case '0' -> pop(1);
      case '2' -> depth > 0 && push(0);
      case 'a', 'R', 'b' -> depth >= 2 && pop(1);
      case 's' -> depth >= 3 && pop(2);
      case 'Q' -> depth > 0;
      default -> false;
    };
  }

  private boolean push(long operandBytes) {
    depth++;
    return skip(operandBytes);
  }

  private boolean pop(int values) {
    depth -= values;
    return depth >= 0;
  }

  private boolean toMark() {
    if (markCount == 0) {
      return false;
    }
    depth = marks[--markCount];
    return true;
  }

  private boolean skip(long count) {
    at += count;
    return at <= bytes.size();
  }

  /** Passes over a module and a name. */
  private boolean imported() {
    boolean module = identifier();
    return module && identifier();
  }

  /** Passes over a line of a dotted identifier. */
  private boolean identifier() {
    long from = at;
    while (at - from < LINE_MAX) {
      int b = bytes.at(at++);
      if (b == '\n') {
        return at - from > 1;
      }
      if (b != '.' && b != '_' && !Character.isLetterOrDigit(b)) {
        return false;
      }
    }
    return false;
  }

  private boolean line() {
    long from = at;
    while (at - from < LINE_MAX) {
      int b = bytes.at(at++);
      if (b == '\n') {
        return true;
      }
      if (b < 0) {
        return false;
      }
    }
    return false;
  }

  private static boolean isNumeric(int b) {
    return (b >= '0' && b <= '9') || b == '-' || b == '.';
  }
}
