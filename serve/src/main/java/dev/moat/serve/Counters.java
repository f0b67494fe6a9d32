package dev.moat.serve;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The counters of one registry, each looked up by its labels once: the registry's own look-up sorts
 * and copies the labels every time. There are few, since labels are of small sets.
 */
final class Counters {
  private record Series(String name, String first, String second) {}

  private final MeterRegistry meters;
  private final Map<Series, Counter> made = new ConcurrentHashMap<>();

  Counters(MeterRegistry meters) {
    this.meters = meters;
  }

  /** The counter with one label. */
  Counter of(String name, String label, String value) {
    Series series = new Series(name, value, "");
    Counter known = made.get(series);
    return known != null
        ? known
        : made.computeIfAbsent(series, _ -> meters.counter(name, label, value));
  }

  /** The counter with two labels, each a name and then its value. */
  Counter of(String name, String... labels) {
    Series series = new Series(name, labels[1], labels[3]);
    Counter known = made.get(series);
    return known != null ? known : made.computeIfAbsent(series, _ -> meters.counter(name, labels));
  }
}
