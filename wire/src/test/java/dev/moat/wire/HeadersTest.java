package dev.moat.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeadersTest {
  @Test
  void findsNamesInAnyCase() {
    Headers headers = Headers.of("Content-Type", "a", "x", "b");
    assertEquals("a", headers.first("content-type").orElseThrow());
    assertTrue(headers.first("y").isEmpty());
  }

  @Test
  void keepsOrderAndRepetitions() {
    Headers headers = Headers.of("x", "1").with("y", "2").with("X", "3");
    assertEquals(List.of("1", "3"), headers.all("x"));
    assertEquals("1", headers.first("X").orElseThrow());
    assertEquals(3, headers.size());
    List<String> seen = new ArrayList<>();
    headers.forEach((name, value) -> seen.add(name + value));
    assertEquals(List.of("x1", "y2", "X3"), seen);
  }

  @Test
  void leavesTheOriginalAlone() {
    Headers headers = Headers.none();
    assertEquals(1, headers.with("a", "b").size());
    assertEquals(0, headers.size());
  }

  @Test
  void refusesControlCharacters() {
    for (String value : new String[] {"a\r\nb: c", "a\nb", "a\0b", "\u007f", "\u0100"}) {
      assertThrows(Failure.class, () -> Headers.of("x", value));
    }
    assertEquals("a\tb \u00ff", Headers.of("x", "a\tb \u00ff").first("x").orElseThrow());
  }

  @Test
  void refusesNamesThatAreNoTokens() {
    for (String name : new String[] {"", "a b", "a:b", "a\n", "ä"}) {
      assertThrows(Failure.class, () -> Headers.of(name, "x"));
    }
    assertThrows(IllegalArgumentException.class, () -> Headers.of("alone"));
  }

  @Test
  void printsNoValues() {
    assertFalse(Headers.of("authorization", "Bearer secret").toString().contains("secret"));
  }

  @Test
  void areJoinedInOrder() {
    Headers first = Headers.of("a", "1");
    Headers both = first.with(Headers.of("b", "2", "A", "3"));
    assertEquals(List.of("1", "3"), both.all("a"));
    assertEquals("2", both.first("B").orElseThrow());
    assertEquals(1, first.size());
    assertEquals(1, Headers.none().with(first).size());
    assertEquals(1, first.with(Headers.none()).size());
  }

  @Test
  void doNotChangeWithTheArrayTheyWereMadeOf() {
    String[] fields = {"a", "1"};
    Headers headers = Headers.of(fields);
    fields[1] = "bad\r\n";
    assertEquals("1", headers.first("a").orElseThrow());
  }
}
