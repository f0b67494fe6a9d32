package dev.moat.wire;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;

/** One run of a blocking handler on a virtual thread. */
final class BlockingRun {
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final ServerExchange exchange;
  private final Semaphore permits;
  private final BlockingHandler handler;
  private final CompletableFuture<byte[]> body = new CompletableFuture<>();

  BlockingRun(ServerExchange exchange, Semaphore permits, BlockingHandler handler) {
    this.exchange = exchange;
    this.permits = permits;
    this.handler = handler;
  }

  void start() {
    if (!permits.tryAcquire()) {
      throw new Failure(
          new Problem.Busy("server: as many requests at work as it takes; try again", RETRY));
    }
    exchange.onEnd(
        ending ->
            body.completeExceptionally(
                Failure.broken("body: " + ending, new IllegalStateException(ending.name()))));
    Thread.ofVirtual().name("wire-" + exchange.request().id()).start(this::run);
  }

  private void run() {
    try {
      Response response = handler.handle(exchange.request(), this::readBody);
      exchange.execute(() -> exchange.send(response));
    } catch (RuntimeException | Error e) {
      exchange.execute(() -> exchange.fail(e));
    } finally {
      permits.release();
    }
  }

  private byte[] readBody() {
    exchange.execute(() -> exchange.body(body::complete, this::refused));
    try {
      return body.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof Failure failure ? failure : e;
    }
  }

  private void refused(int status, Problem problem) {
    exchange.refuseAndClose(status, problem);
    body.completeExceptionally(new Failure(problem));
  }
}
