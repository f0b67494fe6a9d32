package dev.moat.serve;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/** Answers by one of several backends: the route of one release. When closed it says so. */
final class RoutedBackend implements ModelBackend {
  private static final Duration WAIT_MIN = Duration.ofSeconds(1);
  private static final Duration WAIT_MAX = Duration.ofMinutes(1);

  /** A backend with the right to call it once. */
  record Choice(RouteTarget target, CircuitBreaker.Permit permit) {}

  private final RouteSettings settings;
  private final List<RouteTarget> first;
  private final List<RouteTarget> fallback;
  private final RoutingTools tools;
  private final RetryBudget budget;
  private final Runnable onClose;

  RoutedBackend(
      RouteSettings settings,
      List<RouteTarget> first,
      List<RouteTarget> fallback,
      RoutingTools tools,
      Runnable onClose) {
    this.settings = settings;
    this.first = List.copyOf(first);
    this.fallback = List.copyOf(fallback);
    this.tools = tools;
    this.onClose = onClose;
    this.budget = new RetryBudget(settings.retryBudgetPercent(), tools.nanos());
  }

  @Override
  public Answering begin(ModelCall call, AnswerSink sink, Executor loop) {
    RoutedAnswer answer = new RoutedAnswer(this, call, sink, loop);
    answer.start();
    return answer;
  }

  @Override
  public boolean answers(Endpoint endpoint) {
    return all().allMatch(target -> target.backend().answers(endpoint));
  }

  @Override
  public boolean up() {
    return all().anyMatch(target -> target.state().up());
  }

  @Override
  public void close() {
    all().forEach(target -> target.backend().close());
    onClose.run();
  }

  RouteSettings settings() {
    return settings;
  }

  RoutingTools tools() {
    return tools;
  }

  RetryBudget budget() {
    return budget;
  }

  /** Whether {@link #choose} would find one besides those. */
  boolean hasOther(Collection<RouteTarget> tried) {
    return all().anyMatch(target -> !tried.contains(target) && target.state().available());
  }

  /** Whether any can be called now. */
  boolean hasAny() {
    return hasOther(List.of());
  }

  /**
   * One that can be called now and has not been tried: of the first ones, else of the fallback in
   * its order; nothing if there is none.
   */
  Optional<Choice> choose(ModelCall call, Collection<RouteTarget> tried) {
    List<RouteTarget> left = new ArrayList<>(available(first, tried));
    while (!left.isEmpty()) {
      Affinity affinity =
          settings.balance() == Balance.STICKY
              ? Affinity.of(call, settings.stickyBytes())
              : Affinity.NONE;
      RouteTarget chosen = settings.balance().choose(left, affinity, tools.random());
      Optional<Choice> choice = admitted(chosen);
      if (choice.isPresent()) {
        return choice;
      }
      left.remove(chosen); // another call was faster to take its probe
    }
    return available(fallback, tried).stream()
        .map(RoutedBackend::admitted)
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** Says that none can be called now, and when to come again. */
  Refusal none() {
    Duration soonest =
        all().map(target -> target.state().untilNext()).min(Duration::compareTo).orElse(WAIT_MAX);
    Duration wait = soonest.compareTo(WAIT_MIN) < 0 ? WAIT_MIN : soonest;
    Duration bounded = wait.compareTo(WAIT_MAX) > 0 ? WAIT_MAX : wait;
    if (all().anyMatch(t -> t.state().condition() == BackendState.Condition.BUSY)) {
      return Refusal.busy("backend: all that could answer are busy; try again", bounded);
    }
    Refusal down = Refusal.unavailable(503, "backend: none that could answer is up; try again");
    return new Refusal(
        down.status(), down.type(), down.message(), down.param(), down.code(), bounded);
  }

  private Stream<RouteTarget> all() {
    return Stream.concat(first.stream(), fallback.stream());
  }

  private static List<RouteTarget> available(
      List<RouteTarget> targets, Collection<RouteTarget> tried) {
    return targets.stream()
        .filter(target -> !tried.contains(target) && target.state().available())
        .toList();
  }

  private static Optional<Choice> admitted(RouteTarget target) {
    return target.state().admit().map(permit -> new Choice(target, permit));
  }
}
