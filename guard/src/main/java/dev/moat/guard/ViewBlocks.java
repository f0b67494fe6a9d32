package dev.moat.guard;

import java.util.ArrayList;
import java.util.List;

/**
 * The parts of a text that are looked at through views, one after the other. Where one ends depends
 * on the segments alone, so a stream is looked at as the whole is.
 *
 * <p>A part ends once what is encoded in it ends, so that no more of a stream is held back than
 * that, and otherwise when it is long enough. The next begins with the end of the last, so that
 * what lies across is read as well.
 */
final class ViewBlocks {
  /** How long a part is before it ends for that alone. */
  static final int LENGTH_MAX = 4_096;

  /** How much of a part the next one begins with, at most. */
  static final int CARRIED_MAX = 256;

  private static final int NONE = Integer.MAX_VALUE;

  private final StringBuilder text = new StringBuilder();
  private int carried;
  private int end;
  private int encodedFrom = NONE;

  /** All parts of a whole text that is cut into those segments. */
  static List<String> of(List<String> segments) {
    ViewBlocks blocks = new ViewBlocks();
    List<String> all = new ArrayList<>();
    for (String segment : segments) {
      if (blocks.add(segment)) {
        all.add(blocks.take());
      }
    }
    if (blocks.isBegun()) {
      all.add(blocks.take());
    }
    return all;
  }

  /** Adds the next segment and says whether the part ends with it. */
  boolean add(String segment) {
    boolean encoded = (ViewGate.facts(segment) & ~ViewGate.STYLED) != 0;
    if (encoded && encodedFrom == NONE) {
      encodedFrom = end;
    }
    text.append(segment);
    end += segment.length();
    return text.length() >= LENGTH_MAX || (!encoded && encodedFrom < NONE);
  }

  /** Whether this part has more than the end of the last. */
  boolean isBegun() {
    return text.length() > carried;
  }

  /** Where what is encoded in this part begins as far as one segment shows, or its end. */
  int plainUntil() {
    return Math.min(encodedFrom, end);
  }

  /** Where what views show of this part begins. */
  int from() {
    return encodedFrom == NONE ? end - text.length() : encodedFrom;
  }

  /** The text of this part; the next begins. */
  String take() {
    String part = text.toString();
    text.delete(0, Math.max(0, text.length() - CARRIED_MAX));
    carried = text.length();
    encodedFrom = NONE;
    return part;
  }
}
