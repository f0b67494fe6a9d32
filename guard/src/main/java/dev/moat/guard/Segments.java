package dev.moat.guard;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a text is cut into segments, the pieces that the heads judge: sentences and lines, but
 * neither very short nor very long ones. Where a segment ends depends on its characters and on the
 * one after it, so a stream is cut as the whole is.
 */
final class Segments {
  /** How long a segment is at most, but for the second half of a character. */
  static final int LENGTH_MAX = 320;

  private static final int LENGTH_MIN = 24;
  private static final int LINE_MIN = 8;
  private static final int SPACE_WANTED_FROM = 280;
  private static final String SENTENCE_ENDS = ".!?:;\"')]}|";
  private static final String WIDE_ENDS = "。！？；\u0964";

  private int length;
  private char last;
  private char visible;
  private boolean newLine;

  /** The segments of a whole text. */
  static List<String> of(String text) {
    Segments segments = new Segments();
    List<String> all = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      if (segments.endsBefore(text.charAt(i))) {
        all.add(text.substring(start, i));
        start = i;
      }
    }
    if (start < text.length()) {
      all.add(text.substring(start));
    }
    return all;
  }

  /**
   * Takes the next character and says whether a segment ended before it; then the character is the
   * first of the next segment.
   */
  boolean endsBefore(char c) {
    boolean ends = endsHere(c);
    length = ends ? 1 : length + 1;
    last = c;
    visible = c > ' ' ? c : visible;
    newLine = c <= ' ' && (newLine || c == '\n');
    return ends;
  }

  private boolean endsHere(char c) {
    if (length >= LENGTH_MAX) {
      return !(Character.isLowSurrogate(c) && Character.isHighSurrogate(last));
    }
    if (length < LINE_MIN) {
      return false;
    }
    if (newLine && c > ' ') {
      return true;
    }
    if (length < LENGTH_MIN) {
      return false;
    }
    if (WIDE_ENDS.indexOf(last) >= 0) {
      return true;
    }
    if (last > ' ' || c <= ' ') {
      return false;
    }
    return length >= SPACE_WANTED_FROM || SENTENCE_ENDS.indexOf(visible) >= 0;
  }
}
