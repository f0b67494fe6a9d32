package dev.moat.serve;

import dev.moat.core.Failure;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** One call to one backend for an answer. However it ends, its permit is given back, once. */
final class RouteAttempt implements AnswerSink {
  private final RoutedAnswer answer;
  private final RouteTarget target;
  private final BackendMetrics metrics;
  private CircuitBreaker.Permit permit;
  private @Nullable Answering answering;
  private boolean begun;
  private boolean over;

  RouteAttempt(RoutedAnswer answer, RoutedBackend.Choice choice, BackendMetrics metrics) {
    this.answer = answer;
    this.target = choice.target();
    this.permit = choice.permit();
    this.metrics = metrics;
  }

  void begin(ModelCall call, Executor loop) {
    try {
      Answering started = target.backend().begin(call, this, loop);
      if (over) {
        started.cancel();
      } else {
        answering = started;
      }
    } catch (Failure failure) {
      failed(Refusal.of(failure.problem()));
    } catch (RuntimeException | Error e) {
      settle(CallOutcome.FAILED, Duration.ZERO);
      throw e;
    }
  }

  void cancel() {
    Answering running = answering;
    settle(CallOutcome.CANCELLED, Duration.ZERO);
    if (running != null) {
      running.cancel();
    }
  }

  void pause() {
    if (answering != null) {
      answering.pause();
    }
  }

  void resume() {
    if (answering != null) {
      answering.resume();
    }
  }

  @Override
  public void piece(Piece piece) {
    if (!over && answer.speaks(this)) {
      if (!begun) {
        begun = true;
        permit = target.state().begun(permit);
      }
      answer.sink().piece(piece);
    }
  }

  @Override
  public void finished(FinishReason reason, Usage usage) {
    finish(() -> answer.sink().finished(reason, usage));
  }

  @Override
  public void finished(FinishReason reason) {
    finish(() -> answer.sink().finished(reason));
  }

  @Override
  public void failed(Refusal refusal) {
    if (!over) {
      CallOutcome outcome = CallOutcome.of(refusal);
      settle(outcome, refusal.retryAfter());
      answer.failed(this, refusal, outcome);
    }
  }

  private void finish(Runnable last) {
    if (!over && answer.speaks(this)) {
      settle(CallOutcome.OK, Duration.ZERO);
      answer.end(last);
    }
  }

  private void settle(CallOutcome outcome, Duration busyFor) {
    if (!over) {
      over = true;
      answering = null;
      target.state().settle(permit, outcome, busyFor);
      metrics.called(target.state().name(), outcome);
    }
  }
}
