package dev.moat.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Knows the markup by which chat templates separate roles, which no honest text needs. */
final class MarkerDetector implements SignDetector {
  private final List<List<Marker>> byFirst = new ArrayList<>();

  MarkerDetector(List<Marker> markers) {
    for (int c = 0; c < 128; c++) {
      char first = (char) c;
      byFirst.add(markers.stream().filter(marker -> marker.text.charAt(0) == first).toList());
    }
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
  public void find(Window window, int at, Signs signs) {
    char first = lower(window.at(at));
    if (first >= byFirst.size()) {
      return;
    }
    for (Marker marker : byFirst.get(first)) {
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
