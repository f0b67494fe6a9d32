package dev.moat.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Network;
import dev.moat.core.Problem;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScopeTest {
  private static final Set<String> ALL = Set.of(Scope.ALL);
  private static final Instant END = Instant.parse("2026-12-01T00:00:00Z");
  private static final Scope NARROW = Scopes.narrow(END);

  private static InetAddress address(String text) {
    return Network.address(text).orElseThrow();
  }

  private static Scope endpoints(Set<String> endpoints) {
    return new Scope(ALL, endpoints, ALL, Set.of(), Optional.empty());
  }

  private static Scope tools(Set<String> tools) {
    return new Scope(ALL, ALL, tools, Set.of(), Optional.empty());
  }

  private static Set<String> names(int count) {
    return IntStream.range(0, count).mapToObj(i -> "/n" + i).collect(Collectors.toSet());
  }

  private static void refused(String field, Runnable making) {
    Failure failure = assertThrows(Failure.class, making::run);
    assertEquals(field, assertInstanceOf(Problem.Invalid.class, failure.problem()).field());
  }

  @Test
  void everythingPermitsEverything() {
    Scope all = Scope.everything();
    assertTrue(all.permitsModel("any"));
    assertTrue(all.permitsEndpoint("/v1/anything"));
    assertTrue(all.permitsTool("any") && all.permitsAllTools());
    assertTrue(all.permitsAddress(address("192.0.2.1")) && all.permitsAllNetworks());
    assertEquals(Optional.empty(), all.expires());
  }

  @Test
  void whatIsNotNamedIsDenied() {
    assertTrue(NARROW.permitsModel("model-a"));
    assertFalse(NARROW.permitsModel("model-c"));
    assertFalse(NARROW.permitsModel("*"));
    assertTrue(NARROW.permitsTool("search"));
    assertFalse(NARROW.permitsTool("Search"));
    assertFalse(NARROW.permitsTool("*"));
    assertFalse(NARROW.permitsAllTools());
    assertTrue(NARROW.permitsAddress(address("10.9.9.9")));
    assertTrue(NARROW.permitsAddress(address("2001:db8::9")));
    assertFalse(NARROW.permitsAddress(address("11.0.0.0")));
    assertFalse(NARROW.permitsAddress(address("::1")));
  }

  @Test
  void anEndpointHoldsWhatLiesBelowIt() {
    assertTrue(NARROW.permitsEndpoint("/v1/models"));
    assertTrue(NARROW.permitsEndpoint("/v1/models/a/b"));
    assertFalse(NARROW.permitsEndpoint("/v1/models2"));
    assertFalse(NARROW.permitsEndpoint("/v1"));
    assertFalse(NARROW.permitsEndpoint("/v1/embeddings"));
    assertTrue(NARROW.permitsEndpoint("/v1/chat/completions"));
    assertFalse(NARROW.permitsEndpoint("/v1/chat"));
    assertTrue(endpoints(Set.of("/v1")).permitsEndpoint("/v1/chat/completions"));
  }

  @Test
  void noToolsAreNone() {
    Scope none = tools(Set.of());
    assertFalse(none.permitsAllTools());
    assertFalse(none.permitsTool("search"));
  }

  @Test
  void refusesWhatAreNoNames() {
    refused("models", () -> Scopes.models());
    for (String bad : List.of("", " ", "two\nlines", "x".repeat(257))) {
      refused("models", () -> Scopes.models(bad));
    }
    refused("endpoints", () -> endpoints(Set.of()));
    for (String bad :
        List.of("", "/", "v1", "/v1/", "//v1", "/v 1", "/v1?x", "/%2F", "/" + "x".repeat(128))) {
      refused("endpoints", () -> endpoints(Set.of(bad)));
    }
    for (String bad : List.of("", "a b", "-a", "ü", "a\n", "x".repeat(129))) {
      refused("tools", () -> tools(Set.of(bad)));
    }
  }

  @Test
  void refusesMoreThanItHolds() {
    Set<String> many = names(257);
    refused("models", () -> new Scope(many, ALL, ALL, Set.of(), Optional.empty()));
    refused("endpoints", () -> endpoints(names(65)));
    Set<String> tools =
        names(257).stream().map(name -> name.substring(1)).collect(Collectors.toSet());
    refused("tools", () -> tools(tools));
    Set<Network> networks =
        IntStream.range(0, 65)
            .mapToObj(i -> Network.parse("10.0.0." + i))
            .collect(Collectors.toSet());
    refused("networks", () -> new Scope(ALL, ALL, ALL, networks, Optional.empty()));
    assertEquals(64, endpoints(names(64)).endpoints().size());
    String longest = "/" + "x".repeat(127);
    assertTrue(endpoints(Set.of(longest)).permitsEndpoint(longest));
  }

  @Test
  void isToldInOrder() {
    assertEquals(
        Json.parse(
            """
            {"models":["model-a","model-b"],"endpoints":["/v1/chat/completions","/v1/models"],
            "tools":["fetch","search"],"networks":["10.0.0.0/8","2001:db8:0:0:0:0:0:0/32"],
            "expires":"2026-12-01T00:00:00Z"}
            """,
            "scope"),
        NARROW.json());
    assertFalse(Scope.everything().json().has("expires"));
    assertEquals(0, Scope.everything().json().path("networks").size());
  }
}
