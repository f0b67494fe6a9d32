package dev.moat.serve;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporterBuilder;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends a trace of each exchange, and the metrics of {@link GenAiMetrics}, to a collector by
 * OTLP/HTTP: never a text.
 *
 * <p>An exchange is a span of kind server, and within it the question to the model one of kind
 * client, named {@code chat MODEL} or the like. Threads of the SDK send them; ended spans wait for
 * that in a bounded queue, and those that find no place are dropped.
 */
final class OtlpTelemetry implements ExchangeWatch {
  private static final int SPANS_WAITING_MAX = 4096;
  private static final int SPANS_IN_A_BATCH_MAX = 512;
  private static final Duration BATCH_DELAY = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration LAST_WORDS = Duration.ofSeconds(5);
  private static final double PERCENT = 100;
  private static final String SCOPE = "dev.moat.serve";

  /** The spans of one exchange; for its event loop. */
  static final class Spans {
    private final Span server;
    private final Context within;
    private @Nullable Span client;

    private Spans(Span server, Context within) {
      this.server = server;
      this.within = within;
    }
  }

  private final SdkTracerProvider traces;
  private final SdkMeterProvider meters;
  private final Tracer tracer;
  private final GenAiMetrics metrics;

  private OtlpTelemetry(SdkTracerProvider traces, SdkMeterProvider meters) {
    this.traces = traces;
    this.meters = meters;
    this.tracer = traces.get(SCOPE);
    this.metrics = new GenAiMetrics(histograms(meters.get(SCOPE)));
  }

  static OtlpTelemetry to(Observation.Telemetry to) {
    Resource resource =
        Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), GenAiNames.MOAT));
    OtlpHttpSpanExporterBuilder spans =
        OtlpHttpSpanExporter.builder().setEndpoint(to.endpoint() + "/v1/traces");
    OtlpHttpMetricExporterBuilder metrics =
        OtlpHttpMetricExporter.builder().setEndpoint(to.endpoint() + "/v1/metrics");
    to.headers()
        .forEach(
            (name, value) -> {
              spans.addHeader(name, value.reveal());
              metrics.addHeader(name, value.reveal());
            });
    SdkTracerProvider traces =
        SdkTracerProvider.builder()
            .setResource(resource)
            .setSampler(
                Sampler.parentBased(Sampler.traceIdRatioBased(to.samplingPercent() / PERCENT)))
            .addSpanProcessor(
                BatchSpanProcessor.builder(spans.setTimeout(PATIENCE).build())
                    .setMaxQueueSize(SPANS_WAITING_MAX)
                    .setMaxExportBatchSize(SPANS_IN_A_BATCH_MAX)
                    .setScheduleDelay(BATCH_DELAY)
                    .build())
            .build();
    SdkMeterProvider meters =
        SdkMeterProvider.builder()
            .setResource(resource)
            .registerMetricReader(
                PeriodicMetricReader.builder(metrics.setTimeout(PATIENCE).build())
                    .setInterval(Duration.ofSeconds(to.intervalSeconds()))
                    .build())
            .build();
    return new OtlpTelemetry(traces, meters);
  }

  private static GenAiMetrics.Histograms histograms(Meter meter) {
    Map<String, DoubleHistogram> made = new HashMap<>();
    for (String metric : GenAiNames.metrics()) {
      made.put(
          metric,
          meter
              .histogramBuilder(metric)
              .setUnit(GenAiNames.countsTokens(metric) ? "{token}" : "s")
              .setExplicitBucketBoundariesAdvice(GenAiNames.bounds(metric))
              .build());
    }
    Map<String, DoubleHistogram> all = Map.copyOf(made);
    return (metric, value, labels) -> {
      DoubleHistogram histogram = all.get(metric);
      if (histogram != null) {
        histogram.record(value, attributes(labels));
      }
    };
  }

  private static Attributes attributes(Map<String, String> labels) {
    AttributesBuilder attributes = Attributes.builder();
    labels.forEach(
        (name, value) -> {
          if (!value.isEmpty()) {
            attributes.put(name, value);
          }
        });
    return attributes.build();
  }

  @Override
  public void began(Exchange exchange) {
    Context parent =
        TraceParent.of(exchange.http().request()).map(OtlpTelemetry::remote).orElse(Context.root());
    String path = exchange.endpoint().path();
    Span span =
        tracer
            .spanBuilder("POST " + path)
            .setParent(parent)
            .setSpanKind(SpanKind.SERVER)
            .setAttribute("http.request.method", "POST")
            .setAttribute("http.route", path)
            .startSpan();
    exchange.spans(new Spans(span, parent.with(span)));
  }

  @Override
  public void asking(Exchange exchange) {
    exchange
        .spans()
        .ifPresent(
            spans -> {
              String model = exchange.served().name();
              String operation = GenAiNames.operation(exchange.endpoint());
              Span span =
                  tracer
                      .spanBuilder(operation + " " + model)
                      .setParent(spans.within)
                      .setSpanKind(SpanKind.CLIENT)
                      .setAttribute(GenAiNames.OPERATION, operation)
                      .setAttribute(GenAiNames.PROVIDER, GenAiNames.MOAT)
                      .setAttribute(GenAiNames.REQUEST_MODEL, model)
                      .startSpan();
              spans.client = span;
              exchange.traceParent(header(span.getSpanContext()));
            });
  }

  @Override
  public void over(Exchange exchange, int status) {
    metrics.over(exchange, status);
    exchange.spans().ifPresent(spans -> end(spans, exchange, status));
  }

  private static void end(Spans spans, Exchange exchange, int status) {
    String error = GenAiMetrics.errorType(exchange, status);
    Span client = spans.client;
    if (client != null) {
      exchange.closing().ifPresent(closing -> answered(client, exchange, closing));
      end(client, error);
    }
    spans.server.setAttribute("http.response.status_code", status);
    exchange
        .openedIfKnown()
        .ifPresent(
            opened -> {
              if (opened.isRecorded()) {
                spans.server.setAttribute("moat.receipt", opened.index());
              }
              spans.server.setAttribute("moat.guard.input", exchange.input().findings().word());
            });
    end(spans.server, error);
  }

  @Override
  public void close() {
    traces.shutdown().join(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
    meters.shutdown().join(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void answered(Span span, Exchange exchange, ExchangeRecord.Closing closing) {
    span.setAttribute(GenAiNames.RESPONSE_MODEL, exchange.served().name())
        .setAttribute(
            AttributeKey.stringArrayKey(GenAiNames.FINISH_REASONS), List.of(closing.finish()))
        .setAttribute(GenAiNames.INPUT_TOKENS, closing.usage().promptTokens())
        .setAttribute(GenAiNames.OUTPUT_TOKENS, closing.usage().completionTokens())
        .setAttribute("moat.guard.output", closing.output().findings().word());
    exchange.answerId().ifPresent(id -> span.setAttribute(GenAiNames.RESPONSE_ID, id));
    closing
        .times()
        .firstMillis()
        .ifPresent(millis -> span.setAttribute(GenAiNames.FIRST_CHUNK, millis / 1000.0));
  }

  private static void end(Span span, String error) {
    if (!error.isEmpty()) {
      span.setAttribute(GenAiNames.ERROR_TYPE, error).setStatus(StatusCode.ERROR);
    }
    span.end();
  }

  private static Context remote(TraceParent parent) {
    TraceFlags flags = parent.sampled() ? TraceFlags.getSampled() : TraceFlags.getDefault();
    SpanContext context =
        SpanContext.createFromRemoteParent(
            parent.traceId(), parent.spanId(), flags, TraceState.getDefault());
    return Context.root().with(Span.wrap(context));
  }

  private static TraceParent header(SpanContext context) {
    return new TraceParent(context.getTraceId(), context.getSpanId(), context.isSampled());
  }
}
