package dev.moat.wire;

import dev.moat.core.Failure;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One listening server. */
public final class Server implements AutoCloseable {
  private final Vertx vertx;
  private final List<String> deployments;
  private final ServerPlan plan;
  private final List<ServerLoop> loops;

  Server(Vertx vertx, List<String> deployments, ServerPlan plan, List<ServerLoop> loops) {
    this.vertx = vertx;
    this.deployments = List.copyOf(deployments);
    this.plan = plan;
    this.loops = List.copyOf(loops);
  }

  /** The port that was bound. */
  public int port() {
    return plan.port();
  }

  /** Where to reach it, such as {@code http://127.0.0.1:8080}. */
  public String address() {
    String host = plan.settings().host();
    return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port();
  }

  /**
   * Takes no more connections and waits until all exchanges have ended. After {@code patience}
   * those still open are told, get a moment for their last word, and are cut.
   */
  public void drain(Duration patience) {
    List<Future<Void>> drained = loops.stream().map(loop -> drained(loop, patience)).toList();
    await(Future.join(drained), patience.plusSeconds(10));
    await(Future.join(deployments.stream().map(vertx::undeploy).toList()), Duration.ofSeconds(10));
  }

  /** Drains without patience. */
  @Override
  public void close() {
    if (vertx.deploymentIDs().containsAll(deployments)) {
      drain(Duration.ZERO);
    }
  }

  private static Future<Void> drained(ServerLoop loop, Duration patience) {
    io.vertx.core.Promise<Void> done = io.vertx.core.Promise.promise();
    loop.run(() -> loop.drain(patience).onComplete(done));
    return done.future();
  }

  static <T> T await(Future<T> future, Duration patience) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw Failure.broken("wire: " + cause.getMessage() + "; see the cause", cause);
    } catch (TimeoutException e) {
      throw Failure.broken("wire: not done after " + patience + "; try again", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.broken("wire: interrupted; try again", e);
    }
  }
}
