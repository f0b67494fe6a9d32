package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Ids;
import dev.moat.trust.ApiKey;
import dev.moat.trust.Principal;
import dev.moat.trust.Project;
import dev.moat.trust.Role;
import dev.moat.trust.Scope;
import dev.moat.wire.Response;
import dev.moat.wire.Routes;
import dev.moat.wire.Server;
import dev.moat.wire.ServerSettings;
import dev.moat.wire.Wire;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The moments between finding a key good and noting its exchange. */
class OpenExchangesTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  private final OpenExchanges open = new OpenExchanges(InstantSource.fixed(NOW));
  private final Deque<Runnable> meanwhile = new ArrayDeque<>();
  private final AtomicReference<Optional<ApiKey>> live =
      new AtomicReference<>(Optional.of(key(Optional.empty(), Optional.empty())));
  private final AtomicReference<Optional<ApiKey>> entered = new AtomicReference<>(Optional.empty());
  private Wire wire;
  private Server server;

  private static ApiKey key(Optional<Instant> retires, Optional<Instant> revoked) {
    return new ApiKey(
        "k1",
        "laptop",
        "aaaaaaaaaa",
        new Principal("u1", "carl", Role.CLIENT),
        Project.standard(),
        Scope.everything(),
        new ApiKey.Life(NOW, retires, revoked));
  }

  @BeforeEach
  void start() {
    wire = Wire.start(1, new Ids(InstantSource.system(), new SecureRandom()));
    Routes routes = new Routes(new OpenAiErrors());
    Stage enter =
        exchange -> {
          entered.set(Optional.of(open.enter(exchange, this::check)));
          exchange.http().send(Response.of(200, "text/plain", new byte[0]));
        };
    routes.add(
        "GET",
        "/",
        http -> {
          Exchange exchange = new Exchange(http, Endpoint.CHAT, List.of(enter), 0);
          exchange.start(_ -> open.leave(exchange));
        });
    server = wire.serve(ServerSettings.loopback(0), routes);
  }

  @AfterEach
  void stop() {
    server.close();
    wire.close();
    open.close();
  }

  /** Finds what is live now; what is to happen in between happens just after. */
  private ApiKey check() {
    Optional<ApiKey> found = live.get();
    if (!meanwhile.isEmpty()) {
      meanwhile.remove().run();
    }
    return found.orElseThrow(() -> new Failure(Authentication.ended()));
  }

  private int ask() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(URI.create(server.address() + "/")).build();
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }
  }

  @Test
  void aLiveKeyIsAskedForOnce() throws Exception {
    meanwhile.add(() -> {});
    meanwhile.add(() -> assertEquals("once", "twice"));
    assertEquals(200, ask());
    assertEquals(1, meanwhile.size());
  }

  @Test
  void aKeyThatIsRevokedJustAfterItWasFoundGoodIsRefused() throws Exception {
    meanwhile.add(
        () -> {
          live.set(Optional.empty());
          open.ending(key(Optional.empty(), Optional.of(NOW)));
        });
    assertEquals(401, ask());
    assertEquals(Optional.empty(), entered.get());
  }

  @Test
  void aKeyThatIsRotatedJustAfterItWasFoundGoodHasItsNewEnd() throws Exception {
    ApiKey rotated = key(Optional.of(NOW.plusSeconds(60)), Optional.empty());
    meanwhile.add(
        () -> {
          live.set(Optional.of(rotated));
          open.ending(rotated);
        });
    assertEquals(200, ask());
    assertEquals(Optional.of(rotated), entered.get());
  }

  @Test
  void theErrorOfAnEndedKeyNamesARemedy() {
    Refusal refusal = Refusal.of(Authentication.ended());
    assertTrue(refusal.message().contains("ask for another"), refusal.message());
    assertEquals(401, refusal.status());
    assertEquals("invalid_api_key", refusal.code());
  }
}
