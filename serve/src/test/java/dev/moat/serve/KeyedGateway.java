package dev.moat.serve;

import dev.moat.core.Ids;
import dev.moat.core.Network;
import dev.moat.store.Database;
import dev.moat.store.FileKeyService;
import dev.moat.store.KeyService;
import dev.moat.store.SqliteDatabase;
import dev.moat.trust.ApiKeys;
import dev.moat.trust.IssuedKey;
import dev.moat.trust.Ledger;
import dev.moat.trust.Principal;
import dev.moat.trust.Project;
import dev.moat.trust.Role;
import dev.moat.trust.Scope;
import dev.moat.trust.SigningKey;
import dev.moat.trust.TrustSchema;
import dev.moat.wire.Routes;
import dev.moat.wire.Server;
import dev.moat.wire.ServerSettings;
import dev.moat.wire.Wire;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** A gateway on a free port with real keys, a clock that tests set, and a model they control. */
final class KeyedGateway implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  static final String MODEL = "m";
  static final String CHAT = "/v1/chat/completions";

  final FakeBackend backend = new FakeBackend();
  final FakeLedger exchanges = new FakeLedger();
  final AtomicReference<Instant> now = new AtomicReference<>(NOW);
  final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  final ApiKeys keys;
  final Server server;
  private final Database database;
  private final Ledger ledger;
  private final Wire wire;
  private final Gateway gateway;
  private final HttpClient client = HttpClient.newHttpClient();

  private KeyedGateway(Path home, List<Network> trustedProxies) {
    InstantSource clock = now::get;
    KeyService wrapping = FileKeyService.openOrCreate(home.resolve("key"));
    SigningKey signing = SigningKey.openOrCreate(home.resolve("signing"), wrapping);
    SecureRandom random = new SecureRandom();
    database = SqliteDatabase.open(home.resolve("moat.db"), TrustSchema.migrations());
    ledger = Ledger.open(home.resolve("ledger"), signing, clock);
    keys = new ApiKeys(database, ledger, wrapping, clock, random);
    Ids ids = new Ids(clock, random);
    wire = Wire.start(2, ids);
    ServedModels models = new ServedModels();
    models.replace(List.of(TestGateway.served(MODEL, backend)));
    GatewayServices services =
        new GatewayServices(
            keys::authenticate,
            new FakeKeys(),
            exchanges,
            meters,
            new FakeBlobs(),
            clock,
            ids,
            Observation.none(),
            Quotas.unlimited(clock),
            Optional.empty(),
            Optional.empty());
    gateway = new Gateway(settings(trustedProxies), services, models);
    keys.onEnding(gateway::keyEnding);
    Routes routes = new Routes(new OpenAiErrors());
    gateway.mount(routes);
    server = wire.serve(ServerSettings.loopback(0), routes);
  }

  static KeyedGateway start(Path home) {
    return new KeyedGateway(home, List.of());
  }

  /** One that believes these proxies. */
  static KeyedGateway behind(Path home, String... proxies) {
    return new KeyedGateway(home, List.of(proxies).stream().map(Network::parse).toList());
  }

  private static GatewaySettings settings(List<Network> trustedProxies) {
    GatewaySettings standard = GatewaySettings.defaults();
    return new GatewaySettings(
        standard.exchangesMax(),
        standard.guardThreads(),
        standard.guardWaitingMax(),
        standard.refusalText(),
        trustedProxies);
  }

  IssuedKey issue(Scope scope) {
    Principal owner = new Principal("u1", "carl", Role.CLIENT);
    return keys.issue("laptop", owner, Project.standard(), scope, "ann");
  }

  static String body(String more) {
    return "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]" + more + "}";
  }

  HttpRequest.Builder request(String path, IssuedKey key) {
    return HttpRequest.newBuilder(URI.create(server.address() + path))
        .timeout(Duration.ofSeconds(20))
        .header("authorization", "Bearer " + key.secret().reveal());
  }

  HttpRequest.Builder chat(IssuedKey key, String more) {
    return request(CHAT, key).POST(HttpRequest.BodyPublishers.ofString(body(more)));
  }

  TestGateway.Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<byte[]> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      String text = new String(response.body(), StandardCharsets.UTF_8);
      return new TestGateway.Answer(response.statusCode(), response.headers(), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Sends and reads lines as they come. */
  Lines open(HttpRequest.Builder request) {
    HttpClient own = HttpClient.newHttpClient();
    try {
      return new Lines(own, own.send(request.build(), HttpResponse.BodyHandlers.ofInputStream()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits until no exchange is under way. */
  void awaitQuiet() {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!meters.scrape().contains("moat_exchanges_active 0.0")) {
      if (System.nanoTime() > end) {
        throw new AssertionError(meters.scrape());
      }
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() {
    server.close();
    gateway.close();
    wire.close();
    ledger.close();
    database.close();
    client.close();
  }
}
