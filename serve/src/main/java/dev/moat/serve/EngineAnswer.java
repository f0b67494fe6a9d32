package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.engine.Generation;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One answer of the engine; made on a virtual thread, controlled from the event loop. */
final class EngineAnswer implements Answering {
  private static final Logger LOG = System.getLogger(EngineAnswer.class.getName());

  /**
   * One text to make; there is one for each prompt.
   *
   * @param echo what the answer begins with
   * @param silent whether nothing is to be added to that
   */
  record Part(Generation.Request request, String echo, boolean silent, Optional<Scored> scored) {}

  /** What is wanted of the tokens of a text, and who collects it. */
  record Scored(Generation.Scoring scoring, EngineScores scores) {}

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
  void run(Supplier<List<Part>> prepared) {
    if (!started()) {
      return;
    }
    try {
      generate(prepared.get());
    } catch (Failure failure) {
      refuse(Refusal.of(failure.problem()));
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, "the engine failed: " + e, e);
      refuse(Refusal.backend(500, "engine: it failed; tell the operator"));
    } finally {
      change(() -> worker = null);
    }
  }

  private void generate(List<Part> parts) {
    int promptTokens = 0;
    int completionTokens = 0;
    FinishReason last = FinishReason.STOP;
    for (Part part : parts) {
      Generation.Outcome outcome = generate(part);
      promptTokens += outcome.promptTokens();
      completionTokens += part.silent() ? 0 : outcome.completionTokens();
      if (outcome.finish() == Generation.Finish.CANCELLED) {
        refuse(Refusal.backend(503, "engine: it is stopping; try again"));
        return;
      }
      FinishReason reason = reason(part, outcome);
      if (parts.size() > 1 || part.scored().isPresent()) {
        Optional<Logprobs> logprobs = part.scored().map(scored -> scored.scores().logprobs());
        loop.execute(() -> sink.piece(new Piece.ChoiceEnd(reason, logprobs)));
      }
      last = reason;
    }
    if (!parts.isEmpty()) {
      FinishReason reason = last;
      Usage usage = new Usage(promptTokens, completionTokens, true);
      loop.execute(() -> sink.finished(reason, usage));
    }
  }

  private Generation.Outcome generate(Part part) {
    if (!part.echo().isEmpty()) {
      text(part.echo());
    }
    Generation.TextSink texts = part.silent() ? _ -> true : this::text;
    return part.scored().isPresent()
        ? generation.generate(
            part.request(), part.scored().get().scoring(), texts, part.scored().get().scores()::add)
        : generation.generate(part.request(), texts);
  }

  private static FinishReason reason(Part part, Generation.Outcome outcome) {
    return part.silent() || outcome.finish() == Generation.Finish.LENGTH
        ? FinishReason.LENGTH
        : FinishReason.STOP;
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
