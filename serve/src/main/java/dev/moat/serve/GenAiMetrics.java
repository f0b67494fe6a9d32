package dev.moat.serve;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleConsumer;

/** Measures exchanges by the names and bounds of {@link GenAiNames}. */
final class GenAiMetrics implements ExchangeWatch {
  private static final double MILLIS = 1000;
  private static final double NANOS = 1e9;

  /** Where measurements go. */
  @FunctionalInterface
  interface Histograms {
    /** Takes one; a label without a value is empty. */
    void record(String metric, double value, Map<String, String> labels);
  }

  private final Histograms histograms;

  GenAiMetrics(Histograms histograms) {
    this.histograms = histograms;
  }

  /** Histograms for Prometheus, where each measurement of a metric must have the same labels. */
  static Histograms in(MeterRegistry meters) {
    Map<Series, DoubleConsumer> made = new ConcurrentHashMap<>();
    return (metric, value, labels) ->
        made.computeIfAbsent(new Series(metric, labels), series -> histogram(series, meters))
            .accept(value);
  }

  /** One histogram; there are few, since labels are of small sets. */
  private record Series(String metric, Map<String, String> labels) {
    private List<Tag> tags() {
      return labels.entrySet().stream()
          .map(label -> Tag.of(label.getKey(), label.getValue()))
          .toList();
    }
  }

  /** Times are timers: a summary of this library counts in whole numbers. */
  private static DoubleConsumer histogram(Series series, MeterRegistry meters) {
    List<Double> bounds = GenAiNames.bounds(series.metric());
    if (GenAiNames.countsTokens(series.metric())) {
      return DistributionSummary.builder(series.metric())
              .tags(series.tags())
              .serviceLevelObjectives(bounds.stream().mapToDouble(Double::doubleValue).toArray())
              .register(meters)
          ::record;
    }
    Timer timer =
        Timer.builder(series.metric())
            .tags(series.tags())
            .serviceLevelObjectives(
                bounds.stream().map(GenAiMetrics::duration).toArray(Duration[]::new))
            .register(meters);
    return seconds -> timer.record(duration(seconds));
  }

  private static Duration duration(double seconds) {
    return Duration.ofNanos(Math.round(seconds * NANOS));
  }

  /** What kind of error an exchange ended in; empty if in none. */
  static String errorType(Exchange exchange, int status) {
    if (status >= 400) {
      return Integer.toString(status);
    }
    String finish = exchange.closing().map(ExchangeRecord.Closing::finish).orElse("");
    return finish.equals("error") || finish.equals("cancelled") ? finish : "";
  }

  @Override
  public void over(Exchange exchange, int status) {
    if (exchange.servedIfKnown().isEmpty()) {
      return; // a model that is not served is no name for a label
    }
    Map<String, String> labels = labels(exchange);
    String error = errorType(exchange, status);
    double seconds = (System.nanoTime() - exchange.startNanos()) / NANOS;
    duration(GenAiNames.SERVER_DURATION, seconds, labels, error);
    exchange.closing().ifPresent(closing -> answered(closing, labels, error));
  }

  private void answered(ExchangeRecord.Closing closing, Map<String, String> labels, String error) {
    double seconds = closing.times().millis() / MILLIS;
    duration(GenAiNames.CLIENT_DURATION, seconds, labels, error);
    tokens("input", closing.usage().promptTokens(), labels);
    tokens("output", closing.usage().completionTokens(), labels);
    if (closing.times().firstMillis().isPresent()) {
      double first = closing.times().firstMillis().getAsLong() / MILLIS;
      histograms.record(GenAiNames.SERVER_FIRST_TOKEN, first, labels);
      int further = closing.usage().completionTokens() - 1;
      if (further > 0) {
        double each = Math.max(0, seconds - first) / further;
        histograms.record(GenAiNames.SERVER_TOKEN_TIME, each, labels);
      }
    }
  }

  private void duration(String metric, double seconds, Map<String, String> labels, String error) {
    Map<String, String> all = new LinkedHashMap<>(labels);
    all.put(GenAiNames.ERROR_TYPE, error);
    histograms.record(metric, seconds, all);
  }

  private void tokens(String type, int count, Map<String, String> labels) {
    if (count > 0) {
      Map<String, String> all = new LinkedHashMap<>(labels);
      all.put(GenAiNames.TOKEN_TYPE, type);
      histograms.record(GenAiNames.CLIENT_TOKENS, count, all);
    }
  }

  private static Map<String, String> labels(Exchange exchange) {
    String model = exchange.served().name();
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put(GenAiNames.OPERATION, GenAiNames.operation(exchange.endpoint()));
    labels.put(GenAiNames.PROVIDER, GenAiNames.MOAT);
    labels.put(GenAiNames.REQUEST_MODEL, model);
    labels.put(GenAiNames.RESPONSE_MODEL, model);
    return labels;
  }
}
