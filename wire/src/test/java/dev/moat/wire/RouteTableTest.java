package dev.moat.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RouteTableTest {
  private static final Handler ONE = _ -> {};
  private static final Handler OTHER = _ -> {};

  private static Routes routes() {
    return new Routes(TestServer::error);
  }

  private static RouteTable.Match.Found found(Routes routes, String method, String path) {
    return assertInstanceOf(
        RouteTable.Match.Found.class, routes.table().find(method, path), method + " " + path);
  }

  private static RouteTable.Match.Nobody nobody(Routes routes, String method, String path) {
    return assertInstanceOf(
        RouteTable.Match.Nobody.class, routes.table().find(method, path), method + " " + path);
  }

  @Test
  void prefersLiteralRoutes() {
    Routes routes = routes().add("GET", "/a/{x}", ONE).add("GET", "/a/b", OTHER);
    assertSame(OTHER, found(routes, "GET", "/a/b").handler());
    assertSame(ONE, found(routes, "GET", "/a/c").handler());
  }

  @Test
  void namesPartsAndRest() {
    Routes routes = routes().add("GET", "/a/{x}/b/{y...}", ONE);
    assertEquals(
        Map.of("x", "1", "y", "2/3:4/"), found(routes, "GET", "/a/1/b/2/3:4/").parameters());
    nobody(routes, "GET", "/a//b/2");
    nobody(routes, "GET", "/a/1/b/");
    nobody(routes, "GET", "/a/1/b");
    nobody(routes, "GET", "/a/1/c/2");
  }

  @Test
  void matchesWholePathsOnly() {
    Routes routes = routes().add("GET", "/a/{x}", ONE).add("GET", "/b", ONE);
    nobody(routes, "GET", "/a/1/2");
    nobody(routes, "GET", "/a");
    nobody(routes, "GET", "/b/");
    nobody(routes, "GET", "//b");
    nobody(routes, "GET", "");
  }

  @Test
  void listsTheMethodsOfAPath() {
    Routes routes = routes().add("GET", "/a", ONE).add("POST", "/a", ONE).add("PUT", "/{any}", ONE);
    assertEquals(List.of("GET", "POST", "PUT"), nobody(routes, "DELETE", "/a").allowed());
    assertEquals(List.of(), nobody(routes, "GET", "/a/b").allowed());
    assertSame(ONE, found(routes, "PUT", "/a").handler());
  }

  @Test
  void answersHeadByTheRouteOfGet() {
    assertSame(ONE, found(routes().add("GET", "/a", ONE), "HEAD", "/a").handler());
  }

  @Test
  void refusesRoutesThatContradictThemselves() {
    assertThrows(
        IllegalArgumentException.class,
        () -> routes().add("GET", "/a", ONE).add("GET", "/a", OTHER).table());
    assertThrows(IllegalArgumentException.class, () -> routes().add("get", "/a", ONE));
    assertThrows(IllegalArgumentException.class, () -> routes().add("GET", "a", ONE));
    assertThrows(IllegalArgumentException.class, () -> routes().add("GET", "/{x...}/a", ONE));
  }

  @Test
  void findsWhoAnswersBelowAPrefix() {
    Routes routes = routes().otherwise("/v1", (_, _) -> {});
    assertTrue(nobody(routes, "GET", "/v1/x").instead().isPresent());
    assertTrue(nobody(routes, "GET", "/v1").instead().isPresent());
    assertTrue(nobody(routes, "GET", "/v10").instead().isEmpty());
  }

  @Test
  void decodesStrictly() {
    assertEquals("a b+c", PercentCoding.decode("a%20b+c"));
    assertEquals("€", PercentCoding.decode("%E2%82%ac"));
    for (String broken : new String[] {"%", "%4", "%zz", "%C3", "%C0%AF", "%00", "a%0Ab"}) {
      assertThrows(Failure.class, () -> PercentCoding.decode(broken), broken);
    }
  }

  @Test
  void decodesOrRefusesAnyText() {
    Random random = new Random(3);
    String alphabet = "%0123456789aAfFzZ/.ä ";
    for (int round = 0; round < 5000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(12); i > 0; i--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      try {
        assertTrue(PercentCoding.decode(text.toString()).length() <= text.length());
      } catch (Failure e) {
        assertTrue(e.getMessage().startsWith("path: "), e.getMessage());
      }
    }
  }
}
