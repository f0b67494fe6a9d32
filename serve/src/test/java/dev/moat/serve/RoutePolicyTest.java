package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Settings;
import dev.moat.guard.Spotlight;
import dev.moat.serve.RoutePolicy.Guarding;
import dev.moat.serve.RoutePolicy.OnBlock;
import dev.moat.serve.RoutePolicy.OnFailure;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoutePolicyTest {
  private static Map<String, Guarding> read(String yaml) {
    Settings settings =
        Settings.parse(yaml.getBytes(StandardCharsets.UTF_8), "moat.yaml", Map.of());
    Map<String, Guarding> routes = RoutePolicy.read(settings);
    settings.refuseUnknown();
    return routes;
  }

  @Test
  void failsClosedAndAnswersUnlessToldOtherwise() {
    Guarding standard = new Guarding(OnFailure.CLOSED, Duration.ofSeconds(5), OnBlock.ANSWER);
    assertEquals(standard, Guarding.defaults());
    assertEquals(Map.of("a", standard), read("route:\n  a: {}\n"));
    assertEquals(Map.of(), read(""));
  }

  @Test
  void readsEachRoute() {
    Map<String, Guarding> routes =
        read(
            """
            route:
              code/assistant:1: {guard-failure: open, guard-millis: 20}
              other: {blocked: error}
            """);
    assertEquals(
        new Guarding(OnFailure.OPEN, Duration.ofMillis(20), OnBlock.ANSWER),
        routes.get("code/assistant:1"));
    assertEquals(
        new Guarding(OnFailure.CLOSED, Duration.ofSeconds(5), OnBlock.ERROR), routes.get("other"));
  }

  @Test
  void readsHowRetrievedTextsAreMarked() {
    assertEquals(Spotlight.OFF, Guarding.defaults().spotlight());
    assertEquals(
        Spotlight.MARK,
        read("route:\n  a: {spotlight: mark}\n").values().iterator().next().spotlight());
  }

  @Test
  void namesWhatIsWrongAndWhere() {
    for (String wrong :
        List.of(
            "guard-failure: maybe",
            "guard-millis: 0",
            "guard-millis: 600001",
            "blocked: silence",
            "spotlight: encode",
            "guard-milis: 5")) {
      Failure failure =
          assertThrows(Failure.class, () -> read("route:\n  a:\n    " + wrong + "\n"), wrong);
      assertTrue(String.valueOf(failure.getMessage()).contains("route.a"), failure.getMessage());
    }
  }
}
