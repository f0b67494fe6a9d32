package dev.moat.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Handlers of the control plane, in straight blocking code. */
class BlockingHandlerTest {
  private final LinkedBlockingQueue<String> notes = new LinkedBlockingQueue<>();
  private final CountDownLatch release = new CountDownLatch(1);
  private TestServer server;

  @BeforeEach
  void start() {
    server =
        TestServer.with(
            limits(),
            routes ->
                routes
                    .addBlocking("POST", "/length", (_, body) -> length(body))
                    .addBlocking("POST", "/twice", (_, body) -> twice(body))
                    .addBlocking("POST", "/unread", (_, _) -> Response.text(200, "unread"))
                    .addBlocking("GET", "/item/{id}", (request, _) -> item(request))
                    .addBlocking("GET", "/denied", (_, _) -> denied())
                    .addBlocking("GET", "/wait", (_, _) -> waiting())
                    .addBlocking("POST", "/note", (_, body) -> note(body)));
  }

  @AfterEach
  void stop() {
    release.countDown();
    server.close();
  }

  private static ServerLimits limits() {
    Duration brief = Duration.ofMillis(300);
    Duration patient = Duration.ofSeconds(20);
    return new ServerLimits(
        1 << 20, 64 << 20, 4 << 10, 100, 2, patient, brief, patient, patient, patient);
  }

  private static Response length(RequestBody body) {
    return Response.text(200, "" + body.read().length);
  }

  private static Response twice(RequestBody body) {
    byte[] first = body.read();
    byte[] second = body.read();
    return Response.text(200, first.length + " " + second.length);
  }

  private static Response item(Request request) {
    return Response.text(200, request.parameter("id")).with("x-extra", "yes");
  }

  private static Response denied() {
    throw new Failure(new Problem.Denied("not for you", "rule"));
  }

  private Response waiting() {
    notes.add("waiting");
    try {
      assertTrue(release.await(10, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return Response.text(200, "waited");
  }

  private Response note(RequestBody body) {
    try {
      notes.add("read " + body.read().length);
    } catch (Failure failure) {
      notes.add("failed");
      throw failure;
    }
    return Response.text(200, "noted");
  }

  private String nextNote() throws InterruptedException {
    String note = notes.poll(10, TimeUnit.SECONDS);
    return note == null ? "nothing" : note;
  }

  @Test
  void readsTheBody() {
    try (RawHttp http = server.connect()) {
      assertEquals("0", http.post("/length", "").answer().text());
      assertEquals("100000", http.post("/length", "x".repeat(100_000)).answer().text());
    }
  }

  @Test
  void readsTheSameBodyAgain() {
    try (RawHttp http = server.connect()) {
      assertEquals("3 3", http.post("/twice", "abc").answer().text());
    }
  }

  @Test
  void needNotReadTheBody() {
    try (RawHttp http = server.connect()) {
      assertEquals("unread", http.post("/unread", "abc").answer().text());
      assertEquals("3", http.post("/length", "abc").answer().text());
    }
  }

  @Test
  void seesTheRouteAndAddsHeaders() {
    try (RawHttp http = server.connect()) {
      RawHttp.Answer answer = http.get("/item/a%20b").answer();
      assertEquals("a b", answer.text());
      assertEquals("yes", answer.header("x-extra").orElseThrow());
      assertEquals(405, http.post("/item/a", "").answer().status());
    }
  }

  @Test
  void mapsFailures() {
    try (RawHttp http = server.connect()) {
      RawHttp.Answer answer = http.get("/denied").answer();
      assertEquals(403, answer.status());
      assertEquals("{\"error\":\"not for you\"}", answer.text());
    }
  }

  @Test
  void failsWhenTheBodyIsRefused() throws InterruptedException {
    try (RawHttp http = server.connect()) {
      http.lines("POST /note HTTP/1.1", "host: x", "content-length: 2000000");
      assertEquals(413, http.answer().status());
    }
    assertEquals("failed", nextNote());
  }

  @Test
  void failsWhenTheBodyDoesNotCome() throws InterruptedException {
    try (RawHttp http = server.connect()) {
      http.lines("POST /note HTTP/1.1", "host: x", "content-length: 20").send("half");
      assertEquals(408, http.answer().status());
    }
    assertEquals("failed", nextNote());
  }

  @Test
  void failsWhenTheCallerGoesBeforeTheBodyIsThere() throws InterruptedException {
    RawHttp http = server.connect();
    http.lines("POST /note HTTP/1.1", "host: x", "content-length: 20").send("half");
    http.close();
    assertEquals("failed", nextNote());
  }

  @Test
  void freesItsPlaceHoweverItEnds() throws InterruptedException {
    for (int i = 0; i < 6; i++) {
      RawHttp http = server.connect();
      http.lines("POST /note HTTP/1.1", "host: x", "content-length: 20").send("half");
      http.close();
      assertEquals("failed", nextNote());
    }
    try (RawHttp http = server.connect()) {
      RawHttp.Answer answer = http.post("/note", "abc").answer();
      for (int i = 0; i < 50 && answer.status() == 429; i++) {
        answer = http.post("/note", "abc").answer();
      }
      assertEquals("noted", answer.text());
    }
  }

  @Test
  void doesNotHoldOthersUp() throws InterruptedException {
    List<RawHttp> waiting = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      RawHttp http = server.connect();
      waiting.add(http);
      http.get("/wait");
      assertEquals("waiting", nextNote());
    }
    try (RawHttp http = server.connect()) {
      assertEquals(404, http.get("/else").answer().status(), "event loops go on");
      RawHttp.Answer busy = http.get("/wait").answer();
      assertEquals(429, busy.status());
      assertEquals("1", busy.header("retry-after").orElseThrow());
    }
    release.countDown();
    waiting.forEach(http -> assertEquals("waited", http.answer().text()));
    waiting.forEach(RawHttp::close);
    assertFalse(notes.contains("waiting"), "the one that was refused never ran");
  }

  @Test
  void answersNobodyWhenTheCallerHasGone() throws InterruptedException {
    RawHttp http = server.connect();
    http.get("/wait");
    assertEquals("waiting", nextNote());
    http.close();
    release.countDown();
    try (RawHttp other = server.connect()) {
      assertEquals("1", other.post("/length", "x").answer().text());
    }
  }

  @Test
  void sendsBytesAsTheyAre() {
    byte[] bytes = {0, (byte) 0xFF, '\n', 'x'};
    assertEquals(4, Response.of(200, "application/octet-stream", bytes).body().length);
    assertEquals("ä".length() + 1, Response.text(200, "ä").body().length);
    String json =
        new String(Response.json(200, dev.moat.core.Json.object()).body(), StandardCharsets.UTF_8);
    assertEquals("{}", json);
  }
}
