package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RecentTest {
  private final Recent<AtomicInteger> recent = new Recent<>(2);

  private int more(String name) {
    return recent.with(name, AtomicInteger::new, AtomicInteger::incrementAndGet);
  }

  @Test
  void remembersWhatWasUsedLast() {
    more("a");
    more("b");
    assertEquals(2, more("a"));
    more("c");
    assertEquals(2, recent.size());
    assertEquals(3, more("a"), "used after b");
    assertEquals(1, more("b"), "forgotten");
  }

  @Test
  void lookingMakesNothing() {
    assertEquals(-1, recent.ifKnown("a", AtomicInteger::get, -1));
    assertEquals(0, recent.size());
    more("a");
    assertEquals(1, recent.ifKnown("a", AtomicInteger::get, -1));
  }
}
