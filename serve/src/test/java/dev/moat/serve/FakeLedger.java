package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A ledger in memory that a test can hold up or break. */
final class FakeLedger implements ExchangeLedger {
  /** How long a test waits for an event that may never come. */
  private static final int PATIENCE_SECONDS = 4;

  /** How it takes events. */
  enum Mode {
    PROMPT,
    HELD,
    BROKEN,
    FULL,
    REFUSING,
    THROWING
  }

  private final LinkedBlockingQueue<ObjectNode> arrived = new LinkedBlockingQueue<>();
  private final List<Runnable> held = new ArrayList<>();
  private long size;
  private Mode mode = Mode.PROMPT;

  synchronized void mode(Mode next) {
    mode = next;
  }

  /** Lets everything that waits become durable. */
  synchronized void release() {
    List<Runnable> waiting = List.copyOf(held);
    held.clear();
    waiting.forEach(Runnable::run);
  }

  /** The next event that has come, in order; its fields beside {@code type} and {@code actor}. */
  ObjectNode next() {
    try {
      ObjectNode event = arrived.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (event == null) {
        throw new AssertionError("no event came");
      }
      return event;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  boolean isEmpty() {
    return arrived.isEmpty();
  }

  @Override
  public synchronized CompletionStage<Long> submit(String type, String actor, JsonNode body) {
    if (mode == Mode.THROWING) {
      throw new IllegalStateException("ledger closed");
    }
    if (mode == Mode.BROKEN) {
      return CompletableFuture.failedStage(new IllegalStateException("disk full"));
    }
    if (mode == Mode.FULL) {
      return CompletableFuture.<Long>failedFuture(
              Failure.broken("ledger: the disk is full", new IOException("No space left")))
          .minimalCompletionStage();
    }
    if (mode == Mode.REFUSING) {
      throw Failure.invalid("ledger event: too long");
    }
    long index = size++;
    arrived.add(
        Json.object()
            .put("type", type)
            .put("actor", actor)
            .put("index", index)
            .setAll((ObjectNode) body));
    if (mode == Mode.PROMPT) {
      return CompletableFuture.completedStage(index);
    }
    CompletableFuture<Long> durable = new CompletableFuture<>();
    held.add(() -> durable.complete(index));
    return durable;
  }
}
