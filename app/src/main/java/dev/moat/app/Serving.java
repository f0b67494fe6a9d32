package dev.moat.app;

import dev.moat.core.Digest;
import dev.moat.core.Secret;
import dev.moat.engine.Generation;
import dev.moat.engine.ModelFiles;
import dev.moat.guard.Guard;
import dev.moat.guard.GuardPolicy;
import dev.moat.registry.Release;
import dev.moat.serve.EngineBackend;
import dev.moat.serve.Gateway;
import dev.moat.serve.GatewayServices;
import dev.moat.serve.ModelBackend;
import dev.moat.serve.OpenAiErrors;
import dev.moat.serve.RoutePolicy;
import dev.moat.serve.Served;
import dev.moat.serve.ServedModels;
import dev.moat.serve.UpstreamBackend;
import dev.moat.serve.UpstreamSettings;
import dev.moat.store.Artifact;
import dev.moat.wire.ClientSettings;
import dev.moat.wire.Routes;
import dev.moat.wire.Server;
import dev.moat.wire.ServerSettings;
import dev.moat.wire.Wire;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The gateway over every release in force, with the admin API beside it. */
final class Serving implements AutoCloseable {
  private static final int TOKEN_BYTES = 32;
  private static final int LOOPS_MAX = 16;

  private final Installation on;
  private final Wire wire;
  private final Gateway gateway;
  private final ServedModels models = new ServedModels();
  private final Server server;

  private Serving(Installation on) {
    this.on = on;
    int loops = Math.min(LOOPS_MAX, Runtime.getRuntime().availableProcessors());
    this.wire = Wire.start(loops, on.ids);
    models.replace(admitted());
    this.gateway =
        new Gateway(
            on.settings.gateway(),
            new GatewayServices(
                on.apiKeys::authenticate,
                on.ledger::submit,
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                on.clock,
                on.ids),
            models);
    Routes routes = new Routes(new OpenAiErrors());
    gateway.mount(routes);
    Secret token = token();
    new AdminRoutes(
            new AdminDoor(on.users, token),
            principal -> new LocalAdministration(on, principal.name()),
            gateway::metrics)
        .mount(routes);
    AppSettings.Listen listen = on.settings.listen();
    this.server =
        wire.serve(new ServerSettings(listen.host(), listen.port(), listen.limits()), routes);
    new RunningServer(server.address(), token).publish(on.home());
  }

  static Serving start(Installation on) {
    return new Serving(on);
  }

  String address() {
    return server.address();
  }

  List<String> names() {
    return models.list().stream().map(Served::name).toList();
  }

  @Override
  public void close() {
    RunningServer.withdraw(on.home());
    server.drain(on.settings.listen().drain());
    gateway.close();
    models.list().forEach(model -> model.backend().close());
    wire.close();
  }

  /** Every release in force, each proved again before a byte of it is used. */
  private List<Served> admitted() {
    RoutePolicy policy = new RoutePolicy(Guard.of(GuardPolicy.defaults()));
    List<Served> served = new ArrayList<>();
    for (String name : on.registry.names()) {
      Optional<Digest> current = on.registry.current(name);
      if (current.isPresent()) {
        Release release = on.admission.require(current.get());
        served.add(new Served(name, current.get(), on.clock.instant(), backend(release), policy));
      }
    }
    return served;
  }

  private ModelBackend backend(Release release) {
    return switch (release.backing()) {
      case Release.Upstream upstream ->
          new UpstreamBackend(
              wire.client(ClientSettings.defaults()),
              UpstreamSettings.of(upstream.url(), on.settings.upstream().token(), release.name()));
      case Release.Local local -> engine(local);
    };
  }

  private ModelBackend engine(Release.Local release) {
    LocalModel local =
        LocalModel.of(
            files(release.base()), release.tuning().map(tuning -> files(tuning.adapter())));
    int threads = on.settings.engine().threadsInForce();
    return new EngineBackend(
        new Generation(local.model(), local.adapter(), local.tokenizer(), threads),
        local.tokenizer(),
        local.model().config(),
        on.random);
  }

  private ModelFiles files(Digest digest) {
    Artifact artifact = on.artifacts.find(digest);
    return ModelFiles.of(
        artifact.kind().text() + " " + digest.brief(),
        artifact.names(),
        name -> on.artifacts.read(artifact, name));
  }

  private Secret token() {
    byte[] bytes = new byte[TOKEN_BYTES];
    on.random.nextBytes(bytes);
    return Secret.of(HexFormat.of().formatHex(bytes));
  }
}
