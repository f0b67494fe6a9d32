package dev.moat.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class WorkersTest {
  @Test
  void runEveryTaskOnce() {
    for (int threads = 1; threads <= 4; threads++) {
      try (Workers workers = new Workers(threads)) {
        for (int count = 0; count < 60; count++) {
          AtomicIntegerArray runs = new AtomicIntegerArray(count);
          workers.forEach(count, (index, _) -> runs.incrementAndGet(index));
          for (int i = 0; i < count; i++) {
            assertEquals(1, runs.get(i));
          }
        }
      }
    }
  }

  @Test
  void giveEachWorkerOneTaskAtATime() {
    int threads = 3;
    try (Workers workers = new Workers(threads)) {
      AtomicIntegerArray busy = new AtomicIntegerArray(threads);
      List<String> clashes = Collections.synchronizedList(new ArrayList<>());
      workers.forEach(
          2_000,
          (index, worker) -> {
            if (busy.incrementAndGet(worker) != 1) {
              clashes.add(index + " on " + worker);
            }
            busy.decrementAndGet(worker);
          });
      assertEquals(List.of(), clashes);
    }
  }

  @Test
  void worksAtTheSameTime() {
    try (Workers workers = new Workers(2)) {
      CountDownLatch both = new CountDownLatch(2);
      workers.forEach(
          2,
          (_, _) -> {
            both.countDown();
            awaitQuietly(both);
          });
      assertEquals(0, both.getCount());
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void seeWhatTheCallerWroteBefore() {
    try (Workers workers = new Workers(2)) {
      int[] value = new int[1];
      int[] copies = new int[16];
      for (int round = 1; round < 2_000; round++) {
        value[0] = round;
        workers.forEach(copies.length, (index, _) -> copies[index] = value[0]);
        for (int copy : copies) {
          assertEquals(round, copy);
        }
      }
    }
  }

  @Test
  void coverEveryStretch() {
    try (Workers workers = new Workers(2)) {
      for (int count = 0; count < 50; count++) {
        AtomicIntegerArray seen = new AtomicIntegerArray(count);
        workers.forEachRange(
            count,
            7,
            (range, _) -> {
              assertTrue(range.size() >= 1 && range.size() <= 7);
              for (int i = range.from(); i < range.to(); i++) {
                seen.incrementAndGet(i);
              }
            });
        for (int i = 0; i < count; i++) {
          assertEquals(1, seen.get(i));
        }
      }
    }
  }

  @Test
  void passFailuresOnAndGoOn() {
    for (int threads = 1; threads <= 3; threads++) {
      try (Workers workers = new Workers(threads)) {
        IllegalStateException failure =
            assertThrows(
                IllegalStateException.class,
                () ->
                    workers.forEach(
                        20,
                        (index, _) -> {
                          if (index == 13) {
                            throw new IllegalStateException("task 13");
                          }
                        }));
        assertEquals("task 13", String.valueOf(failure.getMessage()));
        assertThrows(
            OutOfMemoryError.class,
            () ->
                workers.forEach(
                    3,
                    (_, _) -> {
                      throw new OutOfMemoryError();
                    }));
        AtomicIntegerArray runs = new AtomicIntegerArray(5);
        workers.forEach(5, (index, _) -> runs.incrementAndGet(index));
        assertEquals(1, runs.get(4));
      }
    }
  }

  @Test
  void needAtLeastOneThread() {
    assertThrows(IllegalArgumentException.class, () -> new Workers(0));
  }
}
