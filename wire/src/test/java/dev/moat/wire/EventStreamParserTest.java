package dev.moat.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventStreamParserTest {
  private static List<ServerSentEvent> parse(String text) {
    return new EventStreamParser(1000).accept(text.getBytes(StandardCharsets.UTF_8));
  }

  private static ServerSentEvent data(String data) {
    return new ServerSentEvent("", data);
  }

  @Test
  void readsDataOfOneLine() {
    assertEquals(
        List.of(data("{\"a\":1}"), data("[DONE]")), parse("data: {\"a\":1}\n\ndata: [DONE]\n\n"));
  }

  @Test
  void joinsDataLines() {
    assertEquals(List.of(data("a\nb\n")), parse("data: a\ndata:b\ndata\n\n"));
  }

  @Test
  void takesEveryLineEnding() {
    List<ServerSentEvent> both = List.of(data("a"), data("b"));
    assertEquals(both, parse("data: a\n\ndata: b\n\n"));
    assertEquals(both, parse("data: a\r\n\r\ndata: b\r\n\r\n"));
    assertEquals(both, parse("data: a\r\rdata: b\r\r"));
  }

  @Test
  void stripsOneSpaceOnly() {
    assertEquals(
        List.of(data("a"), data(" a"), data("a")), parse("data:a\n\ndata:  a\n\ndata: a\n\n"));
  }

  @Test
  void skipsCommentsAndOtherFields() {
    assertEquals(List.of(data("a")), parse(": keep-alive\n\nid: 3\nretry: 5\ndata: a\nfoo\n\n"));
  }

  @Test
  void readsTheTypeAndForgetsItAfterwards() {
    assertEquals(
        List.of(new ServerSentEvent("error", "a"), data("b")),
        parse("event: error\ndata: a\n\ndata: b\n\n"));
    assertEquals(List.of(data("b")), parse("event: alone\n\ndata: b\n\n"));
  }

  @Test
  void skipsAByteOrderMarkAtTheStart() {
    assertEquals(List.of(data("a")), parse("\uFEFFdata: a\n\n"));
    assertEquals(List.of(), parse("\n\uFEFFdata: a\n\n"));
  }

  @Test
  void dropsAnEventThatIsNotClosed() {
    assertEquals(List.of(), parse("data: a\n"));
  }

  @Test
  void boundsAnEvent() {
    EventStreamParser exact = new EventStreamParser(10);
    assertEquals(
        List.of(data("12345")), exact.accept("data:12345\n\n".getBytes(StandardCharsets.UTF_8)));
    EventStreamParser small = new EventStreamParser(10);
    assertThrows(
        Failure.class, () -> small.accept("data:123456\n\n".getBytes(StandardCharsets.UTF_8)));
    EventStreamParser lines = new EventStreamParser(10);
    byte[] line = "data:1234\n".getBytes(StandardCharsets.UTF_8);
    lines.accept(line);
    assertThrows(Failure.class, () -> lines.accept(line));
  }

  @Test
  void findsTheSameEventsWhereverTheStreamIsCut() {
    Random random = new Random(7);
    String[] words = {
      "data: ", "data", ":", "ä€", "\n", "\n\n", "\r\n", "\r", "event: x\n", " ", "{}", "\uFEFF"
    };
    for (int round = 0; round < 2000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(30); i > 0; i--) {
        text.append(words[random.nextInt(words.length)]);
      }
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      EventStreamParser cut = new EventStreamParser(1000);
      List<ServerSentEvent> events = new ArrayList<>();
      for (int at = 0; at < bytes.length; ) {
        int next = Math.min(bytes.length, at + 1 + random.nextInt(5));
        events.addAll(cut.accept(Arrays.copyOfRange(bytes, at, next)));
        at = next;
      }
      assertEquals(parse(text.toString()), events, text.toString());
    }
  }

  @Test
  void readsAnyBytesWithoutBreaking() {
    Random random = new Random(11);
    for (int round = 0; round < 2000; round++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      List<ServerSentEvent> events = new EventStreamParser(1000).accept(bytes);
      assertTrue(events.size() <= bytes.length);
    }
  }

  @Test
  void readsWhatIsEncoded() {
    byte[] line = "{\"a\":\"ä\"}".getBytes(StandardCharsets.UTF_8);
    byte[] encoded = ServerSentEvent.encode(line);
    assertArrayEquals("data: {\"a\":\"ä\"}\n\n".getBytes(StandardCharsets.UTF_8), encoded);
    ServerSentEvent event = new ServerSentEvent("error", "a\n\nb");
    assertEquals(List.of(event), new EventStreamParser(1000).accept(event.encode()));
    assertThrows(
        IllegalArgumentException.class,
        () -> ServerSentEvent.encode("a\nb".getBytes(StandardCharsets.UTF_8)));
  }
}
