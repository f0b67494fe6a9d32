package dev.moat.serve;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A model that says what a test tells it to. */
final class FakeBackend implements ModelBackend {
  /** How long a test waits for what may never come; on a busy machine it may come late. */
  private static final int PATIENCE_SECONDS = 4;

  /** What it does when asked. */
  @FunctionalInterface
  interface Script {
    void play(Run run);
  }

  /** One question that it was asked. */
  static final class Run implements Answering {
    final ModelCall call;
    final LinkedBlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final AnswerSink sink;
    private final Executor loop;

    Run(ModelCall call, AnswerSink sink, Executor loop) {
      this.call = call;
      this.sink = sink;
      this.loop = loop;
    }

    Run say(String... texts) {
      for (String text : texts) {
        piece(new Piece.Text(text));
      }
      return this;
    }

    Run piece(Piece piece) {
      loop.execute(() -> sink.piece(piece));
      return this;
    }

    void finish() {
      finish(FinishReason.STOP, 3, 5);
    }

    void finish(FinishReason reason, int promptTokens, int completionTokens) {
      loop.execute(() -> sink.finished(reason, new Usage(promptTokens, completionTokens, true)));
    }

    void finishUncounted(FinishReason reason) {
      loop.execute(() -> sink.finished(reason));
    }

    void fail(Refusal refusal) {
      loop.execute(() -> sink.failed(refusal));
    }

    @Override
    public void cancel() {
      events.add("cancel");
    }

    @Override
    public void pause() {
      events.add("pause");
    }

    @Override
    public void resume() {
      events.add("resume");
    }

    /** The next thing that the gateway asked for. */
    String nextEvent() {
      return poll(events);
    }
  }

  private final LinkedBlockingQueue<Run> runs = new LinkedBlockingQueue<>();
  private volatile Script script = run -> run.say("Hello", ", world").finish();

  void script(Script next) {
    script = next;
  }

  /** Answers the next questions with these texts. */
  void says(String... texts) {
    script = run -> run.say(texts).finish();
  }

  /** Leaves the next questions to the test. */
  void waits() {
    script = _ -> {};
  }

  /** The next question that came. */
  Run nextRun() {
    return poll(runs);
  }

  /** The question of an exchange that is over: it has come, or never will. */
  Run askedRun() {
    Run found = runs.poll();
    if (found == null) {
      throw new AssertionError("the model was not asked");
    }
    return found;
  }

  boolean unasked() {
    return runs.isEmpty();
  }

  List<ChatMessage> nextMessages() {
    return nextRun().call.messages();
  }

  /** Its tokens are the characters of Unicode. */
  @Override
  public Optional<String> decode(int[] tokens) {
    return Optional.of(new String(tokens, 0, tokens.length));
  }

  @Override
  public Answering begin(ModelCall call, AnswerSink sink, Executor loop) {
    Run run = new Run(call, sink, loop);
    runs.add(run);
    script.play(run);
    return run;
  }

  private static <T> T poll(LinkedBlockingQueue<T> queue) {
    try {
      T found = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (found == null) {
        throw new AssertionError("nothing came");
      }
      return found;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
