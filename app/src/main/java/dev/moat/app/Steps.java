package dev.moat.app;

import dev.moat.data.DataSteps;
import dev.moat.eval.EvalSteps;
import dev.moat.flow.Step;
import dev.moat.registry.Registry;
import dev.moat.registry.RegistrySteps;
import dev.moat.store.Database;
import dev.moat.store.KeyService;
import dev.moat.train.TrainSteps;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** All kinds of steps that a pipeline may use. */
final class Steps {
  /** The version of the code that stands in releases. */
  static final String CODE_VERSION = "0.1.0";

  private Steps() {}

  static List<Step> all(
      KeyService keys, Database database, InstantSource clock, Registry registry, int threads) {
    List<Step> all = new ArrayList<>();
    all.addAll(DataSteps.steps(keys, database, clock));
    all.addAll(TrainSteps.steps(threads));
    all.addAll(EvalSteps.steps(threads));
    all.addAll(RegistrySteps.steps(registry, CODE_VERSION));
    return all;
  }
}
