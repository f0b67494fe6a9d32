import dev.moat.core.Digest;
import dev.moat.core.Ids;
import dev.moat.core.Settings;
import dev.moat.guard.Action;
import dev.moat.guard.Channel;
import dev.moat.guard.Guard;
import dev.moat.guard.GuardPolicy;
import dev.moat.guard.Kind;
import dev.moat.serve.Backends;
import dev.moat.serve.ExchangeLedger;
import dev.moat.serve.Gateway;
import dev.moat.serve.GatewayServices;
import dev.moat.serve.GatewaySettings;
import dev.moat.serve.LimitSettings;
import dev.moat.serve.Observation;
import dev.moat.serve.OpenAiErrors;
import dev.moat.serve.Quotas;
import dev.moat.serve.RoutePolicy;
import dev.moat.serve.RoutingSettings;
import dev.moat.serve.Served;
import dev.moat.serve.ServedModels;
import dev.moat.store.FileBlobStore;
import dev.moat.wire.Routes;
import dev.moat.wire.Server;
import dev.moat.wire.ServerSettings;
import dev.moat.wire.Wire;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The gateway as the program wires it, as a process of its own, with its steps turned on or off one
 * by one. What cannot be turned off (the parsing of requests and answers, the metrics) is the price
 * of being governed at all.
 */
final class Governed {
  private Governed() {}

  /** Takes the options of {@link GatewayOptions}. */
  public static void main(String[] arguments) throws Exception {
    GatewayOptions options = GatewayOptions.parse(arguments);
    InstantSource clock = InstantSource.system();
    Ids ids = new Ids(clock, new SecureRandom());
    ServedModels models = new ServedModels();
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Settings settings = settings(options);
    try (Keyring keyring = Keyring.open(options.home());
        Wire wire = Wire.start(Runtime.getRuntime().availableProcessors(), ids);
        Backends backends =
            new Backends(
                RoutingSettings.read(settings, Optional.empty(), Optional.empty()),
                wire,
                meters,
                new SecureRandom());
        Quotas quotas =
            Quotas.open(LimitSettings.read(settings), keyring.database(), clock)) {
      models.replace(List.of(served(options, backends)));
      GatewayServices services =
          new GatewayServices(
              keyring.keys()::authenticate,
              keyring.wrapping(),
              options.recording() ? keyring.ledger()::submit : unrecorded(),
              meters,
              new FileBlobStore(options.home().resolve("blobs"), keyring.wrapping()),
              clock,
              ids,
              Observation.none(),
              quotas,
              Optional.empty(),
              Optional.empty());
      try (Gateway gateway = new Gateway(GatewaySettings.defaults(), services, models)) {
        Routes routes = new Routes(new OpenAiErrors());
        gateway.mount(routes);
        try (Server server = wire.serve(ServerSettings.loopback(options.port()), routes)) {
          System.out.println(keyring.announcement(server.port()));
          new CountDownLatch(1).await();
        }
      }
    }
  }

  /** One backend, and limits of every kind that are never met. */
  private static Settings settings(GatewayOptions options) {
    String backend =
        "backend:\n  mock: {url: \"" + options.base() + "\", health-path: \"\"}\n"
            + "route:\n  m: {backends: [mock]}\n";
    String limits =
        """
        price:
          "*": {usd-per-million-input: 0.1, usd-per-million-output: 0.4}
        limit:
          key: {for: each-key, requests-per-minute: 1000000000, tokens-per-minute: 1000000000,
            concurrent: 100000, usd-per-day: 1000000}
        """;
    String all = options.limiting() ? backend + limits : backend;
    return Settings.parse(all.getBytes(StandardCharsets.UTF_8), "bench", Map.of());
  }

  private static Served served(GatewayOptions options, Backends backends) {
    GuardPolicy policy = options.guarding() ? GuardPolicy.defaults() : nothing();
    return new Served(
        "m",
        Digest.of("r"),
        Instant.EPOCH,
        backends.serve("m", List.of(options.base())).orElseThrow(),
        new RoutePolicy(Guard.of(policy)));
  }

  /** A policy that lets everything pass. */
  private static GuardPolicy nothing() {
    GuardPolicy policy = GuardPolicy.defaults();
    for (Channel channel : Channel.values()) {
      for (Kind kind : Kind.values()) {
        policy = policy.with(channel, kind, Action.PASS);
      }
    }
    return policy;
  }

  /** A ledger that numbers the entries and forgets them. */
  private static ExchangeLedger unrecorded() {
    AtomicLong next = new AtomicLong();
    return (_, _, _) -> CompletableFuture.completedStage(next.getAndIncrement());
  }
}
