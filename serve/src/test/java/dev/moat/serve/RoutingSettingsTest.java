package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Secret;
import dev.moat.core.Settings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RoutingSettingsTest {
  private static final String TWO =
      """
      backend:
        one: {url: "http://127.0.0.1:8001/v1", token: env:ONE, model: theirs, weight: 3}
        two: {url: "http://127.0.0.1:8002", health-path: ""}
      """;

  private static RoutingSettings read(String yaml, String upstream) {
    Settings settings =
        Settings.parse(yaml.getBytes(StandardCharsets.UTF_8), "moat.yaml", Map.of("ONE", "sk-one"));
    RoutingSettings read =
        RoutingSettings.read(
            settings,
            Optional.of(upstream).filter(url -> !url.isEmpty()),
            Optional.of(Secret.of("sk-up")));
    settings.refuseUnknown();
    assertFalse(settings.effective().contains("sk-"), "secrets are not shown");
    return read;
  }

  private static void assertRefused(String part, String yaml) {
    Failure failure = assertThrows(Failure.class, () -> read(yaml, ""), yaml);
    assertTrue(failure.getMessage().contains(part), failure.getMessage());
    assertFalse(failure.getMessage().contains("sk-"), failure.getMessage());
  }

  @Test
  void readsBackendsAndRoutes() {
    RoutingSettings read =
        read(
            TWO
                + """
                route:
                  llama: {backends: [one, two], balance: sticky, hedge-ms: 300, retries: 1}
                  small: {backends: [two], fallback: [one]}
                  local: {}
                """,
            "");
    assertEquals(List.of("llama", "small"), read.models());
    assertEquals(
        List.of("http://127.0.0.1:8001/v1", "http://127.0.0.1:8002/v1"), read.addresses("llama"));
    RouteSettings llama = read.route("llama").orElseThrow();
    assertEquals(Balance.STICKY, llama.balance());
    assertEquals(Duration.ofMillis(300), llama.hedge());
    assertEquals(1, llama.retries());
    assertTrue(read.route("local").isEmpty());
    assertTrue(read.route("unknown").isEmpty());
    assertEquals(List.of(), read.addresses("unknown"));
    BackendSettings one = read.backends().iterator().next();
    assertEquals("theirs", one.model().orElseThrow());
    assertEquals(3, one.weight());
    assertEquals("/models", one.health().path());
  }

  @Test
  void theSimpleWayIsOneBackend() {
    RoutingSettings read = read("route: {m: {retries: 5}}", "http://127.0.0.1:9000");
    assertEquals(List.of(), read.models());
    assertEquals(List.of("http://127.0.0.1:9000/v1"), read.addresses("whatever"));
    assertEquals(5, read.route("m").orElseThrow().retries());
    assertEquals(Duration.ZERO, read.route("other").orElseThrow().hedge(), "off by default");
    BackendSettings upstream = read.backends().iterator().next();
    assertEquals("sk-up", upstream.token().orElseThrow().reveal());
  }

  @Test
  void refusesWhatDoesNotHangTogether() {
    String other = "backend: {one: {url: \"http://h\"}}\nroute: {m: {backends: [";
    assertRefused("did you mean \"one\"?", other + "one1]}}");
    assertRefused("section backend.elsewhere", other + "elsewhere]}}");
    assertRefused("stands there twice", other + "one, one]}}");
    assertRefused("stands there twice", other + "one], fallback: [one]}}");
    assertRefused(
        "no backends before", "backend: {o: {url: \"http://h\"}}\nroute: {m: {fallback: [o]}}");
    assertRefused("route.m.balance", other + "one], balance: best}}");
    assertRefused("backend.one.url", "backend: {one: {url: \"ftp://h\"}}");
    assertRefused("backend.one.url", "backend: {one: {url: \"http://u:sk-x@h\"}}");
    assertRefused("backend.one.url: is missing", "backend: {one: {}}");
    assertRefused("write openai or anthropic", "backend: {one: {url: \"http://h\", kind: other}}");
    assertRefused("rename it", "backend: {\"a b\": {url: \"http://h\"}}");
    assertRefused("weight", "backend: {one: {url: \"http://h\", weight: 0}}");
    assertRefused("unknown key", "backend: {one: {url: \"http://h\", wait: 0}}");
    Failure taken =
        assertThrows(
            Failure.class, () -> read("backend: {upstream: {url: \"http://h\"}}", "http://x"));
    assertTrue(taken.getMessage().contains("rename it"), taken.getMessage());
  }

  @Test
  void aHealthPathIsAPlainPath() {
    for (String bad : List.of("models", "/a/../b", "/x?y", "//@evil/#", "/" + "x".repeat(257))) {
      assertRefused(
          "health-path", "backend: {one: {url: \"http://h\", health-path: \"" + bad + "\"}}");
    }
    read("backend: {one: {url: \"http://h\", health-path: \"/../\"}}".replace("/../", "/ok"), "");
  }

  @Test
  void everyKeyStandsInTheReference() {
    Settings settings = Settings.standard();
    RoutingSettings.read(settings, Optional.empty(), Optional.empty());
    List<String> keys =
        settings.reference().stream().map(k -> k.section() + "." + k.name()).toList();
    for (String key :
        List.of("backend.NAME.url", "backend.NAME.breaker-open-ms", "route.NAME.hedge-ms")) {
      assertTrue(keys.contains(key), keys.toString());
    }
  }
}
