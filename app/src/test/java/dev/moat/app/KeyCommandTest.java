package dev.moat.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The keys of a home that no server holds. */
final class KeyCommandTest {
  @TempDir Path home;

  private Captured key(String... arguments) {
    List<String> all = new ArrayList<>(List.of("key"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--home", home.toString()));
    return Captured.run(all.toArray(String[]::new));
  }

  private JsonNode json(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--json");
    Captured done = key(all.toArray(String[]::new));
    assertEquals(0, done.status(), done.err());
    return Json.parse(done.out(), "answer");
  }

  @Test
  void aScopedKeyIsMadeAndListedWithAllOfIt() {
    JsonNode made =
        json(
            "create",
            "ci",
            "--model",
            "a",
            "--model",
            "b",
            "--endpoint",
            "/v1/models",
            "--tool",
            "search",
            "--network",
            "10.0.0.0/8",
            "--network",
            "::1",
            "--project",
            "acme/search",
            "--principal",
            "robot",
            "--days",
            "2");
    assertTrue(made.path("secret").asString().startsWith("mk_"));
    JsonNode listed = json("list").at("/keys/0");
    assertFalse(listed.has("secret"));
    assertEquals("robot", listed.path("owner").asString());
    assertEquals("acme/search", listed.path("project").asString());
    assertEquals("[\"a\",\"b\"]", listed.path("models").toString());
    assertEquals("[\"/v1/models\"]", listed.path("endpoints").toString());
    assertEquals("[\"search\"]", listed.path("tools").toString());
    assertEquals("[\"0:0:0:0:0:0:0:1/128\",\"10.0.0.0/8\"]", listed.path("networks").toString());
    assertEquals(listed.path("expires"), listed.path("ends"));
    String line = key("list").out();
    for (String part :
        List.of("acme/search robot", "[\"a\",\"b\"]", "endpoints", "tools", "networks", "until")) {
      assertTrue(line.contains(part), line);
    }
  }

  @Test
  void aKeyWithoutNarrowingIsListedBriefly() {
    assertEquals(0, key("create", "open").status());
    String line = key("list").out();
    assertTrue(line.contains("default/default open  models [\"*\"]  valid"), line);
    assertFalse(line.contains("endpoints") || line.contains("networks"), line);
  }

  @Test
  void severalKeysBelongToOnePrincipal() {
    String one = json("create", "a", "--principal", "robot").path("principal").asString();
    String two = json("create", "b", "--principal", "robot").path("principal").asString();
    String other =
        json("create", "c", "--principal", "robot", "--project", "acme/x")
            .path("principal")
            .asString();
    String own = json("create", "robot").path("principal").asString();
    assertEquals(one, two);
    assertNotEquals(one, other);
    assertNotEquals(one, own);
  }

  @Test
  void aRotatedKeyHasASuccessorAndAnEnd() {
    JsonNode old = json("create", "ci", "--no-tools", "--project", "acme/search");
    JsonNode next = json("rotate", old.path("id").asString(), "--overlap-hours", "5");
    assertEquals(old.path("id"), next.path("replaces"));
    assertNotEquals(old.path("secret"), next.path("secret"));
    assertEquals(old.path("principal"), next.path("principal"));
    assertEquals(0, next.path("tools").size());
    JsonNode keys = json("list").path("keys");
    assertEquals(2, keys.size());
    assertTrue(keys.get(0).has("retires") && keys.get(0).has("ends"));
    assertFalse(keys.get(1).has("ends"));
    Captured again = key("rotate", old.path("id").asString(), "--overlap-hours", "0");
    assertTrue(again.out().contains("key (shown once): mk_"), again.out());
    assertRefused("has ended", "rotate", old.path("id").asString());
  }

  private void assertRefused(String why, String... arguments) {
    Captured refused = key(arguments);
    assertEquals(2, refused.status(), refused.out());
    assertEquals(1, refused.err().lines().count(), refused.err());
    assertTrue(refused.err().contains(why), refused.err());
  }

  @Test
  void badInputIsNamedWithARemedy() {
    assertRefused("write it as 10.0.0.0/8", "create", "x", "--network", "10.0.0.1/8");
    assertRefused("API key endpoints", "create", "x", "--endpoint", "v1/models");
    assertRefused("API key tools", "create", "x", "--tool", "a b");
    assertRefused("both --tool and --no-tools", "create", "x", "--tool", "a", "--no-tools");
    assertRefused("ORGANISATION/PROJECT", "create", "x", "--project", "acme");
    assertRefused("choose another", "create", "x", "--principal", "two words");
    assertRefused("nobody: not known", "rotate", "nobody");
    String id = json("create", "x").path("id").asString();
    assertRefused("0 to 720 hours", "rotate", id, "--overlap-hours", "721");
    assertRefused("0 to 720 hours", "rotate", id, "--overlap-hours", "-1");
    assertEquals(1, json("list").path("keys").size());
  }
}
