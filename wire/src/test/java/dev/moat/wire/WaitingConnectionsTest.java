package dev.moat.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Callers that hold all connections and send nothing keep nobody out. */
class WaitingConnectionsTest {
  private static final Duration PATIENT = Duration.ofSeconds(60);
  private static final int CONNECTIONS_MAX = 40;

  private static TestServer server() {
    ServerLimits limits =
        new ServerLimits(
            1 << 20,
            64 << 20,
            8 << 10,
            CONNECTIONS_MAX,
            8,
            PATIENT,
            PATIENT,
            PATIENT,
            PATIENT,
            PATIENT);
    return TestServer.with(
        limits,
        routes ->
            routes
                .add("GET", "/", exchange -> exchange.send(Response.text(200, "x")))
                .add("GET", "/never", _ -> {}));
  }

  private static List<RawHttp> silent(TestServer server) {
    List<RawHttp> all = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS_MAX; i++) {
      all.add(server.connect().send("GET / HTTP/1.1\r\nx-slow: "));
    }
    return all;
  }

  @Test
  void aNewCallerTakesThePlaceOfASilentOne() {
    try (TestServer server = server()) {
      List<RawHttp> silent = silent(server);
      for (int i = 0; i < 200; i++) {
        try (RawHttp http = server.connect()) {
          assertEquals("x", http.get("/").answer().text());
        }
      }
      silent.forEach(RawHttp::close);
    }
  }

  @Test
  void theOneThatWaitedLongestGoesFirst() {
    try (TestServer server = server()) {
      List<RawHttp> silent = silent(server);
      List<RawHttp> next = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        RawHttp http = server.connect().get("/never");
        next.add(http);
      }
      int closed = 0;
      for (RawHttp http : silent.subList(0, 12)) {
        closed += http.closedWithin(100) ? 1 : 0;
      }
      assertEquals(4, closed, "those that went are not among the oldest");
      silent.forEach(RawHttp::close);
      next.forEach(RawHttp::close);
    }
  }

  @Test
  void anIdleConnectionBetweenTwoRequestsCountsAsWaiting() {
    try (TestServer server = server()) {
      List<RawHttp> idle = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS_MAX; i++) {
        RawHttp http = server.connect();
        assertEquals("x", http.get("/").answer().text());
        idle.add(http);
      }
      try (RawHttp http = server.connect()) {
        assertEquals("x", http.get("/").answer().text());
      }
      long closed = idle.stream().filter(http -> http.closedWithin(40)).count();
      assertTrue(closed >= 1 && closed <= 2, closed + " were closed");
      idle.forEach(RawHttp::close);
    }
  }
}
