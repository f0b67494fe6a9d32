package dev.moat.serve;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** The measurements of the backends. */
final class BackendMetrics implements AutoCloseable {
  private final MeterRegistry meters;
  private final Counters counters;
  private final List<Meter> gauges = new ArrayList<>();

  BackendMetrics(MeterRegistry meters) {
    this.meters = meters;
    this.counters = new Counters(meters);
  }

  /** Shows how a backend does, until this is closed. */
  void watch(BackendState state) {
    // Those of the same name are of settings that are just being replaced.
    meters.find("moat.backend.state").tag("backend", state.name()).meters().forEach(meters::remove);
    meters.find("moat.backend.open").tag("backend", state.name()).meters().forEach(meters::remove);
    gauges.add(
        Gauge.builder("moat.backend.state", state, s -> s.condition().grade())
            .description("0 up, 1 probing, 2 busy, 3 open, 4 down")
            .tag("backend", state.name())
            .register(meters));
    gauges.add(
        Gauge.builder("moat.backend.open", state, BackendState::open)
            .description("calls under way")
            .tag("backend", state.name())
            .register(meters));
  }

  void called(String backend, CallOutcome outcome) {
    counters.of("moat.backend.calls", "backend", backend, "outcome", outcome.word()).increment();
  }

  /** A call was put to this backend because another, or it itself, had failed it. */
  void retried(String backend) {
    counters.of("moat.backend.retries", "backend", backend).increment();
  }

  /** A call was put to this backend as well because another took long. */
  void hedged(String backend) {
    counters.of("moat.backend.hedges", "backend", backend).increment();
  }

  @Override
  public void close() {
    // Meters are equal if their names are, and one that has replaced another of ours must stay.
    Set<Meter> shown = Collections.newSetFromMap(new IdentityHashMap<>());
    shown.addAll(meters.getMeters());
    gauges.stream().filter(shown::contains).forEach(meters::remove);
  }
}
