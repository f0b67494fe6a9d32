package dev.moat.serve;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How the calls of a route are shared among its backends.
 *
 * <p>Sticky is rendezvous hashing with bounded loads (Thaler and Ravishankar 1998; Mirrokni, Thorup
 * and Zadimoghaddam 2018): what begins alike goes to the same backend, whose cache of keys and
 * values then has the beginning already; when a backend joins or leaves, only its own share moves;
 * and none gets more than a quarter above its fair share of the calls under way.
 */
enum Balance {
  /** At random, by weight. */
  WEIGHTED,
  /** The better of two taken at random (Mitzenmacher 2001), by calls under way. */
  LEAST_LOADED,
  /** The same backend for what begins alike. */
  STICKY;

  private static final double LOAD_FACTOR = 1.25;

  static Optional<Balance> parse(String word) {
    return switch (word) {
      case "weighted" -> Optional.of(WEIGHTED);
      case "least-loaded" -> Optional.of(LEAST_LOADED);
      case "sticky" -> Optional.of(STICKY);
      default -> Optional.empty();
    };
  }

  /** One of the candidates, of which there must be one; {@code affinity} is used if sticky. */
  RouteTarget choose(List<RouteTarget> candidates, Affinity affinity, RandomGenerator random) {
    if (candidates.size() == 1) {
      return candidates.getFirst();
    }
    return switch (this) {
      case WEIGHTED -> weighted(candidates, random);
      case LEAST_LOADED -> lessLoaded(candidates, random);
      case STICKY -> sticky(candidates, affinity);
    };
  }

  private static RouteTarget weighted(List<RouteTarget> candidates, RandomGenerator random) {
    int left = random.nextInt(candidates.stream().mapToInt(c -> c.state().weight()).sum());
    for (RouteTarget candidate : candidates) {
      left -= candidate.state().weight();
      if (left < 0) {
        return candidate;
      }
    }
    throw new IllegalStateException("weights do not add up");
  }

  private static RouteTarget lessLoaded(List<RouteTarget> candidates, RandomGenerator random) {
    int first = random.nextInt(candidates.size());
    int second = random.nextInt(candidates.size() - 1);
    RouteTarget one = candidates.get(first);
    RouteTarget other = candidates.get(second < first ? second : second + 1);
    return load(other) < load(one) ? other : one;
  }

  private static double load(RouteTarget target) {
    return (target.state().open() + 1.0) / target.state().weight();
  }

  private static RouteTarget sticky(List<RouteTarget> candidates, Affinity affinity) {
    int weights = candidates.stream().mapToInt(c -> c.state().weight()).sum();
    int open = candidates.stream().mapToInt(c -> c.state().open()).sum();
    double each = LOAD_FACTOR * (open + 1) / weights;
    List<RouteTarget> byScore =
        candidates.stream()
            .sorted(Comparator.comparingDouble((RouteTarget c) -> -affinity.score(c.state())))
            .toList();
    return byScore.stream()
        .filter(c -> c.state().open() + 1 <= Math.ceil(each * c.state().weight()))
        .findFirst()
        .orElse(byScore.getFirst());
  }
}
