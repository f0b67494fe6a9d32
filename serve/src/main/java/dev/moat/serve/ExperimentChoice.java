package dev.moat.serve;

import java.util.Optional;

/**
 * Puts an exchange into an arm of the experiment over its model, if there is one.
 *
 * <p>The model has been selected by the name that was asked for, so the right to use that name is
 * what counts; the answer goes by that name too, and callers do not learn the arm.
 */
final class ExperimentChoice {
  /** The release that answers, and the arm if it is one. */
  record Choice(Served served, Optional<Assignment> assignment) {}

  private final ServedModels models;
  private final KeyedDigest keyed;

  ExperimentChoice(ServedModels models, KeyedDigest keyed) {
    this.models = models;
    this.keyed = keyed;
  }

  Choice choose(Exchange exchange, Served asked) {
    return models
        .trial(asked.name())
        .map(trial -> choose(exchange, trial))
        .orElseGet(() -> new Choice(asked, Optional.empty()));
  }

  private Choice choose(Exchange exchange, Trial trial) {
    Experiment experiment = trial.experiment();
    Optional<String> unit =
        experiment.unit().of(exchange.key(), exchange.http().request().headers());
    if (unit.isEmpty()) {
      return new Choice(trial.release(experiment.control()), Optional.empty());
    }
    double point = keyed.point("point", experiment.name(), unit.get());
    Experiment.Place place = experiment.place(point);
    Assignment assignment =
        new Assignment(experiment, place, keyed.of("unit", experiment.name(), unit.get()));
    return new Choice(trial.release(place.release()), Optional.of(assignment));
  }
}
