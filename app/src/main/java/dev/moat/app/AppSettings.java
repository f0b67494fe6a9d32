package dev.moat.app;

import dev.moat.core.Secret;
import dev.moat.core.Settings;
import dev.moat.serve.GatewaySettings;
import dev.moat.wire.ServerLimits;
import java.time.Duration;
import java.util.Optional;

/**
 * All settings of the program, read from one {@link Settings}.
 *
 * @param listen where the gateway listens
 * @param gateway how it behaves
 * @param engine how the local engine runs
 * @param upstream an outside model service
 * @param flow how pipelines run
 */
record AppSettings(
    Listen listen, GatewaySettings gateway, Engine engine, Upstream upstream, Flow flow) {
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

  /** An outside model service. */
  record Upstream(Optional<String> url, Optional<Secret> token) {}

  /** How pipelines run. */
  record Flow(int parallel) {}

  static AppSettings read(Settings settings) {
    AppSettings read =
        new AppSettings(
            listen(settings.section("gateway")),
            GatewaySettings.read(settings.section("gateway")),
            engine(settings.section("engine")),
            upstream(settings.section("upstream")),
            flow(settings.section("flow")));
    settings.refuseUnknown();
    return read;
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
