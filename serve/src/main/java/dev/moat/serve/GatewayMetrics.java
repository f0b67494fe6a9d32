package dev.moat.serve;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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
  private final Counters counters;
  private final Map<String, Timer> durations = new ConcurrentHashMap<>();
  private final Map<String, Timer> firstTokens = new ConcurrentHashMap<>();
  private final AtomicInteger active = new AtomicInteger();

  GatewayMetrics(MeterRegistry meters) {
    this.meters = meters;
    this.counters = new Counters(meters);
    Gauge.builder("moat.exchanges.active", active, AtomicInteger::get)
        .description("questions being answered")
        .register(meters);
  }

  /** How many exchanges are open: the one count that also limits them. */
  AtomicInteger active() {
    return active;
  }

  void answered(String route, int status, Duration time) {
    counters.of("moat.requests", "route", route, "status", Integer.toString(status)).increment();
    durations.computeIfAbsent(route, this::duration).record(time);
  }

  void tokens(String model, Usage usage) {
    counters.of("moat.tokens", "model", model, "kind", "prompt").increment(usage.promptTokens());
    counters
        .of("moat.tokens", "model", model, "kind", "completion")
        .increment(usage.completionTokens());
  }

  void limited(LimitSettings.Cap cap) {
    counters.of("moat.limit.refusals", "limit", cap.limit(), "kind", cap.kind().key()).increment();
  }

  void spent(String model, long nanodollars) {
    counters.of("moat.spend.nanodollars", "model", model).increment((double) nanodollars);
  }

  /** Counts an exchange that used more than was reserved for it. */
  void overrun(String model) {
    counters.of("moat.limit.overruns", "model", model).increment();
  }

  /** Counts what is missing in the ledger. */
  void unrecorded(String missing) {
    counters.of("moat.exchanges.unrecorded", "missing", missing).increment();
  }

  void judged(String channel, String verdict) {
    counters.of("moat.guard.verdicts", "channel", channel, "verdict", verdict).increment();
  }

  /** Counts what a guard in shadow mode would have said. */
  void shadowed(String channel, String verdict) {
    counters.of("moat.guard.shadow", "channel", channel, "verdict", verdict).increment();
  }

  /** Counts attempts, what was blocked only for those before it, and callers turned away. */
  void suspected(String event) {
    counters.of("moat.guard.suspicion", "event", event).increment();
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
    counters.of("moat.guard.failures", "cause", cause).increment();
  }

  void firstToken(String model, Duration time) {
    firstTokens.computeIfAbsent(model, this::firstToken).record(time);
  }

  private Timer duration(String route) {
    return timer("moat.request.duration", "route", route);
  }

  private Timer firstToken(String model) {
    return timer("moat.first.token", "model", model);
  }

  private Timer timer(String name, String label, String value) {
    return Timer.builder(name).tag(label, value).serviceLevelObjectives(BUCKETS).register(meters);
  }
}
