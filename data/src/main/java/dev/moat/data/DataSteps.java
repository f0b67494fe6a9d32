package dev.moat.data;

import dev.moat.flow.Step;
import dev.moat.store.Database;
import dev.moat.store.KeyService;
import dev.moat.store.Migration;
import java.time.InstantSource;
import java.util.List;

/** The steps of this room: {@code data/collect} and {@code data/dataset}. */
public final class DataSteps {
  private DataSteps() {}

  /**
   * The steps. Pseudonyms come from {@code keys}; {@code database} remembers which files are
   * unchanged, by keyed digests; {@code clock} says how fresh a file is.
   */
  public static List<Step> steps(KeyService keys, Database database, InstantSource clock) {
    Pseudonyms pseudonyms = new Pseudonyms(keys);
    FileMarks marks = new FileMarks(database, pseudonyms, clock);
    return List.of(
        new CollectStep(database, pseudonyms, marks), new DatasetStep(new CanaryMaker(keys)));
  }

  /** The tables of this room. */
  public static List<Migration> migrations() {
    return DataSchema.migrations();
  }
}
