package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Ids;
import dev.moat.serve.RoutePolicy.Guarding;
import dev.moat.serve.RoutePolicy.OnBlock;
import dev.moat.serve.RoutePolicy.OnFailure;
import dev.moat.wire.Response;
import dev.moat.wire.Routes;
import dev.moat.wire.Server;
import dev.moat.wire.ServerExchange;
import dev.moat.wire.ServerSettings;
import dev.moat.wire.Wire;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of judgements that throw, that are late, and that find no thread. */
class JudgingTest {
  private static final int SHORT = WorkPool.INLINE_MAX;
  private static final int LONG = WorkPool.INLINE_MAX + 1;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final AtomicLong nanos = new AtomicLong();
  private final WorkPool pool = new WorkPool(1, 1);
  private final Judging judging = new Judging(pool, new GatewayMetrics(meters), nanos::get);
  private final CompletableFuture<ServerExchange> exchange = new CompletableFuture<>();
  private final HttpClient client = HttpClient.newHttpClient();
  private Wire wire;
  private Server server;

  @BeforeEach
  void start() {
    wire = Wire.start(1, new Ids(InstantSource.system(), new SecureRandom()));
    Routes routes = new Routes(new OpenAiErrors()).add("GET", "/", exchange::complete);
    server = wire.serve(ServerSettings.loopback(0), routes);
    var unused =
        client.sendAsync(
            HttpRequest.newBuilder(URI.create(server.address() + "/")).build(),
            HttpResponse.BodyHandlers.ofString());
    assertEquals(false, unused.isDone());
  }

  @AfterEach
  void stop() throws Exception {
    ServerExchange http = exchange.get(10, TimeUnit.SECONDS);
    http.execute(() -> http.send(Response.text(200, "over")));
    server.close();
    judging.close();
    pool.close();
    wire.close();
    client.close();
  }

  private static Guarding guarding(OnFailure failure, long millis) {
    return new Guarding(failure, Duration.ofMillis(millis), OnBlock.ANSWER);
  }

  private CompletableFuture<Judging.Outcome<String>> run(
      int size, Guarding guarding, Supplier<String> judgement) throws Exception {
    CompletableFuture<Judging.Outcome<String>> outcome = new CompletableFuture<>();
    ServerExchange http = exchange.get(10, TimeUnit.SECONDS);
    http.execute(
        () -> {
          try {
            judging.run(size, guarding, http, judgement, outcome::complete);
          } catch (RuntimeException e) {
            outcome.completeExceptionally(e);
          }
        });
    return outcome;
  }

  private Judging.Outcome<String> done(int size, Guarding guarding, Supplier<String> judgement)
      throws Exception {
    return run(size, guarding, judgement).get(10, TimeUnit.SECONDS);
  }

  private double failures(String cause) {
    return meters.counter("moat.guard.failures", "cause", cause).count();
  }

  private static String held(CountDownLatch latch) {
    try {
      latch.await();
      return "late";
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aJudgementThatComesStands() throws Exception {
    for (int size : new int[] {SHORT, LONG}) {
      Judging.Outcome<String> outcome = done(size, Guarding.defaults(), () -> "fine");
      assertEquals(new Judging.Outcome.Judged<>("fine"), outcome);
    }
    assertEquals(0, failures("late") + failures("error"));
  }

  @Test
  void aGuardThatThrowsHasFailedHoweverTheRouteFails() throws Exception {
    for (OnFailure mode : OnFailure.values()) {
      for (int size : new int[] {SHORT, LONG}) {
        Supplier<String> broken =
            () -> {
              throw new IllegalStateException("a bug");
            };
        assertInstanceOf(Judging.Outcome.Failed.class, done(size, guarding(mode, 1_000), broken));
      }
    }
    assertEquals(4, failures("error"));
  }

  @Test
  void aGuardThatRecursesWithoutEndHasFailed() throws Exception {
    Supplier<String> endless =
        () -> {
          throw new StackOverflowError();
        };
    assertInstanceOf(
        Judging.Outcome.Failed.class, done(LONG, guarding(OnFailure.CLOSED, 1_000), endless));
  }

  @Test
  void aShortJudgementIsLateByTheClock() throws Exception {
    Supplier<String> slow =
        () -> {
          nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(10) + 1);
          return "late";
        };
    Guarding closed = guarding(OnFailure.CLOSED, 10);
    assertInstanceOf(Judging.Outcome.Failed.class, done(SHORT, closed, slow));
    Guarding open = guarding(OnFailure.OPEN, 10);
    assertEquals(new Judging.Outcome.Judged<>("late"), done(SHORT, open, slow));
    assertEquals(2, failures("late"), "both are counted");
  }

  @Test
  void aLongJudgementIsGivenUpAndToldOnce() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    AtomicInteger told = new AtomicInteger();
    CompletableFuture<Judging.Outcome<String>> outcome =
        run(LONG, guarding(OnFailure.OPEN, 20), () -> held(release));
    var counting = outcome.thenAccept(_ -> told.incrementAndGet());
    assertInstanceOf(Judging.Outcome.Failed.class, outcome.get(10, TimeUnit.SECONDS));
    release.countDown();
    assertEquals("next", ((Judging.Outcome.Judged<String>) nextInThePool()).value());
    counting.get(10, TimeUnit.SECONDS);
    assertEquals(1, told.get());
    assertEquals(1, failures("late"));
  }

  private Judging.Outcome<String> nextInThePool() throws Exception {
    return done(LONG, guarding(OnFailure.CLOSED, 10_000), () -> "next");
  }

  @Test
  void theWaitForAThreadDoesNotCount() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    var first = run(LONG, guarding(OnFailure.CLOSED, 60_000), () -> held(release));
    var second = run(LONG, guarding(OnFailure.CLOSED, 50), () -> "in time");
    assertThrows(
        java.util.concurrent.TimeoutException.class, () -> second.get(300, TimeUnit.MILLISECONDS));
    release.countDown();
    assertEquals(new Judging.Outcome.Judged<>("in time"), second.get(10, TimeUnit.SECONDS));
    assertEquals(new Judging.Outcome.Judged<>("late"), first.get(10, TimeUnit.SECONDS));
  }

  @Test
  void whatFindsNoPlaceIsBusyAndNeverLetThrough() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    Guarding open = guarding(OnFailure.OPEN, 60_000);
    var first = run(LONG, open, () -> held(release));
    var second = run(LONG, open, () -> "waits");
    var third = run(LONG, open, () -> "never");
    var busy =
        assertThrows(
            java.util.concurrent.ExecutionException.class, () -> third.get(10, TimeUnit.SECONDS));
    assertTrue(String.valueOf(busy.getMessage()).contains("try again"), busy.toString());
    release.countDown();
    first.get(10, TimeUnit.SECONDS);
    second.get(10, TimeUnit.SECONDS);
  }
}
