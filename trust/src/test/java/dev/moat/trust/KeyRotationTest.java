package dev.moat.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.store.Database;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys that are replaced, and those who are told that a key ends. */
class KeyRotationTest {
  private static final Project PROJECT = new Project("acme", "search");
  private static final Principal OWNER = Principal.client(PROJECT, "robot");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Instant END = Place.START.plus(Duration.ofDays(90));

  @TempDir Path folder;
  private Place place;
  private Database database;
  private Ledger ledger;
  private ApiKeys keys;

  @BeforeEach
  void open() {
    place = new Place(folder);
    database = place.database();
    ledger = place.ledger();
    keys = reopened();
  }

  @AfterEach
  void close() {
    database.close();
    ledger.close();
  }

  private ApiKeys reopened() {
    return new ApiKeys(database, ledger, place.keys, place.clock(), new SecureRandom());
  }

  private IssuedKey issue() {
    return keys.issue("laptop", OWNER, PROJECT, Scopes.narrow(END), "ann");
  }

  private static boolean isGood(ApiKeys keys, IssuedKey issued) {
    return keys.authenticate(issued.secret().reveal()).isPresent();
  }

  @Test
  void theNewKeyIsLikeTheOldButForIdAndSecret() {
    IssuedKey old = issue();
    place.now.set(Place.START.plusSeconds(5));
    IssuedKey next = keys.rotate(old.key().id(), HOUR, "bob");
    assertEquals("laptop", next.key().name());
    assertEquals(OWNER, next.key().principal());
    assertEquals(PROJECT, next.key().project());
    assertEquals(Scopes.narrow(END), next.key().scope());
    assertEquals(Optional.of(END), next.key().end());
    assertEquals(Place.START.plusSeconds(5), next.key().life().created());
    assertNotEquals(old.key().id(), next.key().id());
    assertNotEquals(old.secret().reveal(), next.secret().reveal());
    assertEquals(2, keys.list().size());
  }

  @Test
  void bothAreGoodUntilTheOverlapIsOver() {
    IssuedKey old = issue();
    IssuedKey next = keys.rotate(old.key().id(), HOUR, "ann");
    place.now.set(Place.START.plus(HOUR).minusMillis(1));
    for (ApiKeys at : List.of(keys, reopened())) {
      assertTrue(isGood(at, old) && isGood(at, next));
    }
    place.now.set(Place.START.plus(HOUR));
    for (ApiKeys at : List.of(keys, reopened())) {
      assertFalse(isGood(at, old));
      assertTrue(isGood(at, next));
    }
    assertEquals(listed(keys), listed(reopened()));
  }

  private static Set<ApiKey> listed(ApiKeys of) {
    return Set.copyOf(of.list());
  }

  @Test
  void withoutOverlapTheOldKeyEndsAtOnce() {
    IssuedKey old = issue();
    IssuedKey next = keys.rotate(old.key().id(), Duration.ZERO, "ann");
    assertFalse(isGood(keys, old));
    assertTrue(isGood(keys, next));
  }

  @Test
  void anOverlapNeverLengthensALife() {
    IssuedKey old =
        keys.issue("short", OWNER, PROJECT, Scopes.until(Place.START.plusSeconds(60)), "ann");
    keys.rotate(old.key().id(), HOUR, "ann");
    assertEquals(Optional.of(Place.START.plusSeconds(60)), keys.byId(old.key().id()).end());
    keys.rotate(old.key().id(), Duration.ofSeconds(10), "ann");
    assertEquals(Optional.of(Place.START.plusSeconds(10)), keys.byId(old.key().id()).end());
    keys.rotate(old.key().id(), Duration.ofSeconds(20), "ann");
    assertEquals(Optional.of(Place.START.plusSeconds(10)), keys.byId(old.key().id()).end());
    assertEquals(Optional.of(Place.START.plusSeconds(10)), reopened().byId(old.key().id()).end());
  }

  @Test
  void theNextKeyDoesNotTakeOverTheShortLifeOfARotatedOne() {
    IssuedKey old = issue();
    keys.rotate(old.key().id(), HOUR, "ann");
    IssuedKey again = keys.rotate(old.key().id(), HOUR, "ann");
    assertEquals(Optional.of(END), again.key().end());
  }

  @Test
  void anOverlapIsNothingToThirtyDays() {
    IssuedKey old = issue();
    for (Duration bad : List.of(Duration.ofMillis(-1), ApiKeys.OVERLAP_MAX.plusMillis(1))) {
      Failure failure = assertThrows(Failure.class, () -> keys.rotate(old.key().id(), bad, "ann"));
      assertTrue(failure.problem().message().contains("0 to 720 hours"));
    }
    keys.rotate(old.key().id(), ApiKeys.OVERLAP_MAX, "ann");
    assertEquals(
        Optional.of(Place.START.plus(Duration.ofDays(30))), keys.byId(old.key().id()).end());
  }

  @Test
  void aKeyThatHasEndedOrIsUnknownIsNotReplaced() {
    IssuedKey revoked = issue();
    keys.revoke(revoked.key().id(), "ann");
    IssuedKey replaced = issue();
    keys.rotate(replaced.key().id(), Duration.ZERO, "ann");
    long size = ledger.size();
    for (IssuedKey ended : List.of(revoked, replaced)) {
      assertThrows(Failure.class, () -> keys.rotate(ended.key().id(), HOUR, "ann"));
    }
    place.now.set(END);
    IssuedKey old = keys.issue("x", OWNER, PROJECT, Scope.everything(), "ann");
    assertTrue(isGood(keys, old));
    Failure unknown = assertThrows(Failure.class, () -> keys.rotate("nobody", HOUR, "ann"));
    assertInstanceOf(Problem.Missing.class, unknown.problem());
    assertEquals(size + 1, ledger.size());
  }

  @Test
  void oneEventSaysBothThatOneKeyIsIssuedAndThatTheOtherEnds() {
    IssuedKey old = issue();
    IssuedKey next = keys.rotate(old.key().id(), HOUR, "bob");
    assertEquals(2, ledger.size());
    LedgerEvent event = ledger.event(1);
    assertEquals("key-rotated", event.type());
    assertEquals("bob", event.actor());
    assertEquals(next.key().id(), event.body().path("id").stringValue());
    assertEquals(old.key().id(), event.body().path("replaces").stringValue());
    assertEquals(Place.START.plus(HOUR).toString(), event.body().path("retires").stringValue());
    assertEquals("acme/search", event.body().path("project").stringValue());
    assertEquals(2, event.body().path("tools").size());
    assertFalse(event.body().toString().contains(next.secret().reveal().substring(15)));
  }

  @Test
  void aRevokedKeyTakesNoSuccessorWithIt() {
    IssuedKey old = issue();
    IssuedKey next = keys.rotate(old.key().id(), HOUR, "ann");
    keys.revoke(old.key().id(), "ann");
    assertFalse(isGood(keys, old));
    assertTrue(isGood(keys, next));
    keys.revoke(next.key().id(), "ann");
    assertFalse(isGood(keys, next));
  }

  @Test
  void listenersAreToldOfEveryEndOnceItIsInForce() {
    IssuedKey first = issue();
    IssuedKey second = issue();
    List<ApiKey> told = new ArrayList<>();
    keys.onEnding(
        key -> {
          told.add(key);
          assertEquals(key, keys.byId(key.id()));
        });
    keys.revoke(first.key().id(), "ann");
    keys.revoke(first.key().id(), "ann");
    keys.rotate(second.key().id(), HOUR, "ann");
    assertEquals(
        List.of(first.key().id(), second.key().id()), told.stream().map(ApiKey::id).toList());
    assertFalse(told.getFirst().isLive(place.now.get()));
    assertTrue(told.getLast().isLive(place.now.get()));
    assertFalse(told.getLast().isLive(place.now.get().plus(HOUR)));
  }

  @Test
  void oneOfManyWhoRotateAtOnceMayAndTheOthersAreTold() throws Exception {
    IssuedKey old = issue();
    List<Future<IssuedKey>> asked = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 20; i++) {
        asked.add(threads.submit(() -> keys.rotate(old.key().id(), HOUR, "ann")));
      }
    }
    int rotated = 0;
    for (Future<IssuedKey> future : asked) {
      if (future.state() == Future.State.SUCCESS) {
        rotated++;
        assertTrue(isGood(keys, future.get()));
      } else {
        Failure failure = assertInstanceOf(Failure.class, future.exceptionNow());
        assertInstanceOf(Problem.Busy.class, failure.problem());
      }
    }
    assertTrue(rotated > 0);
    assertEquals(1 + rotated, keys.list().size());
    assertEquals(1 + rotated, ledger.size());
    assertEquals(listed(keys), listed(reopened()));
  }

  @Test
  void aRevocationDuringRotationsIsNotLost() throws Exception {
    for (int round = 0; round < 20; round++) {
      IssuedKey old = issue();
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        var _ = threads.submit(() -> keys.rotate(old.key().id(), HOUR, "ann"));
        var _ = threads.submit(() -> keys.revoke(old.key().id(), "ann"));
      }
      assertFalse(isGood(keys, old));
      assertFalse(isGood(reopened(), old));
    }
  }
}
