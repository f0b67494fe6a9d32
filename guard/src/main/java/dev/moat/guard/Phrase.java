package dev.moat.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A sequence of words with alternatives, as in {@code ignore|forget all? *2 instructions}: a
 * question mark makes a place optional, a star with a number is up to so many words of any kind. At
 * most 62 places; a state of the match is the set of places that may come next, as bits.
 */
record Phrase(Sign sign, List<Set<String>> places, long optional, long any) {
  private static final int PLACES_MAX = 62;

  Phrase {
    places = List.copyOf(places);
    if (places.isEmpty() || places.size() > PLACES_MAX || (optional & 1) != 0) {
      throw new IllegalArgumentException("a phrase begins with a word: " + places);
    }
  }

  /** Reads a pattern. */
  static Phrase of(Sign sign, String pattern) {
    List<Set<String>> places = new ArrayList<>();
    long optional = 0;
    long any = 0;
    for (String place : pattern.split(" ")) {
      if (place.startsWith("*")) {
        for (int i = Integer.parseInt(place.substring(1)); i > 0; i--) {
          any |= 1L << places.size();
          optional |= 1L << places.size();
          places.add(Set.of());
        }
        continue;
      }
      boolean free = place.endsWith("?");
      optional |= free ? 1L << places.size() : 0;
      String words = free ? place.substring(0, place.length() - 1) : place;
      places.add(Set.of(words.split("\\|")));
    }
    return new Phrase(sign, places, optional, any);
  }

  /** The states that follow without a word: optional places are passed over. */
  long closure(long state) {
    long closed = state;
    long before;
    do {
      before = closed;
      closed |= (closed & optional) << 1;
    } while (closed != before);
    return closed;
  }

  /** The states after a word that fits the places {@code fitting}. */
  long next(long state, long fitting) {
    return closure((state & (fitting | any)) << 1);
  }

  /** Whether all places have been passed in one of the states. */
  boolean isComplete(long state) {
    return (state >>> places.size() & 1) != 0;
  }
}
