package dev.moat.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The bodies of all requests share room that has a limit. */
class BodyRoomTest {
  private static final int BODY_BYTES_MAX = 64 << 10;

  private final LinkedBlockingQueue<ServerExchange> held = new LinkedBlockingQueue<>();
  private final TestServer server =
      TestServer.with(
          ServerLimits.defaults()
              .withBodyBytesMax(BODY_BYTES_MAX)
              .withBodiesBytesMax(2 * BODY_BYTES_MAX),
          routes ->
              routes
                  .add("POST", "/hold", exchange -> exchange.body(_ -> held.add(exchange)))
                  .add("POST", "/unread", exchange -> exchange.send(Response.text(200, "x")))
                  .add("POST", "/echo", BodyRoomTest::echo));

  private static void echo(ServerExchange exchange) {
    exchange.body(body -> exchange.send(Response.of(200, "x/y", body)));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static String body() {
    return "b".repeat(BODY_BYTES_MAX);
  }

  private ServerExchange nextHeld() throws InterruptedException {
    return held.poll(10, TimeUnit.SECONDS);
  }

  @Test
  void takesWhatFitsAndNoByteMore() {
    BodyRoom room = new BodyRoom(10);
    assertTrue(room.take(4));
    assertTrue(room.take(6));
    assertFalse(room.take(1));
    room.give(1);
    assertTrue(room.take(1));
    assertEquals(10, room.taken());
  }

  @Test
  void whatDidNotFitTakesNothing() {
    BodyRoom room = new BodyRoom(10);
    assertFalse(room.take(11));
    assertEquals(0, room.taken());
  }

  @Test
  void refusesABodyForWhichThereIsNoRoomAndSaysWhenToTryAgain() throws InterruptedException {
    try (RawHttp first = server.connect().post("/hold", body());
        RawHttp second = server.connect().post("/hold", body())) {
      ServerExchange one = nextHeld();
      ServerExchange two = nextHeld();
      try (RawHttp third = server.connect().post("/echo", "small")) {
        RawHttp.Answer refused = third.answer();
        assertEquals(503, refused.status());
        assertEquals("1000", refused.header("retry-after-ms").orElseThrow());
        assertTrue(refused.text().contains("try again"), refused.text());
      }
      one.execute(() -> one.send(Response.text(200, "done")));
      two.execute(() -> two.send(Response.text(200, "done")));
      assertEquals(200, first.answer().status());
      assertEquals(200, second.answer().status());
    }
  }

  @Test
  void givesTheRoomBackWhenTheAnswerIsSent() {
    try (RawHttp http = server.connect()) {
      for (int i = 0; i < 20; i++) {
        assertEquals(BODY_BYTES_MAX, http.post("/echo", body()).answer().text().length());
      }
    }
  }

  @Test
  void givesTheRoomBackWhenTheCallerGoes() throws InterruptedException {
    for (int i = 0; i < 20; i++) {
      LinkedBlockingQueue<Ending> endings = new LinkedBlockingQueue<>();
      RawHttp http = server.connect().post("/hold", body());
      ServerExchange exchange = nextHeld();
      exchange.execute(() -> exchange.onEnd(endings::add));
      http.reset();
      assertEquals(Ending.GONE, endings.poll(10, TimeUnit.SECONDS));
    }
    try (RawHttp http = server.connect()) {
      assertEquals(200, http.post("/echo", body()).answer().status());
    }
  }

  @Test
  void aBodyThatNobodyReadsTakesNoRoom() {
    List<RawHttp> callers = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      callers.add(server.connect().post("/unread", "b".repeat(40_000)));
    }
    for (RawHttp http : callers) {
      assertEquals(200, http.answer().status());
      http.close();
    }
  }

  @Test
  void onePlaceFreedIsEnoughForTheNext() throws InterruptedException {
    try (RawHttp first = server.connect().post("/hold", body());
        RawHttp second = server.connect().post("/hold", body())) {
      ServerExchange one = nextHeld();
      ServerExchange two = nextHeld();
      one.execute(() -> one.send(Response.text(200, "done")));
      assertEquals("small", answeredOnceThereIsRoom());
      two.execute(() -> two.send(Response.text(200, "done")));
      assertEquals(200, first.answer().status());
      assertEquals(200, second.answer().status());
    }
  }

  private String answeredOnceThereIsRoom() {
    for (int i = 0; i < 1000; i++) {
      try (RawHttp http = server.connect().post("/echo", "small")) {
        RawHttp.Answer answer = http.answer();
        if (answer.status() == 200) {
          return answer.text();
        }
      }
    }
    throw new AssertionError("the room was not given back");
  }
}
