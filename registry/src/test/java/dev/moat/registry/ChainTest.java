package dev.moat.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.moat.core.Failure;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChainTest {
  @Test
  void failureBecomesABrokenLinkAndTheRestGoesOn() {
    Chain chain = new Chain();
    assertEquals(Optional.of(7), chain.prove("first", "a", () -> new Chain.Proved<>(7, "seven")));
    assertEquals(
        Optional.empty(),
        chain.prove(
            "second",
            "b",
            () -> {
              throw Failure.invalid("b: wrong; mend it");
            }));
    chain.note("third", 3, "noted");
    chain.add(List.of(new Link("fourth", "d", true, "added")));
    assertEquals(
        List.of(
            new Link("first", "a", true, "seven"),
            new Link("second", "b", false, "b: wrong; mend it"),
            new Link("third", "3", true, "noted"),
            new Link("fourth", "d", true, "added")),
        chain.links());
  }

  @Test
  void bugIsNotTakenForABrokenLink() {
    Chain chain = new Chain();
    assertThrows(
        IllegalStateException.class,
        () ->
            chain.prove(
                "first",
                "a",
                () -> {
                  throw new IllegalStateException("a bug");
                }));
    assertEquals(List.of(), chain.links());
  }

  @Test
  void linkShowsWhetherItHolds() {
    assertEquals("ok      adapter x: fine", new Link("adapter", "x", true, "fine").toString());
    assertEquals("BROKEN  adapter x: torn", new Link("adapter", "x", false, "torn").toString());
  }
}
