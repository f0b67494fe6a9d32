package dev.moat.app;

import dev.moat.core.Digest;
import dev.moat.engine.Generation;
import dev.moat.engine.MiniLm;
import dev.moat.engine.ModelFiles;
import dev.moat.registry.Release;
import dev.moat.serve.Backends;
import dev.moat.serve.EngineBackend;
import dev.moat.serve.MiniLmBackend;
import dev.moat.serve.ModelBackend;
import dev.moat.serve.RoutingSettings;
import dev.moat.store.Artifact;
import dev.moat.wire.Wire;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Makes what answers for each release, and keeps it from one set of settings to the next where
 * nothing that it was made of has changed: a model is not read again because a text was, nor a
 * connection closed.
 *
 * <p>For one thread at a time. It closes nothing that it handed out: {@link
 * dev.moat.serve.ServedModels} does, after the last exchange.
 */
final class ReleaseBackends implements AutoCloseable {
  /** The servers of one set of settings. */
  private record Servers(RoutingSettings settings, Backends backends) {}

  private final Installation on;
  private final Wire wire;
  private final MeterRegistry meters;
  private Map<Digest, ModelBackend> engines = Map.of();
  private Map<Digest, ModelBackend> nextEngines = new HashMap<>();
  private Servers nextServers;
  private volatile Servers servers;

  ReleaseBackends(Installation on, Wire wire, MeterRegistry meters) {
    this.on = on;
    this.wire = wire;
    this.meters = meters;
    this.servers = made(on.settings.routing());
    this.nextServers = servers;
  }

  /**
   * What answers for a release by these settings; nothing where they do not name exactly the
   * addresses that the release binds.
   */
  Optional<ModelBackend> of(Digest digest, Release release, AppSettings settings) {
    return switch (release.backing()) {
      case Release.Upstream upstream -> by(settings).serve(release.name(), upstream.urls());
      case Release.Local local -> {
        ModelBackend engine = engines.get(digest);
        ModelBackend made = engine == null ? engine(local) : engine;
        nextEngines.put(digest, made);
        yield Optional.of(made);
      }
    };
  }

  /** The embedding model inside this program. */
  ModelBackend embedding() {
    ModelBackend known = engines.get(MiniLm.digest());
    ModelBackend made =
        known == null ? new MiniLmBackend(on.settings.engine().threadsInForce()) : known;
    nextEngines.put(MiniLm.digest(), made);
    return made;
  }

  /** Says that what was asked for since the last time is in use now, and nothing else. */
  void keep() {
    engines = nextEngines;
    nextEngines = new HashMap<>();
    if (!servers.equals(nextServers)) {
      servers.backends().close();
      servers = nextServers;
    }
  }

  /** Says that nothing of what was asked for will be used: what was made for it is closed. */
  void drop() {
    nextEngines.forEach(
        (digest, made) -> {
          if (!engines.containsKey(digest)) {
            made.close();
          }
        });
    nextEngines = new HashMap<>();
    if (!servers.equals(nextServers)) {
      nextServers.backends().close();
      nextServers = servers;
    }
  }

  /** Whether a release in use is computed by the engine. */
  boolean hasEngine() {
    return engines.keySet().stream().anyMatch(digest -> !digest.equals(MiniLm.digest()));
  }

  /** How each server behind the gateway does. */
  JsonNode states() {
    return servers.backends().states();
  }

  @Override
  public void close() {
    servers.backends().close();
  }

  private Backends by(AppSettings settings) {
    if (!nextServers.settings().equals(settings.routing())) {
      nextServers = made(settings.routing());
    }
    return nextServers.backends();
  }

  private Servers made(RoutingSettings routing) {
    return new Servers(routing, new Backends(routing, wire, meters, on.random));
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
}
