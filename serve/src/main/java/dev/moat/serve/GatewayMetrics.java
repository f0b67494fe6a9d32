package dev.moat.serve;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** The measurements of one gateway. Labels are of small fixed sets: never a caller or a text. */
final class GatewayMetrics {
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(5),
    Duration.ofMillis(20),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofSeconds(2),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30),
    Duration.ofMinutes(2)
  };

  private final MeterRegistry meters;
  private final AtomicInteger active = new AtomicInteger();

  GatewayMetrics(MeterRegistry meters) {
    this.meters = meters;
    Gauge.builder("moat.exchanges.active", active, AtomicInteger::get)
        .description("questions being answered")
        .register(meters);
  }

  /** How many exchanges are open: the one count that also limits them. */
  AtomicInteger active() {
    return active;
  }

  void answered(String route, int status, Duration time) {
    meters.counter("moat.requests", "route", route, "status", Integer.toString(status)).increment();
    timer("moat.request.duration", "route", route).record(time);
  }

  void tokens(String model, Usage usage) {
    meters.counter("moat.tokens", "model", model, "kind", "prompt").increment(usage.promptTokens());
    meters
        .counter("moat.tokens", "model", model, "kind", "completion")
        .increment(usage.completionTokens());
  }

  void limited(LimitSettings.Cap cap) {
    meters
        .counter("moat.limit.refusals", "limit", cap.limit(), "kind", cap.kind().key())
        .increment();
  }

  void spent(String model, long nanodollars) {
    meters.counter("moat.spend.nanodollars", "model", model).increment((double) nanodollars);
  }

  /** Counts an exchange that used more than was reserved for it. */
  void overrun(String model) {
    meters.counter("moat.limit.overruns", "model", model).increment();
  }

  /** Counts what is missing in the ledger. */
  void unrecorded(String missing) {
    meters.counter("moat.exchanges.unrecorded", "missing", missing).increment();
  }

  void judged(String channel, String verdict) {
    meters.counter("moat.guard.verdicts", "channel", channel, "verdict", verdict).increment();
  }

  void assigned(Assignment assignment) {
    meters
        .counter(
            "moat.experiment.questions",
            "experiment",
            assignment.experiment().name(),
            "arm",
            assignment.place().release(),
            "group",
            assignment.place().group().word())
        .increment();
  }

  void guardFailed(String cause) {
    meters.counter("moat.guard.failures", "cause", cause).increment();
  }

  void firstToken(String model, Duration time) {
    timer("moat.first.token", "model", model).record(time);
  }

  private Timer timer(String name, String label, String value) {
    return Timer.builder(name).tag(label, value).serviceLevelObjectives(BUCKETS).register(meters);
  }
}
