package dev.moat.scan;

/**
 * Says whether bytes are a Python pickle: they begin with its protocol mark, or their operations,
 * of any protocol since a loader demands no mark, can be followed on an imagined stack to a call of
 * something imported or to a stop at the very end. Where the stack would run empty, a loader would
 * have failed before. In doubt, bytes are a pickle.
 */
final class PickleProbe {
  private static final long OPERATIONS_MAX = 1 << 20;
  private static final long IDENTIFIER_MAX = 4096;
  private static final int MARKS_MAX = 256;
  private static final int PROTOCOL = 0x80;
  private static final int PROTOCOL_MAX = 5;

  /** Operations that push one value, by their operand: none, a numeric line, any line. */
  private static final String PUSH = "N)]}\u0088\u0089\u008F\u0097";

  private static final String PUSH_NUMBER_LINE = "FILg";
  private static final String PUSH_LINE = "SVP";

  /** Operations that push one value of a length that stands in front in 1, 4 or 8 bytes. */
  private static final String PUSH_LENGTH_1 = "UC\u008A\u008C";

  private static final String PUSH_LENGTH_4 = "TXB\u008B";
  private static final String PUSH_LENGTH_8 = "\u008D\u008E\u0096";

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
      if (calls(operation) || (operation == '(' && markCount == MARKS_MAX)) {
        return true;
      }
      if (operation == 'i' && markCount > 0) {
        return imported();
      }
      if (operation == '.') {
        if (depth == 0 || imported || at == bytes.size()) {
          return depth > 0;
        }
        depth = 0; // a loader may be asked for the pickle that follows
        markCount = 0;
      } else if (!step(operation)) {
        return false;
      }
    }
    return true;
  }

  /** Whether the operation calls something that was imported before. */
  private boolean calls(int operation) {
    return imported
        && switch (operation) {
          case 'R', 'b', 0x81 -> depth >= 2;
          case 0x92 -> depth >= 3;
          case 'o' -> markCount > 0;
          default -> false;
        };
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
      return isNumber(operation) && line() && push(0);
    }
    if (PUSH_LINE.indexOf(operation) >= 0) {
      return line() && push(0);
    }
    if (PUSH_LENGTH_1.indexOf(operation) >= 0) {
      return pushCounted(1);
    }
    if (PUSH_LENGTH_4.indexOf(operation) >= 0) {
      return pushCounted(4);
    }
    if (PUSH_LENGTH_8.indexOf(operation) >= 0) {
      return pushCounted(8);
    }
    return switch (operation) {
      case 'c' -> {
        imported = true;
        yield imported() && push(0);
      }
      case 'K', 'h', 0x82 -> push(1);
      case 'M', 0x83 -> push(2);
      case 'J', 'j', 0x84 -> push(4);
      case 'G' -> push(8);
      case 'p' -> isNumber(operation) && line() && depth > 0;
      case 'q' -> skip(1) && depth > 0;
      case 'r' -> skip(4) && depth > 0;
      case PROTOCOL -> skip(1);
      case 0x95 -> skip(8);
      default -> stack(operation);
    };
  }

  /** Operations that only move the stack. */
  private boolean stack(int operation) {
    return switch (operation) {
      case '(' -> {
        marks[markCount++] = depth;
        yield true;
      }
      case 't', 'l', 'd', 0x91 -> toMark() && push(0);
      case 'e', 'u', 0x90 -> toMark() && depth > 0;
      case '1' -> toMark();
      case '0' -> (markCount > 0 && marks[markCount - 1] == depth) ? toMark() : pop(1);
      case '2' -> depth > 0 && push(0);
      case 'a', 'R', 'b', 0x81, 0x86 -> depth >= 2 && pop(1);
      case 's', 0x87, 0x92 -> depth >= 3 && pop(2);
      case 'Q', 0x85, 0x94, 0x98 -> depth > 0;
      case 0x93 -> {
        imported = true;
        yield depth >= 2 && pop(1);
      }
      default -> false;
    };
  }

  private boolean push(long operandBytes) {
    depth++;
    return skip(operandBytes);
  }

  /** Pushes a value whose length stands before it in so many bytes. */
  private boolean pushCounted(int width) {
    long length = bytes.little(at, width);
    return length >= 0 && length <= bytes.size() && push(width + length);
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
    while (at - from < IDENTIFIER_MAX) {
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
    int b;
    do {
      b = bytes.at(at++);
    } while (b >= 0 && b != '\n');
    return b == '\n';
  }

  /** Whether a number begins here as Python reads it: after blanks and a sign, words included. */
  private boolean isNumber(int operation) {
    long first = at;
    while (bytes.at(first) == ' ' || bytes.at(first) == '\t') {
      first++;
    }
    int b = bytes.at(first);
    return (b >= '0' && b <= '9')
        || b == '-'
        || b == '+'
        || b == '.'
        || (operation == 'F' && (bytes.has(first, "inf") || bytes.has(first, "nan")));
  }
}
