package dev.moat.serve;

import dev.moat.core.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** A route over fake backends on a clock that stands still, and what the caller hears of it. */
final class RouteFixture {
  /** Writes down what an answer tells. */
  static final class Heard implements AnswerSink {
    final List<String> words = new ArrayList<>();
    Optional<Refusal> refusal = Optional.empty();

    @Override
    public void piece(Piece piece) {
      words.add(piece instanceof Piece.Text(String text) ? text : piece.toString());
    }

    @Override
    public void finished(FinishReason reason, Usage usage) {
      words.add("." + reason.word());
    }

    @Override
    public void finished(FinishReason reason) {
      words.add("." + reason.word());
    }

    @Override
    public void failed(Refusal failure) {
      refusal = Optional.of(failure);
      words.add("!" + failure.status());
    }

    @Override
    public String toString() {
      return String.join(" ", words);
    }
  }

  static final Refusal DOWN = Refusal.unavailable(502, "down");
  static final Refusal SLOW = Refusal.unavailable(504, "slow");
  static final Refusal WRONG = Refusal.contextExceeded("messages", "too long");

  final FakeTime time = new FakeTime();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final Map<String, FakeBackend> backends = new LinkedHashMap<>();
  final Map<String, BackendState> states = new LinkedHashMap<>();
  final RoutedBackend route;

  /** A route of those settings, over the backends they name; all wait to be told what to say. */
  RouteFixture(String routeYaml) {
    Settings.Section section = section("route", "m", routeYaml);
    RouteSettings settings = RouteSettings.read(section);
    RoutingTools tools =
        new RoutingTools(time, new SplittableRandom(1), time, new BackendMetrics(meters));
    route =
        new RoutedBackend(
            settings, targets(settings.backends()), targets(settings.fallback()), tools, () -> {});
  }

  private List<RouteTarget> targets(List<String> names) {
    List<RouteTarget> targets = new ArrayList<>();
    for (String name : names) {
      FakeBackend backend = new FakeBackend();
      backend.waits();
      BackendState state = state(name, 1, time);
      backends.put(name, backend);
      states.put(name, state);
      targets.add(new RouteTarget(state, backend));
    }
    return targets;
  }

  static BackendState state(String name, int weight, FakeTime time) {
    String yaml = "{url: \"http://h\", breaker-calls-min: 4, weight: " + weight + "}";
    return new BackendState(BackendSettings.read(section("backend", name, yaml)), time);
  }

  private static Settings.Section section(String group, String name, String yaml) {
    byte[] bytes = (group + ": {" + name + ": " + yaml + "}").getBytes(StandardCharsets.UTF_8);
    List<Settings.Section> read = new ArrayList<>();
    Map<String, Integer> _ =
        Settings.parse(bytes, "moat.yaml", Map.of())
            .named(
                group,
                section -> {
                  read.add(section);
                  return 0;
                });
    return read.getLast();
  }

  static ModelCall call(String text) {
    byte[] body = TestGateway.chatBody(text, "").getBytes(StandardCharsets.UTF_8);
    return new ModelCall(RequestParser.parse(Endpoint.CHAT, body), Map.of());
  }

  /** An answer that was begun. */
  record Begun(Heard heard, Answering answering) {}

  Begun begin() {
    Heard heard = new Heard();
    return new Begun(heard, route.begin(call("hi"), heard, time));
  }

  /** The one backend that was asked and not yet looked at. */
  FakeBackend.Run asked() {
    List<FakeBackend> asked = backends.values().stream().filter(b -> !b.unasked()).toList();
    if (asked.size() != 1) {
      throw new AssertionError(asked.size() + " backends were asked");
    }
    return asked.getFirst().nextRun();
  }

  FakeBackend backend(String name) {
    return backends.getOrDefault(name, new FakeBackend());
  }

  BackendState state(String name) {
    return states.getOrDefault(name, state(name, 1, time));
  }

  boolean nobodyAsked() {
    return backends.values().stream().allMatch(FakeBackend::unasked);
  }

  int open() {
    return states.values().stream().mapToInt(BackendState::open).sum();
  }

  double count(String meter, String... tags) {
    return meters.find(meter).tags(tags).counters().stream().mapToDouble(c -> c.count()).sum();
  }
}
