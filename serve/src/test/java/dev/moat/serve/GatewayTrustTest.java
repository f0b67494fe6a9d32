package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Ids;
import dev.moat.store.Database;
import dev.moat.store.FileKeyService;
import dev.moat.store.KeyService;
import dev.moat.store.SqliteDatabase;
import dev.moat.trust.ApiKeys;
import dev.moat.trust.IssuedKey;
import dev.moat.trust.Ledger;
import dev.moat.trust.LedgerEvent;
import dev.moat.trust.LedgerVerifier;
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
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gateway with real keys and a real ledger, as a process has them. */
class GatewayTrustTest {
  @TempDir Path home;
  private final SecureRandom random = new SecureRandom();
  private final FakeBackend backend = new FakeBackend();
  private final HttpClient http = HttpClient.newHttpClient();
  private Database database;
  private Ledger ledger;
  private ApiKeys keys;
  private IssuedKey issued;
  private Wire wire;
  private Gateway gateway;
  private Server server;

  @BeforeEach
  void start() {
    InstantSource clock = InstantSource.system();
    KeyService wrapping = FileKeyService.openOrCreate(home.resolve("key"));
    SigningKey signing = SigningKey.openOrCreate(home.resolve("signing"), wrapping);
    database = SqliteDatabase.open(home.resolve("moat.db"), TrustSchema.migrations());
    ledger = Ledger.open(home.resolve("ledger"), signing, clock);
    keys = new ApiKeys(database, ledger, wrapping, clock, random);
    issued =
        keys.issue(
            "laptop",
            new Principal("u1", "carl", Role.CLIENT),
            Project.standard(),
            Scope.everything(),
            "ann");
    Ids ids = new Ids(clock, random);
    wire = Wire.start(2, ids);
    ServedModels models = new ServedModels();
    models.replace(List.of(TestGateway.served("m", backend)));
    gateway =
        new Gateway(
            GatewaySettings.defaults(),
            new GatewayServices(
                keys::authenticate,
                new FakeKeys(),
                ledger::submit,
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                new FakeBlobs(),
                clock,
                ids,
                Observation.none(),
                Quotas.unlimited(clock),
                Optional.empty(),
                Optional.empty()),
            models);
    Routes routes = new Routes(new OpenAiErrors());
    gateway.mount(routes);
    server = wire.serve(ServerSettings.loopback(0), routes);
  }

  @AfterEach
  void stop() {
    server.close();
    gateway.close();
    wire.close();
    ledger.close();
    database.close();
  }

  private HttpResponse<String> ask(String body) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(server.address() + "/v1/chat/completions"))
            .header("authorization", "Bearer " + issued.secret().reveal())
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static String body(String more) {
    return "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]" + more + "}";
  }

  @Test
  void aReceiptLeadsToWhatWasAskedAndAnswered() throws Exception {
    HttpResponse<String> response = ask(body(""));
    assertEquals(200, response.statusCode(), response.body());
    long receipt = Long.parseLong(response.headers().firstValue("x-moat-receipt").orElseThrow());
    LedgerEvent opened = ledger.event(receipt);
    assertEquals("exchange-opened", opened.type());
    assertEquals("carl", opened.actor());
    assertEquals(Digest.of(body("")).hex(), opened.body().path("request").stringValue());
    LedgerEvent closed = ledger.event(receipt + 1);
    assertEquals("exchange-closed", closed.type());
    assertEquals(receipt, closed.body().path("opened").longValue());
    assertEquals(Digest.of("Hello, world").hex(), closed.body().path("answer").stringValue());
    String publicKey =
        Files.readString(home.resolve("signing.pub"), StandardCharsets.UTF_8).strip();
    ledger.close();
    assertTrue(LedgerVerifier.verify(home.resolve("ledger"), publicKey, Optional.empty()).holds());
  }

  @Test
  void aRevokedKeyIsRefusedAtOnce() throws Exception {
    assertEquals(200, ask(body("")).statusCode());
    keys.revoke(issued.key().id(), "ann");
    long size = ledger.size();
    HttpResponse<String> refused = ask(body(",\"stream\":true"));
    assertEquals(401, refused.statusCode());
    assertTrue(refused.body().contains("invalid_api_key"), refused.body());
    assertEquals(size, ledger.size());
  }

  @Test
  void manyExchangesShareTheLedger() {
    List<Long> receipts =
        java.util.stream.IntStream.range(0, 40)
            .parallel()
            .mapToObj(i -> receipt(i % 2 == 0 ? "" : ",\"stream\":true"))
            .toList();
    assertEquals(40, Set.copyOf(receipts).size());
    receipts.forEach(index -> assertEquals("exchange-opened", ledger.event(index).type()));
    assertEquals(1 + 80, ledger.size(), "the key, and two events for each exchange");
  }

  private long receipt(String more) {
    try {
      HttpResponse<String> response = ask(body(more));
      assertEquals(200, response.statusCode(), response.body());
      return Long.parseLong(response.headers().firstValue("x-moat-receipt").orElseThrow());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
