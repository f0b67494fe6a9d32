package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.engine.Generation;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One answer of the engine; made on a virtual thread, controlled from the event loop. */
final class EngineAnswer implements Answering {
  private static final Logger LOG = System.getLogger(EngineAnswer.class.getName());

  private final Generation generation;
  private final AnswerSink sink;
  private final Executor loop;

  /** Guards the fields below it. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition changed = lock.newCondition();
  private boolean cancelled;
  private boolean paused;
  private @Nullable Thread worker;

  EngineAnswer(Generation generation, AnswerSink sink, Executor loop) {
    this.generation = generation;
    this.sink = sink;
    this.loop = loop;
  }

  @Override
  public void cancel() {
    change(
        () -> {
          cancelled = true;
          if (worker != null) {
            worker.interrupt();
          }
        });
  }

  @Override
  public void pause() {
    change(() -> paused = true);
  }

  @Override
  public void resume() {
    change(() -> paused = false);
  }

  /** Makes the answer on the calling thread, if there is something to generate. */
  void run(Supplier<Optional<Generation.Request>> prepared) {
    if (!started()) {
      return;
    }
    try {
      prepared.get().ifPresent(this::generate);
    } catch (Failure failure) {
      refuse(Refusal.of(failure.problem()));
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, "the engine failed: " + e, e);
      refuse(Refusal.backend(500, "engine: it failed; tell the operator"));
    } finally {
      change(() -> worker = null);
    }
  }

  private void generate(Generation.Request request) {
    Generation.Outcome outcome = generation.generate(request, this::text);
    Usage usage = new Usage(outcome.promptTokens(), outcome.completionTokens(), true);
    switch (outcome.finish()) {
      case STOP -> loop.execute(() -> sink.finished(FinishReason.STOP, usage));
      case LENGTH -> loop.execute(() -> sink.finished(FinishReason.LENGTH, usage));
      case CANCELLED -> refuse(Refusal.backend(503, "engine: it is stopping; try again"));
    }
  }

  void refuse(Refusal refusal) {
    loop.execute(() -> sink.failed(refusal));
  }

  /** False if it was cancelled before it began. */
  private boolean started() {
    change(() -> worker = Thread.currentThread());
    return !cancelled;
  }

  private boolean text(String text) {
    if (!awaitFlow()) {
      return false;
    }
    loop.execute(() -> sink.piece(new Piece.Text(text)));
    return true;
  }

  private boolean awaitFlow() {
    lock.lock();
    try {
      while (paused && !cancelled) {
        changed.await();
      }
      return !cancelled;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void change(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
