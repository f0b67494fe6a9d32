package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.core.Secret;
import dev.moat.core.Settings;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What watches the exchanges of a gateway from outside: its access log, and its telemetry. */
public final class Observation implements AutoCloseable {
  /**
   * How exchanges are watched.
   *
   * @param accessLog whether a line is written for each
   * @param accessLogBytesMax how long one file of lines becomes
   * @param telemetry where traces and metrics go, if anywhere
   */
  public record Rules(boolean accessLog, long accessLogBytesMax, Optional<Telemetry> telemetry) {
    private static final long BYTES = 64L << 20;

    /** Reads the keys in the sections {@code gateway} and {@code telemetry}. */
    public static Rules read(Settings settings) {
      Settings.Section gateway = settings.section("gateway");
      return new Rules(
          gateway.flag(
              "access-log", true, "whether logs/access.jsonl gets a line for each exchange"),
          gateway.integer(
              "access-log-bytes-max",
              BYTES,
              4_096,
              1L << 40,
              "how long that file becomes; the four before it are kept"),
          Telemetry.read(settings.section("telemetry")));
    }
  }

  /**
   * Where traces and metrics go.
   *
   * @param endpoint the collector's address before {@code /v1/traces}
   * @param headers what it wants to see, such as a token
   * @param samplingPercent how many of the traces that begin here are kept
   * @param intervalSeconds how often metrics are sent
   */
  public record Telemetry(
      URI endpoint, Map<String, Secret> headers, int samplingPercent, int intervalSeconds) {
    /** Copies the headers, and checks the address. */
    public Telemetry {
      headers = Map.copyOf(headers);
      String scheme = String.valueOf(endpoint.getScheme());
      if (endpoint.getHost() == null
          || !(scheme.equals("http") || scheme.equals("https"))
          || endpoint.getUserInfo() != null
          || endpoint.getQuery() != null) {
        throw invalid("otlp-endpoint", "is not an http or https address; http://host:4318 is one");
      }
    }

    private static Optional<Telemetry> read(Settings.Section section) {
      Optional<String> endpoint =
          section.optional(
              "otlp-endpoint", "Where traces and metrics go (OTLP/HTTP), as http://host:4318.");
      Optional<Secret> headers =
          section.secret("otlp-headers", "Headers for it: name=value, more after commas.");
      int percent =
          (int)
              section.integer(
                  "sampling-percent", 100, 0, 100, "How many of the traces begun here are kept.");
      int seconds =
          (int) section.integer("metrics-seconds", 60, 1, 3_600, "How often metrics are sent.");
      return endpoint.map(
          address ->
              new Telemetry(
                  address(address),
                  headers.map(Telemetry::pairs).orElse(Map.of()),
                  percent,
                  seconds));
    }

    private static URI address(String text) {
      try {
        return URI.create(text.strip().replaceFirst("/+$", ""));
      } catch (IllegalArgumentException _) {
        throw invalid("otlp-endpoint", "is not an address; http://host:4318 is one");
      }
    }

    private static Map<String, Secret> pairs(Secret headers) {
      Map<String, Secret> pairs = new LinkedHashMap<>();
      for (String pair : headers.reveal().split(",")) {
        int equals = pair.indexOf('=');
        if (equals < 1) {
          throw invalid("otlp-headers", "is not name=value, with commas between");
        }
        String value = pair.substring(equals + 1).strip();
        pairs.put(pair.substring(0, equals).strip(), Secret.of(value));
      }
      return pairs;
    }

    private static Failure invalid(String key, String why) {
      String place = "telemetry." + key;
      return new Failure(new Problem.Invalid(place + ": " + why, place));
    }
  }

  private final List<ExchangeWatch> watches;

  private Observation(List<ExchangeWatch> watches) {
    this.watches = List.copyOf(watches);
  }

  /** Nobody watches. */
  public static Observation none() {
    return new Observation(List.of());
  }

  /** Watches by these rules; logs go to that folder, and what is lost of them is counted. */
  public static Observation start(
      Rules rules, Path logs, MeterRegistry meters, InstantSource clock) {
    List<ExchangeWatch> watches = new ArrayList<>();
    rules.telemetry().ifPresent(to -> watches.add(OtlpTelemetry.to(to)));
    if (rules.accessLog()) {
      watches.add(new AccessLog(logs, rules.accessLogBytesMax(), meters, clock));
    }
    return new Observation(watches);
  }

  void began(Exchange exchange) {
    watches.forEach(watch -> watch.began(exchange));
  }

  void asking(Exchange exchange) {
    watches.forEach(watch -> watch.asking(exchange));
  }

  void over(Exchange exchange, int status) {
    watches.forEach(watch -> watch.over(exchange, status));
  }

  /** Sends and writes what is left; close the gateway first. */
  @Override
  public void close() {
    watches.forEach(ExchangeWatch::close);
  }
}
