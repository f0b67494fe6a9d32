package dev.moat.serve;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One answer for which several backends may be tried. All of it is confined to the event loop of
 * its exchange.
 *
 * <p>As long as nothing of an answer has been handed on, a failure that is not about the question
 * sends it to another backend, after a time of full jitter (Brooker, "Exponential Backoff And
 * Jitter", 2015). The first attempt that has a piece wins; all others are cancelled, and from then
 * on there is no other try: the caller has read the beginning of this answer.
 */
final class RoutedAnswer implements Answering {
  private static final long BACKOFF_FIRST_MILLIS = 25;
  private static final long BACKOFF_MAX_MILLIS = 2_000;

  private final RoutedBackend route;
  private final ModelCall call;
  private final AnswerSink sink;
  private final Executor loop;
  private final List<RouteTarget> tried = new ArrayList<>();
  private final List<RouteAttempt> running = new ArrayList<>(2);
  private @Nullable RouteAttempt winner;
  private Timers.Timer backoff = Timers.Timer.NONE;
  private Timers.Timer hedge = Timers.Timer.NONE;
  private int retries;
  private boolean paused;
  private boolean over;

  RoutedAnswer(RoutedBackend route, ModelCall call, AnswerSink sink, Executor loop) {
    this.route = route;
    this.call = call;
    this.sink = sink;
    this.loop = loop;
  }

  void start() {
    route.budget().called();
    Duration hedgeAfter = route.settings().hedge();
    if (hedgeAfter.isPositive()) {
      hedge = later(hedgeAfter, this::hedge);
    }
    Optional<RoutedBackend.Choice> choice = route.choose(call, tried);
    if (choice.isPresent()) {
      attempt(choice.get());
    } else {
      end();
      sink.failed(route.none());
    }
  }

  @Override
  public void cancel() {
    end();
  }

  @Override
  public void pause() {
    paused = true;
    running.forEach(RouteAttempt::pause);
  }

  @Override
  public void resume() {
    paused = false;
    running.forEach(RouteAttempt::resume);
  }

  /** Whether the attempt may speak for this answer; from its first piece on no other may. */
  boolean speaks(RouteAttempt attempt) {
    if (winner == null && !over) {
      winner = attempt;
      hedge.cancel();
      List.copyOf(running).stream().filter(other -> other != attempt).forEach(this::drop);
    }
    return winner == attempt && !over;
  }

  AnswerSink sink() {
    return sink;
  }

  /** Ends with what {@code last} tells the sink. */
  void end(Runnable last) {
    end();
    last.run();
  }

  /** An attempt failed. */
  void failed(RouteAttempt attempt, Refusal refusal, CallOutcome outcome) {
    running.remove(attempt);
    if (over) {
      return;
    }
    if (winner == attempt || !outcome.retryable()) {
      end(() -> sink.failed(refusal));
    } else if (running.isEmpty() && !retry(refusal, outcome)) {
      end(() -> sink.failed(refusal));
    }
  }

  /** False if there is nothing left to try. A backend that was too slow is not asked again. */
  private boolean retry(Refusal refusal, CallOutcome outcome) {
    boolean somewhere = route.hasOther(tried) || (outcome != CallOutcome.TIMEOUT && route.hasAny());
    if (retries >= route.settings().retries() || !somewhere || !route.budget().take()) {
      return false;
    }
    long most = Math.min(BACKOFF_MAX_MILLIS, BACKOFF_FIRST_MILLIS << retries);
    retries++;
    Duration delay = Duration.ofMillis(route.tools().random().nextLong(most + 1));
    backoff = later(delay, () -> again(refusal, outcome));
    return true;
  }

  private void again(Refusal refusal, CallOutcome outcome) {
    Optional<RoutedBackend.Choice> choice = route.choose(call, tried);
    if (choice.isEmpty() && outcome != CallOutcome.TIMEOUT) {
      choice = route.choose(call, List.of());
    }
    if (choice.isEmpty()) {
      end(() -> sink.failed(refusal));
      return;
    }
    route.tools().metrics().retried(choice.get().target().state().name());
    attempt(choice.get());
  }

  private void hedge() {
    if (winner != null || running.size() != 1 || !route.hasOther(tried)) {
      return;
    }
    if (route.budget().take()) {
      Optional<RoutedBackend.Choice> choice = route.choose(call, tried);
      choice.ifPresent(
          second -> {
            route.tools().metrics().hedged(second.target().state().name());
            attempt(second);
          });
    }
  }

  private void attempt(RoutedBackend.Choice choice) {
    tried.add(choice.target());
    RouteAttempt attempt = new RouteAttempt(this, choice, route.tools().metrics());
    running.add(attempt);
    attempt.begin(call, loop);
    if (paused) {
      attempt.pause();
    }
  }

  private Timers.Timer later(Duration delay, Runnable work) {
    return route
        .tools()
        .timers()
        .after(
            delay,
            () ->
                loop.execute(
                    () -> {
                      if (!over) {
                        work.run();
                      }
                    }));
  }

  private void drop(RouteAttempt attempt) {
    running.remove(attempt);
    attempt.cancel();
  }

  private void end() {
    over = true;
    hedge.cancel();
    backoff.cancel();
    List.copyOf(running).forEach(this::drop);
  }
}
