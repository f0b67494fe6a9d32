package dev.moat.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.core.Secret;
import dev.moat.store.Database;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys and users under random use, at the same time, and against plain models of them. */
class IdentityModelTest {
  private static final Principal OWNER = new Principal("u1", "carl", Role.CLIENT);

  @TempDir Path folder;
  private Place place;
  private Database database;
  private Ledger ledger;

  @BeforeEach
  void open() {
    place = new Place(folder);
    database = place.database();
    ledger = place.ledger();
  }

  @AfterEach
  void close() {
    database.close();
    ledger.close();
  }

  private ApiKeys keys() {
    return new ApiKeys(database, ledger, place.keys, place.clock(), new SecureRandom());
  }

  private static IssuedKey issue(ApiKeys keys, Scope scope) {
    return keys.issue("key", OWNER, Project.standard(), scope, "ann");
  }

  /** What a key should be worth, kept by the test. */
  private static final class Expected {
    private final IssuedKey issued;
    private boolean revoked;

    Expected(IssuedKey issued) {
      this.issued = issued;
    }

    boolean isGood(Instant now) {
      return !revoked && issued.key().end().map(now::isBefore).orElse(true);
    }
  }

  @Test
  void keysAreWorthWhatWasDoneToThem() {
    Random random = new Random(71);
    ApiKeys keys = keys();
    List<Expected> model = new ArrayList<>();
    for (int step = 0; step < 250; step++) {
      switch (random.nextInt(6)) {
        case 0, 1 -> {
          Optional<Instant> end =
              random.nextBoolean()
                  ? Optional.empty()
                  : Optional.of(place.now.get().plusSeconds(1 + random.nextInt(100)));
          model.add(new Expected(issue(keys, Scopes.models(end, "*"))));
        }
        case 2 -> place.now.updateAndGet(now -> now.plusSeconds(random.nextInt(20)));
        case 3 -> {
          if (!model.isEmpty()) {
            Expected chosen = model.get(random.nextInt(model.size()));
            keys.revoke(chosen.issued.key().id(), "ann");
            chosen.revoked = true;
          }
        }
        case 4 -> keys = random.nextInt(4) == 0 ? keys() : keys;
        default -> {
          for (Expected expected : model) {
            assertEquals(
                expected.isGood(place.now.get()),
                keys.authenticate(expected.issued.secret().reveal()).isPresent());
          }
        }
      }
    }
    assertEquals(model.size(), keys.list().size());
    assertEquals(
        model.stream().filter(expected -> expected.revoked).count(),
        keys.list().stream().filter(key -> key.life().revoked().isPresent()).count());
  }

  @Test
  void aRevokedKeyIsGoodForNoRequestThatComesAfter() throws Exception {
    ApiKeys keys = keys();
    for (int round = 0; round < 20; round++) {
      IssuedKey issued = issue(keys, Scope.everything());
      AtomicBoolean revoked = new AtomicBoolean();
      AtomicBoolean wrong = new AtomicBoolean();
      CountDownLatch running = new CountDownLatch(1);
      Thread client =
          Thread.ofPlatform()
              .start(
                  () -> {
                    String text = issued.secret().reveal();
                    for (boolean more = true; more; ) {
                      boolean before = revoked.get();
                      boolean good = keys.authenticate(text).isPresent();
                      wrong.compareAndSet(false, before && good);
                      running.countDown();
                      more = good;
                    }
                  });
      running.await();
      keys.revoke(issued.key().id(), "ann");
      revoked.set(true);
      client.join();
      assertFalse(wrong.get());
    }
  }

  @Test
  void keysIssuedAtTheSameTimeAllDiffer() throws Exception {
    ApiKeys keys = keys();
    List<Future<IssuedKey>> issued = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 100; i++) {
        issued.add(threads.submit(() -> issue(keys, Scope.everything())));
      }
    }
    Map<String, String> byPrefix = new HashMap<>();
    for (Future<IssuedKey> future : issued) {
      IssuedKey key = future.get();
      byPrefix.put(key.key().prefix(), key.secret().reveal());
      assertTrue(keys.authenticate(key.secret().reveal()).isPresent());
    }
    assertEquals(100, byPrefix.size());
    assertEquals(100, ledger.size());
    assertEquals(100, keys().list().size());
  }

  @Test
  void aNameIsGivenToOneOfManyWhoAskAtOnce() throws Exception {
    Users users = new Users(database, ledger, place.clock(), new SecureRandom());
    List<Future<Principal>> asked = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 4; i++) {
        Secret password = Secret.of("password number " + i);
        asked.add(threads.submit(() -> users.create("ann", Role.ADMIN, password, "set-up")));
      }
    }
    List<Principal> given = new ArrayList<>();
    for (Future<Principal> future : asked) {
      if (future.state() == Future.State.SUCCESS) {
        given.add(future.get());
      } else {
        assertInstanceOf(Failure.class, future.exceptionNow());
      }
    }
    assertEquals(1, given.size());
    assertEquals(given, users.list());
  }

  @Test
  void theThrottleIsThatOfItsDescription() {
    Random random = new Random(72);
    Throttle throttle = new Throttle(place.clock());
    Map<String, Integer> failures = new HashMap<>();
    Map<String, Instant> last = new HashMap<>();
    int refused = 0;
    for (int step = 0; step < 5_000; step++) {
      String name = "name" + random.nextInt(5);
      place.now.updateAndGet(now -> now.plusMillis(random.nextInt(3_000)));
      Instant now = place.now.get();
      int count = failures.getOrDefault(name, 0);
      long wait = count < 5 ? 0 : Math.min(900, 1L << Math.min(count - 5, 20));
      Instant free = last.getOrDefault(name, Instant.EPOCH).plusSeconds(wait);
      if (now.isBefore(free)) {
        refused++;
        Failure failure = assertThrows(Failure.class, () -> throttle.attempt(name));
        Problem.Busy busy = assertInstanceOf(Problem.Busy.class, failure.problem());
        assertEquals(Duration.between(now, free), busy.retryAfter());
        continue;
      }
      throttle.attempt(name);
      failures.put(name, count + 1);
      last.put(name, now);
      if (random.nextInt(12) == 0) {
        throttle.succeeded(name);
        failures.remove(name);
      }
    }
    assertTrue(refused > 100, "only " + refused);
  }

  @Test
  void aLedgerThatCannotBeWrittenStopsIdentities() {
    ApiKeys keys = keys();
    Users users = new Users(database, ledger, place.clock(), new SecureRandom());
    IssuedKey issued = issue(keys, Scope.everything());
    ledger.close();
    assertThrows(Failure.class, () -> issue(keys, Scope.everything()));
    assertThrows(Failure.class, () -> keys.revoke(issued.key().id(), "ann"));
    assertThrows(
        Failure.class,
        () -> users.create("ann", Role.ADMIN, Secret.of("a long password"), "set-up"));
    assertEquals(1, keys.list().size());
    assertEquals(List.of(), users.list());
    assertTrue(keys.authenticate(issued.secret().reveal()).isPresent());
  }

  @Test
  void namesOfPrincipalsAreShortAndPlain() {
    for (String name : List.of("ann", "Ann-Marie", "a.b@example.org", "用户", "x1_+", "7")) {
      assertEquals(name, new Principal("id", name, Role.CLIENT).name());
    }
    for (String name : List.of("", " ann", "ann ", "a b", "a\tb", "<b>", "a;b", ".a", "@a")) {
      assertThrows(Failure.class, () -> new Principal("id", name, Role.CLIENT), name);
    }
  }
}
