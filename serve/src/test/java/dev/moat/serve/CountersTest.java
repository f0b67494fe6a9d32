package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class CountersTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Counters counters = new Counters(meters);

  @Test
  void areThoseOfTheRegistry() {
    counters.of("one", "model", "m").increment();
    counters.of("one", "model", "m").increment(2);
    assertEquals(3, meters.counter("one", "model", "m").count());
    assertSame(counters.of("one", "model", "m"), meters.counter("one", "model", "m"));
  }

  @Test
  void areKeptApartByEveryLabel() {
    counters.of("two", "route", "a", "status", "200").increment();
    counters.of("two", "route", "a", "status", "500").increment();
    counters.of("two", "route", "b", "status", "200").increment();
    assertEquals(1, meters.counter("two", "route", "a", "status", "200").count());
    assertEquals(1, meters.counter("two", "route", "a", "status", "500").count());
    assertEquals(3, meters.find("two").counters().size());
  }
}
