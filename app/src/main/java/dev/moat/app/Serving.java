package dev.moat.app;

import dev.moat.core.Digest;
import dev.moat.core.Json;
import dev.moat.core.Secret;
import dev.moat.core.Settings;
import dev.moat.engine.MiniLm;
import dev.moat.guard.Guard;
import dev.moat.registry.PromptTemplate;
import dev.moat.registry.Release;
import dev.moat.serve.Gateway;
import dev.moat.serve.GatewayServices;
import dev.moat.serve.Observation;
import dev.moat.serve.OpenAiErrors;
import dev.moat.serve.ResponseStore;
import dev.moat.serve.RoutePolicy;
import dev.moat.serve.Served;
import dev.moat.serve.ServedModels;
import dev.moat.store.FileBlobStore;
import dev.moat.wire.Routes;
import dev.moat.wire.Server;
import dev.moat.wire.ServerSettings;
import dev.moat.wire.Wire;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.node.ObjectNode;

/**
 * The gateway over every release in force, with the admin API beside it.
 *
 * <p>What may change while it runs goes through {@link #served} and {@link Gateway#apply}, at the
 * start as at each reload.
 */
final class Serving implements AutoCloseable {
  /** The type of the event that is recorded before other settings come into force. */
  static final String RELOADED = "settings-reloaded";

  private static final Logger LOG = System.getLogger(Serving.class.getName());
  private static final int TOKEN_BYTES = 32;
  private static final int LOOPS_MAX = 16;

  private final Installation on;
  private final Wire wire;
  private final Gateway gateway;
  private final Observation observation;
  private final ServedModels models = new ServedModels();
  private final ReleaseBackends backends;
  private final Server server;

  /** Lets one reload run at a time. */
  private final ReentrantLock reloading = new ReentrantLock();

  private volatile AppSettings settings;

  private Serving(Installation on) {
    this.on = on;
    this.settings = on.settings;
    int loops = Math.min(LOOPS_MAX, Runtime.getRuntime().availableProcessors());
    this.wire = Wire.start(loops, on.ids);
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    this.backends = new ReleaseBackends(on, wire, meters);
    models.replace(served(settings), settings.experiments());
    Gauge.builder("moat.guard.allowances.expired", this, Serving::expiredAllowances)
        .description("sections of guard-allow that are ignored because their time is over")
        .register(meters);
    tellExpired(settings);
    on.quotas.requirePrices(names());
    backends.keep();
    this.observation =
        Observation.start(settings.observation(), on.home().resolve("logs"), meters, on.clock);
    this.gateway = new Gateway(on.settings.gateway(), services(meters), models);
    on.apiKeys.onEnding(gateway::keyEnding);
    Routes routes = new Routes(new OpenAiErrors());
    gateway.mount(routes);
    Secret token = token();
    new AdminRoutes(
            new AdminDoor(on.users, token),
            principal -> new LocalAdministration(on, principal.name(), backends::states),
            principal -> reload(principal.name()),
            gateway::metrics)
        .mount(routes);
    AppSettings.Listen listen = on.settings.listen();
    this.server =
        wire.serve(new ServerSettings(listen.host(), listen.port(), listen.limits()), routes);
    new RunningServer(server.address(), token).publish(on.home());
  }

  private GatewayServices services(PrometheusMeterRegistry meters) {
    return new GatewayServices(
        on.apiKeys::authenticate,
        on.keys,
        on.ledger::submit,
        meters,
        on.blobs,
        on.clock,
        on.ids,
        observation,
        on.quotas,
        responses(),
        Optional.of(on.pseudonyms));
  }

  private Optional<ResponseStore> responses() {
    ResponseStore.Limits limits = on.settings.responses();
    FileBlobStore blobs = new FileBlobStore(on.home().resolve("responses"), on.keys);
    return limits.on()
        ? Optional.of(new ResponseStore(on.database, blobs, on.clock, limits))
        : Optional.empty();
  }

  static Serving start(Installation on) {
    return new Serving(on);
  }

  String address() {
    return server.address();
  }

  /** The releases that were promoted. */
  List<String> names() {
    return models.list().stream().filter(Serving::isPromoted).map(Served::name).toList();
  }

  /** Whether a model of this home is computed here. */
  boolean runsEngine() {
    return backends.hasEngine();
  }

  private static boolean isPromoted(Served served) {
    return !served.release().equals(MiniLm.digest());
  }

  /**
   * Reads {@code moat.yaml} and the releases in force again. What does not hold is refused, and all
   * stays as it is; otherwise it comes into force for every exchange that begins after this.
   */
  ObjectNode reload(String actor) {
    reloading.lock();
    try {
      Settings read = on.reread();
      AppSettings next = AppSettings.read(read);
      List<Served> served = servedOrNothing(next);
      ObjectNode out = Json.object();
      served.stream()
          .filter(Serving::isPromoted)
          .forEach(one -> out.withObject("releases").put(one.name(), one.release().hex()));
      String digest = Digest.of(read.effective()).hex();
      on.ledger.append(RELOADED, actor, out.deepCopy().put("settings", digest));
      next.needingRestart(on.settings).forEach(out.putArray("restart")::add);
      on.quotas.configure(next.limits());
      gateway.apply(next.gateway());
      models.replace(served, next.experiments());
      backends.keep();
      settings = next;
      tellExpired(next);
      return out;
    } finally {
      reloading.unlock();
    }
  }

  @Override
  public void close() {
    RunningServer.withdraw(on.home());
    Duration patience = settings.listen().drain();
    server.drain(gateway.drain(patience));
    gateway.close();
    observation.close();
    models.replace(List.of(), List.of());
    backends.close();
    wire.close();
  }

  private List<Served> servedOrNothing(AppSettings next) {
    try {
      List<Served> served = served(next);
      ServedModels.check(served, next.experiments());
      served.forEach(release -> next.limits().requirePrice(release.name()));
      return served;
    } catch (RuntimeException e) {
      backends.drop();
      throw e;
    }
  }

  /** Every release in force, each proved again before a byte of it is used. */
  private List<Served> served(AppSettings by) {
    by.guards().requireNear(on.clock.instant());
    List<Served> served = new ArrayList<>();
    for (String name : on.registry.names()) {
      Optional<Digest> current = on.registry.current(name);
      if (current.isPresent()) {
        Release release = on.admission.require(current.get());
        backends
            .of(current.get(), release, by)
            .map(
                backend ->
                    new Served(
                        name,
                        current.get(),
                        on.clock.instant(),
                        backend,
                        policy(name, by),
                        release.prompt().map(this::prompt)))
            .ifPresentOrElse(served::add, () -> unlisted(name));
      }
    }
    if (by.embeddings().builtIn() && !on.registry.names().contains(MiniLm.NAME)) {
      served.add(embedding(by));
    }
    return served;
  }

  private PromptTemplate prompt(Digest digest) {
    byte[] json = on.artifacts.read(on.artifacts.find(digest), PromptTemplate.PART);
    return PromptTemplate.parse(json, "prompt " + digest);
  }

  /**
   * The embedding model inside this program. Nobody promotes it, so no release stands behind it:
   * what answered is named by the digest of its files, which are checked when they are loaded.
   */
  private Served embedding(AppSettings by) {
    return new Served(
        MiniLm.NAME,
        MiniLm.digest(),
        on.clock.instant(),
        backends.embedding(),
        policy(MiniLm.NAME, by));
  }

  private RoutePolicy policy(String name, AppSettings by) {
    return by.guards()
        .policy(
            name,
            by.routes().getOrDefault(name, RoutePolicy.Guarding.defaults()),
            by.caching().getOrDefault(name, RoutePolicy.Caching.off()),
            Guard::of,
            on.clock.instant());
  }

  private int expiredAllowances() {
    return settings.guards().expired(on.clock.instant()).size();
  }

  private void tellExpired(AppSettings by) {
    for (String path : by.guards().expired(on.clock.instant())) {
      LOG.log(Level.WARNING, "{0} is ignored: its time is over; renew it or take it out", path);
    }
  }

  private static void unlisted(String name) {
    LOG.log(
        Level.WARNING,
        "release {0} is not served: the settings do not name exactly the addresses that it binds; "
            + "correct them and run moat up again",
        name);
  }

  private Secret token() {
    byte[] bytes = new byte[TOKEN_BYTES];
    on.random.nextBytes(bytes);
    return Secret.of(HexFormat.of().formatHex(bytes));
  }
}
