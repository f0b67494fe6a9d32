package dev.moat.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.flow.Parameters;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CompareSettingsTest {
  @Test
  void standardIsWhatThePipelineNeedNotSay() {
    CompareSettings settings = settings("{}");
    assertEquals(1, settings.seed());
    assertEquals(10_000, settings.resamples());
    assertEquals(1023, settings.candidates());
    assertEquals(262_144, settings.testBytesMax());
    assertEquals(Thresholds.STANDARD, settings.thresholds());
  }

  @Test
  void everyParameterIsRead() {
    CompareSettings settings =
        settings(
            """
            {"seed":7,"resamples":500,"canary-candidates":31,"test-bytes-max":9,
             "difference-max":-0.1,"documents-min":20,"canary-guesses":50}
            """);
    assertEquals(new CompareSettings(7, 500, 31, 9, new Thresholds(-0.1, 20, 50)), settings);
    assertEquals(7, CompareSettings.NAMES.size());
  }

  @Test
  void bothSidesOfEachBoundary() {
    Map<String, List<String>> good =
        Map.of(
            "seed", List.of("0", "9223372036854775807"),
            "resamples", List.of("100", "1000000"),
            "canary-candidates", List.of("15", "1048576"),
            "test-bytes-max", List.of("1"),
            "difference-max", List.of("-64", "64", "0.5"),
            "documents-min", List.of("2", "1048576"),
            "canary-guesses", List.of("1"));
    good.forEach((name, values) -> values.forEach(value -> settings(one(name, value))));
    Map<String, List<String>> bad =
        Map.of(
            "seed", List.of("-1", "9223372036854775808", "1.5", "\"1\""),
            "resamples", List.of("99", "1000001"),
            "canary-candidates", List.of("14", "1048577"),
            "test-bytes-max", List.of("0"),
            "difference-max", List.of("-65", "65", "\"0\""),
            "documents-min", List.of("1", "1048577"),
            "canary-guesses", List.of("0"));
    bad.forEach(
        (name, values) ->
            values.forEach(
                value -> {
                  Failure failure =
                      assertThrows(
                          Failure.class, () -> settings(one(name, value)), name + " " + value);
                  assertTrue(failure.getMessage().contains(name), failure.getMessage());
                }));
    assertEquals(good.keySet(), bad.keySet());
  }

  private static String one(String name, String value) {
    return "{\"" + name + "\":" + value + "}";
  }

  private static CompareSettings settings(String json) {
    return CompareSettings.of(
        Parameters.of(Json.parse(json, "test"), CompareSettings.NAMES, "step", Path.of(".")));
  }
}
