package dev.moat.data;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Splits by document: each id has a fixed place between 0 and 1, the lowest places are for testing,
 * the next for validation, the rest for training. So a document stays where it is when others come
 * and go.
 *
 * <p>Only if a part would be empty, which happens with a few dozen documents, does it take the one
 * whose place is nearest from the largest part.
 */
final class Splitter {
  private static final double UNIT = 0x1.0p-53;

  private static final Comparator<String> BY_PLACE =
      Comparator.comparingDouble(Splitter::place).thenComparing(Comparator.naturalOrder());

  private final double validationFraction;
  private final double testFraction;

  Splitter(double validationFraction, double testFraction) {
    this.validationFraction = validationFraction;
    this.testFraction = testFraction;
  }

  /** The split of every id. */
  Map<String, Dataset.Split> split(List<String> ids) {
    Map<Dataset.Split, SortedSet<String>> parts = new EnumMap<>(Dataset.Split.class);
    for (Dataset.Split split : Dataset.Split.values()) {
      parts.put(split, new TreeSet<>(BY_PLACE));
    }
    ids.forEach(id -> part(parts, of(place(id))).add(id));
    for (Dataset.Split split : Dataset.Split.values()) {
      if (fraction(split) > 0 && part(parts, split).isEmpty()) {
        fill(split, parts, ids.size());
      }
    }
    Map<String, Dataset.Split> out = new TreeMap<>();
    parts.forEach((split, part) -> part.forEach(id -> out.put(id, split)));
    return out;
  }

  /** The fixed place of an id, from 0 to 1. */
  static double place(String id) {
    byte[] digest = new Digest.Hasher().field("moat-split").field(id).digest().raw();
    return (ByteBuffer.wrap(digest).getLong() >>> 11) * UNIT;
  }

  private Dataset.Split of(double place) {
    if (place < testFraction) {
      return Dataset.Split.TEST;
    }
    return place < testFraction + validationFraction
        ? Dataset.Split.VALIDATION
        : Dataset.Split.TRAIN;
  }

  private double fraction(Dataset.Split split) {
    return switch (split) {
      case TEST -> testFraction;
      case VALIDATION -> validationFraction;
      case TRAIN -> 1;
    };
  }

  /** Takes one from the largest part, from the end that is nearer. */
  private static void fill(
      Dataset.Split split, Map<Dataset.Split, SortedSet<String>> parts, int documents) {
    Dataset.Split giver =
        parts.keySet().stream()
            .max(Comparator.comparingInt(each -> part(parts, each).size()))
            .orElseThrow();
    SortedSet<String> from = part(parts, giver);
    if (from.size() < 2) {
      throw tooFew(documents);
    }
    // Splits are declared from the highest places to the lowest.
    boolean above = split.compareTo(giver) < 0;
    part(parts, split).add(above ? from.removeLast() : from.removeFirst());
  }

  private static SortedSet<String> part(
      Map<Dataset.Split, SortedSet<String>> parts, Dataset.Split split) {
    return Optional.ofNullable(parts.get(split)).orElseThrow();
  }

  private static Failure tooFew(int documents) {
    return Failure.invalid(
        "data/dataset documents: only "
            + documents
            + " distinct left, too few to train, validate and test on; add sources");
  }
}
