package dev.moat.app;

import dev.moat.core.Secret;
import dev.moat.core.Settings;
import dev.moat.serve.Experiment;
import dev.moat.serve.GatewaySettings;
import dev.moat.serve.GuardSettings;
import dev.moat.serve.LimitSettings;
import dev.moat.serve.Observation;
import dev.moat.serve.PseudonymVault;
import dev.moat.serve.ResponseStore;
import dev.moat.serve.RoutePolicy;
import dev.moat.serve.RoutingSettings;
import dev.moat.wire.ServerLimits;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * All settings of the program, read from one {@link Settings}.
 *
 * @param listen where the gateway listens
 * @param gateway how it behaves
 * @param routes what it does where the guard of a release blocks or fails, by the release's name
 * @param observation how its exchanges are watched
 * @param limits who may use it how much
 * @param responses which of its answers are kept
 * @param pseudonyms how long it is kept what they stand for
 * @param engine how the local engine runs
 * @param embeddings which embedding models are served
 * @param upstream an outside model service
 * @param routing all model servers behind the gateway, and what they answer for
 * @param flow how pipelines run
 * @param experiments which releases are compared
 * @param caching which answers of a release are kept
 * @param guards what texts are judged by
 */
record AppSettings(
    Listen listen,
    GatewaySettings gateway,
    Map<String, RoutePolicy.Guarding> routes,
    Observation.Rules observation,
    LimitSettings limits,
    ResponseStore.Limits responses,
    Duration pseudonyms,
    Engine engine,
    Embeddings embeddings,
    Upstream upstream,
    RoutingSettings routing,
    Flow flow,
    List<Experiment> experiments,
    Map<String, RoutePolicy.Caching> caching,
    GuardSettings guards) {
  /** Where the gateway listens. */
  record Listen(String host, int port, int bodyBytesMax, long bodiesBytesMax, Duration drain) {
    ServerLimits limits() {
      ServerLimits limits = ServerLimits.defaults().withBodyBytesMax(bodyBytesMax);
      return bodiesBytesMax == 0 ? limits : limits.withBodiesBytesMax(bodiesBytesMax);
    }
  }

  /** How the local engine runs. */
  record Engine(int threads) {
    int threadsInForce() {
      return threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
    }
  }

  /** Which embedding models are served. */
  record Embeddings(boolean builtIn) {}

  /** An outside model service. */
  record Upstream(Optional<String> url, Optional<Secret> token) {}

  /** How pipelines run. */
  record Flow(int parallel) {}

  static AppSettings read(Settings settings) {
    Upstream upstream = upstream(settings.section("upstream"));
    AppSettings read =
        new AppSettings(
            listen(settings.section("gateway")),
            GatewaySettings.read(settings.section("gateway")),
            RoutePolicy.read(settings),
            Observation.Rules.read(settings),
            LimitSettings.read(settings),
            ResponseStore.Limits.read(settings.section("gateway")),
            PseudonymVault.life(settings.section("pseudonyms")),
            engine(settings.section("engine")),
            embeddings(settings.section("embeddings")),
            upstream,
            RoutingSettings.read(settings, upstream.url(), upstream.token()),
            flow(settings.section("flow")),
            Experiment.read(settings),
            RoutePolicy.Caching.read(settings),
            GuardSettings.read(settings));
    settings.refuseUnknown();
    return read;
  }

  /**
   * The keys whose change, from {@code old} to these settings, takes a restart: what they decide
   * was decided when the program started.
   */
  List<String> needingRestart(AppSettings old) {
    Map<String, Function<AppSettings, Object>> fixed = new LinkedHashMap<>();
    fixed.put("gateway.host", settings -> settings.listen().host());
    fixed.put("gateway.port", settings -> settings.listen().port());
    fixed.put("gateway.body-bytes-max", settings -> settings.listen().bodyBytesMax());
    fixed.put("gateway.bodies-bytes-max", settings -> settings.listen().bodiesBytesMax());
    fixed.put("gateway.guard-threads", settings -> settings.gateway().guardThreads());
    fixed.put("gateway.guard-waiting-max", settings -> settings.gateway().guardWaitingMax());
    fixed.put("gateway.access-log", settings -> settings.observation().accessLog());
    fixed.put(
        "gateway.access-log-bytes-max", settings -> settings.observation().accessLogBytesMax());
    fixed.put("pseudonyms.hours", AppSettings::pseudonyms);
    fixed.put("telemetry", settings -> settings.observation().telemetry());
    fixed.put("engine.threads", settings -> settings.engine().threads());
    fixed.put("flow.parallel", settings -> settings.flow().parallel());
    return fixed.entrySet().stream()
        .filter(key -> !key.getValue().apply(this).equals(key.getValue().apply(old)))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static Listen listen(Settings.Section section) {
    return new Listen(
        section.text("host", "127.0.0.1", "The address to bind; loopback keeps others out."),
        (int) section.integer("port", 8080, 0, 65_535, "The port; 0 takes any free one."),
        (int)
            section.integer(
                "body-bytes-max", 8 << 20, 1_024, 1 << 30, "The longest request body taken."),
        section.integer(
            "bodies-bytes-max",
            0,
            0,
            1L << 40,
            "Memory for all request bodies together; 0 is an eighth of the heap."),
        Duration.ofSeconds(
            section.integer(
                "drain-seconds", 20, 0, 3_600, "How long streams may end after SIGTERM.")));
  }

  private static Engine engine(Settings.Section section) {
    return new Engine(
        (int)
            section.integer(
                "threads", 0, 0, 256, "Threads of the local engine; 0 is one for each core."));
  }

  private static Embeddings embeddings(Settings.Section section) {
    return new Embeddings(
        section.flag(
            "built-in", true, "Whether all-minilm-l6-v2, which ships with Moat, is served."));
  }

  private static Upstream upstream(Settings.Section section) {
    return new Upstream(
        section.optional("url", "Base URL of an OpenAI-compatible service, such as vLLM."),
        section.secret("token", "Bearer token for it."));
  }

  private static Flow flow(Settings.Section section) {
    return new Flow(
        (int) section.integer("parallel", 2, 1, 64, "How many steps of a pipeline run at a time."));
  }
}
