package dev.moat.serve;

import dev.moat.core.Digest;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where an experiment has put the unit of an exchange.
 *
 * @param unit a keyed digest of the unit: the ledger never has the unit itself
 */
record Assignment(Experiment experiment, Experiment.Place place, Digest unit) {
  /** Adds what the ledger is to know. */
  ObjectNode describe(ObjectNode body) {
    return body.put("experiment", experiment.name())
        .put("arm", place.release())
        .put("group", place.group().word())
        .put("step", experiment.rollout().step())
        .put("unit", unit.hex());
  }
}
