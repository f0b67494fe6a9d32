package dev.moat.data;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A text on its way to be clean: it knows which stretches of it are pseudonyms put there by us. */
final class Draft {
  private final StringBuilder text;
  private final List<int[]> pseudonyms;

  Draft() {
    this("");
  }

  Draft(String text) {
    this(new StringBuilder(text), new ArrayList<>());
  }

  private Draft(StringBuilder text, List<int[]> pseudonyms) {
    this.text = text;
    this.pseudonyms = pseudonyms;
  }

  String text() {
    return text.toString();
  }

  Draft append(String piece) {
    text.append(piece);
    return this;
  }

  Draft append(Draft piece) {
    copy(piece, 0, piece.text.length());
    return this;
  }

  Draft appendPseudonym(String token) {
    pseudonyms.add(new int[] {text.length(), text.length() + token.length()});
    text.append(token);
    return this;
  }

  /** Whether the stretch lies inside one pseudonym; a copy of one in the source does not count. */
  boolean isPseudonym(int start, int end) {
    int at = firstEndingAfter(start);
    return at < pseudonyms.size() && pseudonyms.get(at)[0] <= start && end <= pseudonyms.get(at)[1];
  }

  /** The number of the first pseudonym that ends behind that place. */
  private int firstEndingAfter(int place) {
    int low = 0;
    int high = pseudonyms.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (pseudonyms.get(middle)[1] <= place) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The draft with sorted, disjoint stretches replaced; a stretch swallows what it overlaps. */
  Draft replace(List<Found> stretches, Function<Found, String> token) {
    Draft out = new Draft();
    int at = 0;
    for (Found stretch : widened(stretches)) {
      out.copy(this, at, stretch.start());
      out.appendPseudonym(token.apply(stretch));
      at = stretch.end();
    }
    out.copy(this, at, text.length());
    return out;
  }

  /** Stretches that cut a pseudonym grow to take it in, so that no half of one is left. */
  private List<Found> widened(List<Found> stretches) {
    List<Found> out = new ArrayList<>();
    for (Found stretch : stretches) {
      int start = stretch.start();
      int end = stretch.end();
      for (int i = firstEndingAfter(start); i < pseudonyms.size(); i++) {
        int[] place = pseudonyms.get(i);
        if (place[0] >= end) {
          break;
        }
        start = Math.min(start, place[0]);
        end = Math.max(end, place[1]);
      }
      if (!out.isEmpty() && out.getLast().end() > start) {
        end = Math.max(end, out.getLast().end());
        start = out.removeLast().start();
      }
      out.add(new Found(stretch.type(), stretch.canonical(), start, end));
    }
    return out;
  }

  private void copy(Draft from, int start, int end) {
    int shift = text.length() - start;
    text.append(from.text, start, end);
    for (int i = from.firstEndingAfter(start); i < from.pseudonyms.size(); i++) {
      int[] place = from.pseudonyms.get(i);
      if (place[1] > end) {
        break;
      }
      pseudonyms.add(new int[] {place[0] + shift, place[1] + shift});
    }
  }
}
