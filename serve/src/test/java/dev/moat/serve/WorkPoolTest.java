package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Ids;
import dev.moat.wire.Response;
import dev.moat.wire.Routes;
import dev.moat.wire.Server;
import dev.moat.wire.ServerExchange;
import dev.moat.wire.ServerSettings;
import dev.moat.wire.Wire;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where work on texts is done: small work at once, large work on threads of its own. */
class WorkPoolTest {
  private static final int LARGE = WorkPool.INLINE_MAX + 1;

  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);
  private final WorkPool pool = new WorkPool(1, 1);
  private final HttpClient client = HttpClient.newHttpClient();
  private Wire wire;
  private Server server;

  @BeforeEach
  void start() {
    wire = Wire.start(1, new Ids(InstantSource.system(), new SecureRandom()));
    Routes routes =
        new Routes(new OpenAiErrors())
            .add("GET", "/small", http -> thread(http, WorkPool.INLINE_MAX))
            .add("GET", "/large", http -> thread(http, LARGE))
            .add("GET", "/failing-small", http -> failing(http, 1))
            .add("GET", "/failing-large", http -> failing(http, LARGE))
            .add("GET", "/bug", this::bug)
            .add("GET", "/error-small", http -> error(http, 1))
            .add("GET", "/error-large", http -> error(http, LARGE))
            .add("GET", "/held", this::held);
    server = wire.serve(ServerSettings.loopback(0), routes);
  }

  @AfterEach
  void stop() {
    release.countDown();
    server.close();
    pool.close();
    wire.close();
  }

  /** Tells on which threads the work was done and its result taken. */
  private void thread(ServerExchange http, int size) {
    String loop = Thread.currentThread().getName();
    pool.compute(
        size,
        http,
        () -> Thread.currentThread().getName(),
        worker -> {
          boolean same = Thread.currentThread().getName().equals(loop);
          http.send(Response.text(200, (worker.equals(loop) ? "loop" : worker) + " " + same));
        });
  }

  private void failing(ServerExchange http, int size) {
    pool.compute(
        size,
        http,
        () -> {
          throw Failure.invalid("text: not good");
        },
        _ -> http.send(Response.text(200, "never")));
  }

  private void bug(ServerExchange http) {
    pool.compute(
        LARGE, http, () -> Integer.parseInt("x"), _ -> http.send(Response.text(200, "never")));
  }

  private void error(ServerExchange http, int size) {
    pool.compute(
        size,
        http,
        () -> {
          throw new StackOverflowError("a deep text");
        },
        _ -> http.send(Response.text(200, "never")));
  }

  private void held(ServerExchange http) {
    pool.compute(LARGE, http, this::await, text -> http.send(Response.text(200, text)));
  }

  private String await() {
    started.countDown();
    try {
      return release.await(10, TimeUnit.SECONDS) ? "released" : "late";
    } catch (InterruptedException e) {
      return "interrupted";
    }
  }

  private CompletableFuture<HttpResponse<String>> ask(String path) {
    HttpRequest request = HttpRequest.newBuilder(URI.create(server.address() + path)).build();
    return client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void doesSmallWorkOnTheLoop() {
    assertEquals("loop true", ask("/small").join().body());
  }

  @Test
  void doesLargeWorkElsewhereAndComesBack() {
    assertEquals("gateway-guard-0 true", ask("/large").join().body());
  }

  @Test
  void tellsFailuresOfBothAlike() {
    for (String path : List.of("/failing-small", "/failing-large")) {
      HttpResponse<String> response = ask(path).join();
      assertEquals(400, response.statusCode());
      assertTrue(response.body().contains("text: not good"), response.body());
    }
    assertEquals(500, ask("/bug").join().statusCode());
  }

  @Test
  void anErrorEndsItsRequest() {
    assertEquals(500, ask("/error-small").join().statusCode());
    assertEquals(500, ask("/error-large").join().statusCode());
    assertEquals(200, ask("/large").join().statusCode());
  }

  @Test
  void refusesMoreThanMayWait() throws InterruptedException {
    List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
    all.add(ask("/held"));
    assertTrue(started.await(10, TimeUnit.SECONDS));
    all.add(ask("/held"));
    all.add(ask("/held"));
    HttpResponse<?> first =
        (HttpResponse<?>) CompletableFuture.anyOf(all.get(1), all.get(2)).join();
    assertEquals(429, first.statusCode(), "one is at work, one waits, one is refused");
    assertEquals("loop true", ask("/small").join().body(), "the loop is free");
    release.countDown();
    List<Integer> statuses = all.stream().map(one -> one.join().statusCode()).sorted().toList();
    assertEquals(List.of(200, 200, 429), statuses);
  }
}
