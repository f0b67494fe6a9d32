package dev.moat.data;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Splits by document: each id has a fixed place between 0 and 1, the lowest places are for testing,
 * the next for validation, the rest for training. So a document stays where it is when others come
 * and go.
 *
 * <p>Only if a part would be empty, which happens with a few dozen documents, does it take the one
 * whose place is nearest.
 */
final class Splitter {
  private static final double UNIT = 0x1.0p-53;

  private final double validationFraction;
  private final double testFraction;

  Splitter(double validationFraction, double testFraction) {
    this.validationFraction = validationFraction;
    this.testFraction = testFraction;
  }

  /** The split of every id. */
  Map<String, Dataset.Split> split(List<String> ids) {
    SortedSet<String> byPlace =
        new TreeSet<>(
            Comparator.comparingDouble(Splitter::place).thenComparing(Comparator.naturalOrder()));
    byPlace.addAll(ids);
    Map<String, Dataset.Split> out = new TreeMap<>();
    byPlace.forEach(id -> out.put(id, of(place(id))));
    fill(byPlace, out, Dataset.Split.TEST, testFraction);
    fill(byPlace, out, Dataset.Split.VALIDATION, validationFraction);
    if (!out.containsValue(Dataset.Split.TRAIN)) {
      throw tooFew(byPlace.size());
    }
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

  private static void fill(
      SortedSet<String> byPlace,
      Map<String, Dataset.Split> splits,
      Dataset.Split split,
      double fraction) {
    if (fraction == 0 || splits.containsValue(split)) {
      return;
    }
    String nearest =
        byPlace.stream()
            .filter(id -> splits.get(id) == Dataset.Split.TRAIN)
            .findFirst()
            .orElseThrow(() -> tooFew(byPlace.size()));
    splits.put(nearest, split);
  }

  private static Failure tooFew(int documents) {
    return Failure.invalid(
        "data/dataset documents: only "
            + documents
            + " distinct left, too few to train, validate and test on; add sources");
  }
}
