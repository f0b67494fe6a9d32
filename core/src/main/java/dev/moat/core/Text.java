package dev.moat.core;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Small functions on texts that people read. */
public final class Text {
  private static final int NEAREST_LENGTH_MAX = 64;

  private Text() {}

  /** {@code text} on one line, without control characters, cut to {@code max} characters. */
  public static String shortened(String text, int max) {
    StringBuilder out = new StringBuilder(Math.min(text.length(), max) + 1);
    for (int i = 0; i < text.length() && out.length() < max; i++) {
      char c = text.charAt(i);
      out.append(Character.isISOControl(c) ? ' ' : c);
    }
    return text.length() > max ? out + "…" : out.toString();
  }

  /** The known name nearest to a mistyped one by edit distance, if any is near enough. */
  public static Optional<String> nearest(String typed, Collection<String> known) {
    if (typed.length() > NEAREST_LENGTH_MAX) {
      return Optional.empty();
    }
    int limit = Math.max(2, typed.length() / 2);
    return known.stream()
        .filter(name -> name.length() <= NEAREST_LENGTH_MAX)
        .filter(name -> editDistance(typed, name) <= limit)
        .min(
            Comparator.comparingInt((String name) -> editDistance(typed, name))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** A count of bytes for people: 1536 is "1.5 KiB". */
  public static String bytes(long count) {
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
    double value = count;
    int unit = 0;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return unit == 0 ? count + " B" : String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
  }

  private static int editDistance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(change, Math.min(previous[j], current[j - 1]) + 1);
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
