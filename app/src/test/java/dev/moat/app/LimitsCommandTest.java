package dev.moat.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class LimitsCommandTest {
  @TempDir Path home;

  private Captured limits(String yaml, String... more) throws IOException {
    Files.writeString(home.resolve("moat.yaml"), yaml);
    return more.length == 0
        ? Captured.run("limits", "--home", home.toString())
        : Captured.run("limits", more[0], "--home", home.toString());
  }

  @Test
  void saysWhereLimitsComeFromWhenThereAreNone() throws IOException {
    Captured captured = limits("");
    assertEquals(0, captured.status(), captured.err());
    assertTrue(captured.out().contains("no limits"), captured.out());
  }

  @Test
  void showsCapAndUseOfEachLimit() throws IOException {
    String yaml =
        """
        price:
          "*":
            usd-per-million-input: "0.15"
            usd-per-million-output: "0.60"
        limit:
          team:
            for: key:k1
            usd-per-day: "2.50"
            requests-per-minute: 60
        """;
    Captured captured = limits(yaml);
    assertEquals(0, captured.status(), captured.err());
    assertTrue(captured.out().contains("key:k1"), captured.out());
    assertTrue(captured.out().matches("(?s).*usd-per-day +0 of 2\\.5 .*limit\\.team.*"));
    JsonNode json = Json.parse(limits(yaml, "--json").out(), "limits").path("limits");
    assertEquals(2, json.size());
    assertEquals("key:k1", json.path(0).path("subject").asString());
    assertEquals(60, json.path(0).path("cap").intValue());
    assertEquals("2.5", json.path(1).path("cap").asString());
  }

  @Test
  void aBudgetThatCannotBeCountedIsRefusedAtOnce() throws IOException {
    Captured captured = limits("limit:\n  m:\n    for: model:m\n    usd-per-day: 1\n");
    assertEquals(2, captured.status());
    assertTrue(captured.err().contains("model \"m\" has no price"), captured.err());
  }
}
