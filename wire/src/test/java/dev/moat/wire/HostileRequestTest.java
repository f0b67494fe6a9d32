package dev.moat.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a server makes of requests that are meant to confuse it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileRequestTest {
  private static final Set<String> paths = ConcurrentHashMap.newKeySet();
  private TestServer server;

  @BeforeAll
  void start() {
    server =
        TestServer.with(
            TestServer.shortLimits(1000),
            routes ->
                routes
                    .add("POST", "/echo", HostileRequestTest::echo)
                    .add("GET", "/smuggled", HostileRequestTest::echo));
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private static void echo(ServerExchange exchange) {
    paths.add(exchange.request().path());
    exchange.body(bytes -> exchange.send(Response.of(200, "text/plain", bytes)));
  }

  private RawHttp.Answer first(String... lines) {
    try (RawHttp http = server.connect()) {
      return http.lines(lines).answer();
    }
  }

  @Test
  void refusesWhatIsNotHttp() {
    assertEquals(400, first("GET").status());
    assertEquals(501, first("GET /echo HTTP/9.9").status());
    assertEquals(400, first("\u0001\u0002\u0003").status());
    assertEquals(400, first("POST /echo HTTP/1.1", "host: x", "content-length: abc").status());
    assertEquals(400, first("POST /echo HTTP/1.1", "host: x", "content-length: -5").status());
  }

  @Test
  void refusesTwoLengthsThatDiffer() {
    RawHttp.Answer answer =
        first("POST /echo HTTP/1.1", "host: x", "content-length: 5", "content-length: 6");
    assertEquals(400, answer.status());
    assertTrue(answer.header("x-request-id").isPresent());
  }

  @Test
  void refusesSpaceBeforeTheColonOfAName() {
    assertEquals(
        400, first("POST /echo HTTP/1.1", "host: x", "content-length : 5", "x: y").status());
  }

  @Test
  void neverTakesABodyForASecondRequest() {
    List<List<String>> attempts =
        List.of(
            List.of("content-length: 4", "transfer-encoding: chunked"),
            List.of("transfer-encoding: chunked", "content-length: 4"),
            List.of("content-length: 4", "transfer-encoding: xchunked"),
            List.of("content-length: 4", "transfer-encoding: identity, chunked"));
    for (List<String> attempt : attempts) {
      try (RawHttp http = server.connect()) {
        http.lines("POST /echo HTTP/1.1", "host: x", attempt.get(0), attempt.get(1));
        http.lines("2e", "GET /smuggled HTTP/1.1", "host: x", "x: " + "y".repeat(15));
        http.trySend("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        http.closesSoon();
      }
    }
    assertFalse(paths.contains("/smuggled"), "a body was taken for a request");
  }

  @Test
  void staysWellWhateverComes() {
    byte[] seed =
        String.join(
                "\r\n",
                "POST /echo HTTP/1.1",
                "host: x",
                "content-type: application/json",
                "content-length: 13",
                "",
                "{\"a\": [1, 2]}")
            .getBytes(StandardCharsets.US_ASCII);
    Random random = new Random(5);
    List<RawHttp> attempts = new ArrayList<>();
    for (int round = 0; round < 300; round++) {
      RawHttp http = server.connect();
      http.trySend(mutate(seed, random));
      attempts.add(http);
    }
    for (RawHttp http : attempts) {
      String said = new String(http.rest(), StandardCharsets.ISO_8859_1);
      assertTrue(said.isEmpty() || said.matches("(?s).{8} \\d{3} .*"), said);
      http.close();
    }
    try (RawHttp http = server.connect()) {
      assertEquals("well", http.post("/echo", "well").answer().text());
    }
  }

  private static byte[] mutate(byte[] seed, Random random) {
    byte[] mutated = seed.clone();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
    }
    return mutated;
  }
}
