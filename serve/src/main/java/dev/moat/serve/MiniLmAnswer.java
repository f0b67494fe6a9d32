package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.engine.MiniLm;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The vectors of one question under way. Each thread that works for it takes the next text,
 * computes it and goes to the end of the line again.
 */
final class MiniLmAnswer implements Answering {
  /** How many tokens all texts of a question may have together: about a minute of work. */
  static final int TOKENS_MAX = 1 << 17;

  private static final Logger LOG = System.getLogger(MiniLmAnswer.class.getName());

  private final List<String> texts;
  private final AnswerSink sink;
  private final Executor loop;
  private final MiniLmBackend backend;
  private final int[][] tokens;
  private final float[][] vectors;
  private final AtomicInteger taken = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();
  private volatile boolean over;

  MiniLmAnswer(ModelCall call, AnswerSink sink, Executor loop, MiniLmBackend backend) {
    this.texts = call.prompts().stream().map(ModelCall.Prompt::text).toList();
    this.sink = sink;
    this.loop = loop;
    this.backend = backend;
    this.tokens = new int[texts.size()][];
    this.vectors = new float[texts.size()][];
  }

  @Override
  public void cancel() {
    over = true;
  }

  @Override
  public void pause() {
    // Nothing is sent before all is done.
  }

  @Override
  public void resume() {
    // As above.
  }

  /** Cuts the texts into tokens, and calls for as many threads as there are. */
  void begin() {
    guarded(
        () -> {
          MiniLm model = backend.model();
          int sum = 0;
          for (int i = 0; i < tokens.length && !over; i++) {
            tokens[i] = model.encode(texts.get(i));
            sum += tokens[i].length;
            check(i, sum);
          }
          for (int i = 0; i < Math.min(tokens.length, backend.threads()) && !over; i++) {
            goOn();
          }
        });
  }

  void refuse(Refusal refusal) {
    over = true;
    loop.execute(() -> sink.failed(refusal));
  }

  private void check(int i, int sum) {
    String param = tokens.length == 1 ? "input" : "input[" + i + "]";
    if (tokens[i].length > MiniLm.TOKENS_MAX) {
      refuse(
          Refusal.contextExceeded(
              param,
              param
                  + ": its "
                  + tokens[i].length
                  + " tokens are more than the "
                  + MiniLm.TOKENS_MAX
                  + " that this model reads; split it"));
    } else if (sum > TOKENS_MAX) {
      refuse(
          Refusal.contextExceeded(
              "input",
              "input: all texts together have more than "
                  + TOKENS_MAX
                  + " tokens; send them in several requests"));
    }
  }

  private void goOn() {
    if (!backend.submit(this::one)) {
      refuse(Refusal.backend(503, "engine: it is stopping; try again"));
    }
  }

  private void one() {
    guarded(
        () -> {
          int i = taken.getAndIncrement();
          if (over || i >= tokens.length) {
            return;
          }
          vectors[i] = backend.model().embed(tokens[i]);
          if (done.incrementAndGet() == tokens.length) {
            loop.execute(this::send);
          } else if (taken.get() < tokens.length) {
            goOn();
          }
        });
  }

  private void send() {
    if (over) {
      return;
    }
    for (float[] vector : vectors) {
      sink.piece(new Piece.Vector(vector));
    }
    int sum = Arrays.stream(tokens).mapToInt(text -> text.length).sum();
    sink.finished(FinishReason.STOP, new Usage(sum, 0, true));
  }

  private void guarded(Runnable work) {
    try {
      work.run();
    } catch (Failure failure) {
      LOG.log(Level.ERROR, "the embedding model failed: " + failure.getMessage(), failure);
      refuse(Refusal.of(failure.problem()));
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, "the embedding model failed: " + e, e);
      refuse(Refusal.backend(500, "engine: it failed; tell the operator"));
    }
  }
}
