package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.util.Map;
import java.util.TreeMap;

/** An experiment with the releases that it compares, as they are served now. */
record Trial(Experiment experiment, Map<String, Served> releases) {
  Trial {
    releases = Map.copyOf(releases);
  }

  /** The experiment among these releases; fails if one that it needs is not served. */
  static Trial of(Experiment experiment, Map<String, Served> served) {
    Map<String, Served> releases = new TreeMap<>();
    for (String name : experiment.releases()) {
      Served release = served.get(name);
      if (release == null) {
        throw invalid(
            experiment, "release \"" + name + "\" is not served; promote it or name another");
      }
      releases.put(name, release);
    }
    return new Trial(experiment, releases);
  }

  /** The release of that name, under the name that callers ask for. */
  Served release(String name) {
    Served release = releases.get(name);
    if (release == null) {
      throw new IllegalStateException("experiment without its release " + name);
    }
    return release.as(experiment.model());
  }

  static Failure invalid(Experiment experiment, String why) {
    String place = "experiment." + experiment.name();
    return new Failure(new Problem.Invalid(place + ": " + why, place));
  }
}
