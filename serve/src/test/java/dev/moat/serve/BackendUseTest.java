package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A backend is closed once, after the last exchange that uses it, and never under one. */
class BackendUseTest {
  /** A backend that counts how often it was closed. */
  private static final class Counted implements ModelBackend {
    private final AtomicInteger closed = new AtomicInteger();
    private final CountDownLatch first = new CountDownLatch(1);

    @Override
    public Answering begin(ModelCall call, AnswerSink sink, Executor loop) {
      throw new IllegalStateException("not asked here");
    }

    @Override
    public void close() {
      closed.incrementAndGet();
      first.countDown();
    }

    boolean closedSoon() {
      try {
        return first.await(10, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private final Counted backend = new Counted();
  private final ServedModels models = new ServedModels();

  private Served served(String name, ModelBackend by) {
    return TestGateway.served(name, by);
  }

  @Test
  void closesAtOnceWhatNobodyUses() {
    models.replace(List.of(served("a", backend)));
    models.replace(List.of());
    assertEquals(1, backend.closed.get());
  }

  @Test
  void keepsWhatIsServedOn() {
    models.replace(List.of(served("a", backend), served("b", backend)));
    models.replace(List.of(served("b", backend)));
    models.replace(List.of(served("c", backend)));
    assertEquals(0, backend.closed.get());
    models.replace(List.of());
    assertEquals(1, backend.closed.get());
  }

  @Test
  void closesAfterTheLastUser() {
    models.replace(List.of(served("a", backend)));
    Served served = models.find("a").orElseThrow();
    Runnable one = models.use(served).orElseThrow();
    Runnable two = models.use(served).orElseThrow();
    models.replace(List.of());
    assertTrue(models.use(served).isEmpty());
    one.run();
    assertEquals(0, backend.closed.get());
    two.run();
    assertTrue(backend.closedSoon());
    assertEquals(1, backend.closed.get());
  }

  @Test
  void failedReplacementClosesNothing() {
    models.replace(List.of(served("a", backend)));
    Served twice = served("b", new Counted());
    org.junit.jupiter.api.Assertions.assertThrows(
        IllegalArgumentException.class, () -> models.replace(List.of(twice, twice)));
    assertEquals(0, backend.closed.get());
    assertTrue(models.find("a").flatMap(models::use).isPresent());
  }

  @Test
  void nobodyEverHoldsAClosedBackend() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    AtomicBoolean wrong = new AtomicBoolean();
    Counted[] last = {new Counted()};
    models.replace(List.of(served("a", last[0])));
    List<Thread> users =
        java.util.stream.IntStream.range(0, 3)
            .mapToObj(
                _ ->
                    Thread.ofPlatform()
                        .start(
                            () -> {
                              while (!done.get()) {
                                Served served = models.find("a").orElseThrow();
                                Optional<Runnable> use = models.use(served);
                                if (use.isPresent()) {
                                  Counted held = (Counted) served.backend();
                                  wrong.compareAndSet(false, held.closed.get() > 0);
                                  use.get().run();
                                }
                              }
                            }))
            .toList();
    for (int round = 0; round < 500; round++) {
      Counted next = new Counted();
      models.replace(List.of(served("a", next)));
      assertTrue(last[0].closedSoon());
      assertEquals(1, last[0].closed.get());
      last[0] = next;
    }
    done.set(true);
    for (Thread user : users) {
      user.join();
    }
    assertFalse(wrong.get(), "a backend was closed under its user");
  }
}
