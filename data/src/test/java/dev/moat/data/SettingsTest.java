package dev.moat.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.flow.Parameters;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SettingsTest {
  @Test
  void collectHasDefaults() {
    CollectSettings settings = collect("sources: here");
    assertEquals(List.of("/pipelines/here"), settings.sources());
    assertEquals(List.of(), settings.include());
    assertTrue(settings.history());
    assertEquals(CollectLimits.STANDARD, settings.limits());
  }

  @Test
  void collectReadsEveryParameter() {
    CollectSettings settings =
        collect(
            """
            sources: [/a, ../b]
            include: [.java, .md]
            exclude: docs/old
            history: false
            file-bytes-max: 1
            files-max: 2
            bytes-max: 3
            depth-max: 4
            commits-max: 5
            """);
    assertEquals(List.of("/a", "/b"), settings.sources());
    assertEquals(List.of(".java", ".md"), settings.include());
    assertEquals(List.of("docs/old"), settings.exclude());
    assertFalse(settings.history());
    assertEquals(new CollectLimits(1, 2, 3, 4, 5), settings.limits());
  }

  @Test
  void collectRefusesBadParametersNamingThem() {
    for (String bad :
        List.of(
            "file-bytes-max: 0",
            "files-max: many",
            "bytes-max: -1",
            "depth-max: 1.5",
            "commits-max: -1",
            "history: maybe",
            "include: 7",
            "exclude: {a: b}")) {
      Failure failure = assertThrows(Failure.class, () -> collect("sources: a\n" + bad), bad);
      String name = bad.substring(0, bad.indexOf(':'));
      assertTrue(failure.getMessage().contains(name), failure.getMessage());
    }
  }

  @Test
  void collectRefusesNoneAndTooManySources() {
    assertThrows(Failure.class, () -> collect("history: true"));
    assertThrows(Failure.class, () -> collect("sources: []"));
    String many = "sources: [" + String.join(", ", Collections.nCopies(65, "a")) + "]";
    assertThrows(Failure.class, () -> collect(many));
    assertEquals(64, collect(many.replaceFirst("a, ", "")).sources().size());
  }

  @Test
  void collectRefusesWhatIsNoPath() {
    Failure failure = assertThrows(Failure.class, () -> collect("sources: \"a\\0b\""));
    assertTrue(failure.getMessage().contains("not a path"), failure.getMessage());
  }

  @Test
  void collectTakesWhatIsIncludedAndNotExcluded() {
    CollectSettings settings =
        collect("sources: a\ninclude: [.java, Makefile]\nexclude: [gen/, src/Old.java]");
    assertTrue(settings.takes("src/A.java"));
    assertTrue(settings.takes("Makefile"));
    assertFalse(settings.takes("src/A.kt"));
    assertFalse(settings.takes("gen/A.java"));
    assertTrue(settings.takes("generated/A.java"));
    assertFalse(settings.takes("src/Old.java"));
    assertFalse(settings.takes("LICENSE"));
    assertTrue(settings.lists("LICENSE"));
  }

  @Test
  void datasetHasDefaults() {
    assertEquals(new DatasetSettings(0.1, 0.1, 256 << 10, 0.8, 1), dataset("{}"));
  }

  @Test
  void datasetReadsEveryParameter() {
    DatasetSettings settings =
        dataset(
            """
            validation-fraction: 0.2
            test-fraction: 0.3
            document-bytes-max: 100
            near-duplicate-similarity: 0.9
            canary-copies: 0
            """);
    assertEquals(new DatasetSettings(0.2, 0.3, 100, 0.9, 0), settings);
    assertEquals(0.3, settings.toJson().path("test-fraction").asDouble(0));
  }

  @Test
  void datasetRefusesBadParametersNamingThem() {
    for (String bad :
        List.of(
            "validation-fraction: -0.1",
            "test-fraction: 0.95",
            "document-bytes-max: 0",
            "near-duplicate-similarity: 0.4",
            "near-duplicate-similarity: 1.1",
            "canary-copies: 1001")) {
      Failure failure = assertThrows(Failure.class, () -> dataset(bad), bad);
      String name = bad.substring(0, bad.indexOf(':'));
      assertTrue(failure.getMessage().contains(name), failure.getMessage());
    }
  }

  @Test
  void datasetLeavesATenthToTrainOn() {
    assertEquals(0.45, dataset("{validation-fraction: 0.45, test-fraction: 0.45}").testFraction());
    assertThrows(Failure.class, () -> dataset("{validation-fraction: 0.46, test-fraction: 0.45}"));
  }

  private static CollectSettings collect(String yaml) {
    return CollectSettings.of(parameters(yaml, CollectSettings.PARAMETERS));
  }

  private static DatasetSettings dataset(String yaml) {
    return DatasetSettings.of(parameters(yaml, DatasetSettings.PARAMETERS));
  }

  private static Parameters parameters(String yaml, java.util.Set<String> known) {
    byte[] bytes = yaml.getBytes(StandardCharsets.UTF_8);
    return Parameters.of(Json.parseYaml(bytes, "test"), known, "test", Path.of("/pipelines"));
  }
}
