package dev.moat.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Finds texts that are nearly the same among many, by locality-sensitive hashing of their sketches
 * (Indyk and Motwani 1998; Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", 3.4).
 *
 * <p>A sketch is cut into bands of at most 6 rows; texts that agree in a whole band are compared.
 * With similarity s they meet in b bands of r rows with probability 1-(1-s^r)^b, for 21 bands of 6:
 * 0.998 at 0.8, 0.08 at 0.4. A lower threshold takes fewer rows, so that pairs at it meet with 0.99
 * or more. Every pair that meets is verified on the sets themselves, as long as these fit the
 * memory set aside; beyond it the estimate of the sketches decides.
 *
 * <p>Texts are numbered in their order. A text goes if it is near to an earlier one that stays.
 * Texts that are linked by near pairs, directly or over others, form a cluster.
 */
final class NearDuplicates {
  private static final int ROWS_MAX = 6;
  private static final double MEETING_MIN = 0.99;

  /** With how many earlier texts of a bucket a text is compared, so that time stays linear. */
  private static final int BUCKET_MAX = 64;

  /** Two standard deviations of the estimate at 0.8: pairs below are not verified. */
  private static final double ESTIMATE_SLACK = 0.08;

  /** How many shingles are held for verifying: 128 MiB. */
  static final long SHINGLES_MAX = 32L << 20;

  /** Two texts that may be near, the earlier first. */
  record Pair(int first, int second) {}

  private final double threshold;
  private final int rows;
  private final List<int[]> sketches = new ArrayList<>();
  private final List<Map<Long, int[]>> buckets = new ArrayList<>();
  private final List<Pair> candidates = new ArrayList<>();
  private final Map<Integer, int[]> shingles = new TreeMap<>();
  private final BitSet wanted = new BitSet();
  private long shinglesHeld;

  NearDuplicates(double threshold) {
    this.threshold = threshold;
    this.rows = rows(threshold);
    for (int band = 0; band < MinHash.PERMUTATIONS / rows; band++) {
      buckets.add(new HashMap<>());
    }
  }

  /** The most rows by which pairs at the threshold still meet nearly always. */
  static int rows(double threshold) {
    int rows = ROWS_MAX;
    while (rows > 1 && meeting(threshold, rows) < MEETING_MIN) {
      rows--;
    }
    return rows;
  }

  private static double meeting(double similarity, int rows) {
    int bands = MinHash.PERMUTATIONS / rows;
    return 1 - Math.pow(1 - Math.pow(similarity, rows), bands);
  }

  /** Adds the next text. */
  void add(int[] sketch) {
    int number = sketches.size();
    sketches.add(sketch);
    BitSet met = new BitSet();
    for (int band = 0; band < buckets.size(); band++) {
      long key = bandKey(sketch, band);
      int[] bucket = buckets.get(band).getOrDefault(key, new int[0]);
      for (int other : bucket) {
        met.set(other);
      }
      if (bucket.length < BUCKET_MAX) {
        int[] longer = Arrays.copyOf(bucket, bucket.length + 1);
        longer[bucket.length] = number;
        buckets.get(band).put(key, longer);
      }
    }
    met.stream()
        .filter(o -> MinHash.estimate(sketches.get(o), sketch) >= threshold - ESTIMATE_SLACK)
        .forEach(other -> propose(other, number));
  }

  /** Whether the shingles of the text of that number are needed to verify a pair. */
  boolean wants(int number) {
    return wanted.get(number) && shinglesHeld < SHINGLES_MAX;
  }

  /** Gives the shingles of a text that is {@linkplain #wants wanted}. */
  void verifyWith(int number, int[] sortedShingles) {
    shingles.put(number, sortedShingles);
    shinglesHeld += sortedShingles.length;
  }

  /** What follows from all that was added. */
  Result result() {
    int[] cluster = new int[sketches.size()];
    Arrays.setAll(cluster, i -> i);
    List<Pair> near = candidates.stream().filter(this::isNear).toList();
    near.forEach(pair -> join(cluster, pair));
    Arrays.setAll(cluster, i -> root(cluster, i));
    BitSet gone = new BitSet();
    near.stream()
        .sorted(Comparator.comparingInt(Pair::second).thenComparingInt(Pair::first))
        .filter(pair -> !gone.get(pair.first()))
        .forEach(pair -> gone.set(pair.second()));
    return new Result(cluster, gone);
  }

  /** Which texts go, and of each text the first of its cluster. */
  static final class Result {
    private final int[] clusters;
    private final BitSet gone;

    private Result(int[] clusters, BitSet gone) {
      this.clusters = clusters;
      this.gone = gone;
    }

    /** The first text of the cluster; the text itself if it is near to none. */
    int cluster(int number) {
      return clusters[number];
    }

    boolean isGone(int number) {
      return gone.get(number);
    }

    /** How many clusters have more than one text. */
    long clusterCount() {
      return IntStream.range(0, clusters.length)
          .filter(i -> clusters[i] != i)
          .map(i -> clusters[i])
          .distinct()
          .count();
    }
  }

  private void propose(int first, int second) {
    candidates.add(new Pair(first, second));
    wanted.set(first);
    wanted.set(second);
  }

  private boolean isNear(Pair pair) {
    int[] a = shingles.get(pair.first());
    int[] b = shingles.get(pair.second());
    double similarity =
        a == null || b == null
            ? MinHash.estimate(sketches.get(pair.first()), sketches.get(pair.second()))
            : MinHash.similarity(a, b);
    return similarity >= threshold;
  }

  private long bandKey(int[] sketch, int band) {
    long key = band;
    for (int row = 0; row < rows; row++) {
      key = (key ^ sketch[band * rows + row]) * 0x9E3779B97F4A7C15L;
      key ^= key >>> 29;
    }
    return key;
  }

  private static void join(int[] cluster, Pair pair) {
    int a = root(cluster, pair.first());
    int b = root(cluster, pair.second());
    cluster[Math.max(a, b)] = Math.min(a, b);
  }

  private static int root(int[] cluster, int number) {
    int at = number;
    while (cluster[at] != at) {
      cluster[at] = cluster[cluster[at]];
      at = cluster[at];
    }
    return at;
  }
}
