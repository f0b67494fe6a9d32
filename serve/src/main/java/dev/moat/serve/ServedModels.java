package dev.moat.serve;

import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The releases that are served now, and the experiments over them; they may be exchanged while
 * requests run. A backend that is no longer served is closed after the last exchange that uses it.
 */
public final class ServedModels {
  /** What is served at one moment. */
  private record Now(
      Map<String, Served> releases,
      Map<String, Served> offered,
      Map<String, Trial> trials,
      IdentityHashMap<ModelBackend, BackendUse> uses) {}

  /** Orders replacements; lookups do without. */
  private final ReentrantLock replacing = new ReentrantLock();

  private volatile Now now = new Now(Map.of(), Map.of(), Map.of(), new IdentityHashMap<>());

  /** Serves these from now on; exchanges that have begun keep the release they began with. */
  public void replace(List<Served> models) {
    replace(models, now.trials().values().stream().map(Trial::experiment).toList());
  }

  /** Fails where {@link #replace(List, List)} would. */
  public static void check(List<Served> models, List<Experiment> experiments) {
    var _ = planned(models, experiments);
  }

  /** Serves these from now on, and compares them by these experiments, or fails and does not. */
  public void replace(List<Served> models, List<Experiment> experiments) {
    Now planned = planned(models, experiments);
    replacing.lock();
    try {
      IdentityHashMap<ModelBackend, BackendUse> old = now.uses();
      IdentityHashMap<ModelBackend, BackendUse> uses = new IdentityHashMap<>();
      for (Served model : models) {
        ModelBackend backend = model.backend();
        BackendUse kept = old.get(backend);
        uses.computeIfAbsent(backend, _ -> kept == null ? new BackendUse(backend) : kept);
      }
      now = new Now(planned.releases(), planned.offered(), planned.trials(), uses);
      Set<BackendUse> gone = new HashSet<>(old.values());
      gone.removeAll(uses.values());
      gone.forEach(BackendUse::retire);
    } finally {
      replacing.unlock();
    }
  }

  private static Now planned(List<Served> models, List<Experiment> experiments) {
    Map<String, Served> releases = new TreeMap<>();
    for (Served model : models) {
      if (releases.put(model.name(), model) != null) {
        throw new IllegalArgumentException("two releases are called " + model.name());
      }
    }
    Map<String, Served> offered = new TreeMap<>(releases);
    Map<String, Trial> trials = new TreeMap<>();
    for (Experiment experiment : experiments) {
      Trial trial = Trial.of(experiment, releases);
      if (trials.put(experiment.model(), trial) != null) {
        throw Trial.invalid(experiment, "the model has another experiment; end one of the two");
      }
      offered.put(experiment.model(), trial.release(experiment.control()));
    }
    return new Now(releases, offered, trials, new IdentityHashMap<>());
  }

  /** What answers under that name: a release, or the control arm of the experiment over it. */
  public Optional<Served> find(String name) {
    return Optional.ofNullable(now.offered().get(name));
  }

  /**
   * Keeps the backend of that release open until what this gives is run, once. Empty if the release
   * has just been replaced: what is found under its name now is newer.
   */
  Optional<Runnable> use(Served served) {
    BackendUse use = now.uses().get(served.backend());
    return use != null && use.enter() ? Optional.of(use::leave) : Optional.empty();
  }

  /** All releases, by name. */
  public List<Served> list() {
    return List.copyOf(now.releases().values());
  }

  /** Everything that callers may name, by name. */
  List<Served> offered() {
    return List.copyOf(now.offered().values());
  }

  /** The experiment over the model of that name. */
  Optional<Trial> trial(String model) {
    return Optional.ofNullable(now.trials().get(model));
  }
}
