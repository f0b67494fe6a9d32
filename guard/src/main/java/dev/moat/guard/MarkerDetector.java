package dev.moat.guard;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Knows the markup by which chat templates separate roles, which no honest text needs. */
final class MarkerDetector implements SignDetector {
  private static final Marker[] NONE = {};

  private final Start start;
  private final Marker[][] byFirst = new Marker[128][];

  MarkerDetector(List<Marker> markers) {
    List<String> texts = markers.stream().map(Marker::text).toList();
    start = Start.at(Alphabet.firsts(texts).withCapitals()).endedBy(ends(texts));
    Arrays.setAll(
        byFirst,
        first ->
            markers.stream()
                .filter(marker -> marker.text.charAt(0) == first)
                .toArray(Marker[]::new));
  }

  /** What stands in these texts after the letters and digits with which they begin. */
  private static Alphabet ends(List<String> texts) {
    List<String> ends = new ArrayList<>();
    for (String text : texts) {
      int end = 0;
      while (end < text.length() && Alphabet.ALNUM.has(text.charAt(end))) {
        end++;
      }
      if (end == text.length()) {
        return Start.ANYTHING;
      }
      ends.add(text.substring(end));
    }
    return Alphabet.firsts(ends);
  }

  /** A literal in lower case and what it is a sign of; perhaps only at the beginning of a line. */
  record Marker(Sign sign, String text, boolean atLineStart) {
    Marker {
      if (text.isEmpty() || !text.equals(text.toLowerCase(Locale.ROOT))) {
        throw new IllegalArgumentException("a marker is in lower case: " + text);
      }
    }
  }

  @Override
  public Start start() {
    return start;
  }

  @Override
  public void find(Window window, int at, Signs signs) {
    char first = lower(window.at(at));
    for (Marker marker : first < byFirst.length ? byFirst[first] : NONE) {
      if (matches(window, at, marker)) {
        signs.add(marker.sign(), at + marker.text().length());
        return;
      }
    }
  }

  private static boolean matches(Window window, int at, Marker marker) {
    char before = window.at(at - 1);
    if (marker.atLineStart() && before != '\n' && before != '\r' && before != Window.END) {
      return false;
    }
    for (int i = 0; i < marker.text().length(); i++) {
      if (lower(window.at(at + i)) != marker.text().charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
  }
}
