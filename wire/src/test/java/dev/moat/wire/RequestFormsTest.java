package dev.moat.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests of every form that HTTP allows, and how handlers see them. */
class RequestFormsTest {
  private final LinkedBlockingQueue<Request> seen = new LinkedBlockingQueue<>();
  private TestServer server;

  @BeforeEach
  void start() {
    server =
        TestServer.with(
            routes -> {
              for (String method : List.of("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")) {
                routes.add(method, "/seen", this::note);
              }
              routes.add("GET", "/", this::note);
              routes.add("GET", "/a/{x}/c", this::note);
            });
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void note(ServerExchange exchange) {
    seen.add(exchange.request());
    exchange.body(body -> exchange.send(Response.of(200, "text/plain", body)));
  }

  private Request next() throws InterruptedException {
    Request request = seen.poll(5, TimeUnit.SECONDS);
    assertTrue(request != null, "the handler saw nothing");
    return request;
  }

  @Test
  void showsTheHeadAsItCame() throws InterruptedException {
    try (RawHttp http = server.connect()) {
      http.lines(
          "GET /seen?a=1&b=%20#not-sent HTTP/1.1",
          "Host: x", "X-One: 1", "x-one:2", "X-Two:  a b ");
      assertEquals(200, http.answer().status());
    }
    Request request = next();
    assertEquals("GET", request.method());
    assertEquals("/seen", request.path());
    assertTrue(request.query().startsWith("a=1&b=%20"), request.query());
    assertEquals(List.of("1", "2"), request.headers().all("x-ONE"));
    assertEquals("a b", request.headers().first("x-two").orElseThrow());
    assertEquals("127.0.0.1", request.peer());
    assertEquals(Map.of(), request.parameters());
    assertThrows(Failure.class, () -> request.parameter("id"));
  }

  @Test
  void takesEveryMethodThatHasARoute() {
    try (RawHttp http = server.connect()) {
      for (String method : List.of("POST", "PUT", "PATCH", "DELETE", "OPTIONS")) {
        http.lines(method + " /seen HTTP/1.1", "host: x", "content-length: 2").send("ok");
        assertEquals("ok", http.answer().text(), method);
      }
      http.lines("BREW /seen HTTP/1.1", "host: x");
      assertEquals(405, http.answer().status());
    }
  }

  @Test
  void takesTheAbsoluteForm() throws InterruptedException {
    try (RawHttp http = server.connect()) {
      http.lines("GET http://elsewhere.example/a/b/c HTTP/1.1", "host: elsewhere.example");
      RawHttp.Answer answer = http.answer();
      assertEquals(200, answer.status(), answer.text());
    }
    assertEquals(Map.of("x", "b"), next().parameters());
  }

  @Test
  void doesNotProxy() {
    try (RawHttp http = server.connect()) {
      http.lines("CONNECT elsewhere.example:443 HTTP/1.1", "host: elsewhere.example:443");
      assertTrue(http.answer().status() >= 400);
    }
  }

  @Test
  void doesNotTakePathsApart() {
    try (RawHttp http = server.connect()) {
      for (String path :
          List.of("/a/../seen", "/./seen", "//seen", "/seen/", "/a/b/../c", "/%73een")) {
        assertEquals(404, http.get(path).answer().status(), path);
      }
    }
    assertTrue(seen.isEmpty());
  }

  @Test
  void ignoresWishesToSpeakAnotherProtocol() {
    try (RawHttp http = server.connect()) {
      http.lines(
          "GET /seen HTTP/1.1",
          "host: x",
          "connection: Upgrade, HTTP2-Settings",
          "upgrade: h2c",
          "http2-settings: AAMAAABkAARAAAAAAAIAAAAA");
      assertEquals(200, http.answer().status());
      http.lines(
          "GET /seen HTTP/1.1",
          "host: x",
          "connection: upgrade",
          "upgrade: websocket",
          "sec-websocket-version: 13",
          "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==");
      assertEquals(200, http.answer().status());
    }
  }

  @Test
  void doesNotSpeakTheSecondVersionUnasked() {
    try (RawHttp http = server.connect()) {
      http.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
      String said = new String(http.rest(), StandardCharsets.ISO_8859_1);
      assertFalse(said.contains("200"), said);
    }
    assertTrue(seen.isEmpty());
  }

  @Test
  void readsChunksWithExtensionsAndTrailers() {
    try (RawHttp http = server.connect()) {
      http.lines("POST /seen HTTP/1.1", "host: x", "transfer-encoding: chunked", "trailer: t");
      http.send("3;name=value\r\nabc\r\n1\r\nd\r\n0\r\nt: late\r\n\r\n");
      assertEquals("abcd", http.answer().text());
      assertEquals("", http.get("/seen").answer().text(), "the connection is still good");
    }
  }

  @Test
  void readsABodyThatComesByteForByte() {
    try (RawHttp http = server.connect()) {
      byte[] request =
          String.join("\r\n", "POST /seen HTTP/1.1", "host: x", "content-length: 5", "", "hello")
              .getBytes(StandardCharsets.US_ASCII);
      for (byte b : request) {
        http.send(new byte[] {b});
      }
      assertEquals("hello", http.answer().text());
    }
  }

  @Test
  void refusesChunksThatAreNone() {
    for (String chunk : List.of("xyz\r\n", "-1\r\n", "ffffffffff\r\n", "3\r\nabcd\r\n")) {
      try (RawHttp http = server.connect()) {
        http.lines("POST /seen HTTP/1.1", "host: x", "transfer-encoding: chunked");
        http.send(chunk);
        String said = new String(http.rest(), StandardCharsets.ISO_8859_1);
        assertFalse(said.contains(" 200 "), chunk + said);
      }
    }
  }

  @Test
  void keepsOldConnectionsOpenOnlyWhenAsked() {
    try (RawHttp http = server.connect()) {
      http.lines("GET /seen HTTP/1.0", "connection: keep-alive");
      assertEquals(200, http.answer().status());
      http.lines("GET /seen HTTP/1.0");
      assertEquals(200, http.answer().status());
      assertTrue(http.closesSoon());
    }
  }

  @Test
  void givesEveryRequestItsOwnId() throws InterruptedException {
    try (RawHttp http = server.connect()) {
      for (int i = 0; i < 3; i++) {
        http.lines("GET /seen HTTP/1.1", "host: x", "x-request-id: mine");
        String id = http.answer().header("x-request-id").orElseThrow();
        assertEquals(next().id(), id, "what the caller claims is not taken over");
      }
    }
  }
}
