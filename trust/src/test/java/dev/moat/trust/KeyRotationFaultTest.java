package dev.moat.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.store.Database;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a rotation when the process dies, or the database or the ledger fails. */
class KeyRotationFaultTest {
  private static final Principal OWNER = new Principal("u1", "carl", Role.CLIENT);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final int WRITES_OF_A_ROTATION = 2;

  @TempDir Path folder;
  private Place place;
  private Database database;
  private Ledger ledger;
  private final FillingDisk disk = new FillingDisk();

  @BeforeEach
  void open() {
    place = new Place(folder);
    database = place.database();
    ledger = Ledger.open(place.ledgerFolder(), place.signingKey, place.clock(), disk);
  }

  @AfterEach
  void close() {
    database.close();
    ledger.close();
  }

  private ApiKeys keys(Database on) {
    return new ApiKeys(on, ledger, place.keys, place.clock(), new SecureRandom());
  }

  private IssuedKey issue() {
    return keys(database).issue("laptop", OWNER, Project.standard(), Scope.everything(), "ann");
  }

  private static boolean isGood(ApiKeys keys, IssuedKey issued) {
    return keys.authenticate(issued.secret().reveal()).isPresent();
  }

  private Optional<Instant> end(IssuedKey issued) {
    return keys(database).byId(issued.key().id()).end();
  }

  private long rotations() {
    return ledger.indexesOf("key-rotated", 0).size();
  }

  @Test
  void anEndInTheLedgerIsOneAtWhateverWriteTheProcessDied() {
    for (int writes = 0; writes < WRITES_OF_A_ROTATION; writes++) {
      IssuedKey issued = issue();
      IssuedKey other = issue();
      long before = rotations();
      ApiKeys dying = keys(new DyingDatabase(database, writes));
      assertThrows(IllegalStateException.class, () -> dying.rotate(issued.key().id(), HOUR, "ann"));
      boolean recorded = rotations() > before;
      Optional<Instant> expected =
          recorded ? Optional.of(place.now.get().plus(HOUR)) : Optional.empty();
      assertEquals(expected, end(issued), "after " + writes + " writes");
      assertEquals(expected, end(issued), "a second start changes nothing");
      assertEquals(Optional.empty(), end(other));
      assertTrue(isGood(keys(database), issued));
    }
    assertEquals(1, rotations());
    place.now.set(place.now.get().plus(HOUR));
    assertEquals(3, keys(database).list().stream().filter(key -> key.end().isEmpty()).count());
  }

  @Test
  void theProcessItselfHoldsToTheLedgerWhenTheRowFailed() {
    IssuedKey issued = issue();
    ApiKeys dying = keys(new DyingDatabase(database, 1));
    List<ApiKey> told = new ArrayList<>();
    dying.onEnding(told::add);
    assertThrows(IllegalStateException.class, () -> dying.rotate(issued.key().id(), HOUR, "ann"));
    assertEquals(1, told.size());
    assertTrue(isGood(dying, issued));
    place.now.set(Place.START.plus(HOUR));
    assertFalse(isGood(dying, issued));
    assertFalse(isGood(keys(database), issued));
  }

  @Test
  void aRotationThatBrokeOffIsDoneAgainWithTheEarlierEnd() {
    IssuedKey issued = issue();
    ApiKeys dying = keys(new DyingDatabase(database, 1));
    assertThrows(IllegalStateException.class, () -> dying.rotate(issued.key().id(), HOUR, "ann"));
    place.now.set(Place.START.plusSeconds(60));
    IssuedKey next = dying.rotate(issued.key().id(), HOUR, "ann");
    assertTrue(isGood(dying, next));
    assertTrue(isGood(keys(database), next));
    assertEquals(Optional.empty(), end(next));
    assertEquals(Optional.of(Place.START.plus(HOUR)), keys(dying, issued));
    assertEquals(Optional.of(Place.START.plus(HOUR)), end(issued));
    assertEquals(2, rotations());
  }

  private static Optional<Instant> keys(ApiKeys keys, IssuedKey issued) {
    return keys.byId(issued.key().id()).end();
  }

  @Test
  void aRestartFindsTheEndsOfSeveralKeys() {
    List<IssuedKey> issued = List.of(issue(), issue(), issue());
    List<ApiKeys> dying = issued.stream().map(_ -> keys(new DyingDatabase(database, 1))).toList();
    for (int i = 0; i < 3; i++) {
      ApiKeys keys = dying.get(i);
      String id = issued.get(i).key().id();
      Duration overlap = HOUR.multipliedBy(i + 1);
      assertThrows(IllegalStateException.class, () -> keys.rotate(id, overlap, "ann"));
    }
    for (int i = 0; i < 3; i++) {
      assertEquals(Optional.of(Place.START.plus(HOUR.multipliedBy(i + 1))), end(issued.get(i)));
    }
    assertEquals(List.of(), notes());
  }

  private List<String> notes() {
    return database.query(
        "select id from trust_key where rotating is not null", row -> row.text("id"));
  }

  @Test
  void aRotationThatTheLedgerRefusedDidNotHappen() {
    IssuedKey issued = issue();
    ApiKeys keys = keys(database);
    List<ApiKey> told = new ArrayList<>();
    keys.onEnding(told::add);
    disk.full(true);
    assertThrows(Failure.class, () -> keys.rotate(issued.key().id(), HOUR, "ann"));
    assertEquals(List.of(), told);
    assertEquals(Optional.empty(), keys(keys, issued));
    assertEquals(Optional.empty(), end(issued));
    assertEquals(1, keys.list().size());
    disk.full(false);
    IssuedKey next = keys.rotate(issued.key().id(), HOUR, "ann");
    assertTrue(isGood(keys(database), next));
    assertEquals(Optional.of(Place.START.plus(HOUR)), end(issued));
  }

  @Test
  void aRevocationAndARotationThatBothBrokeOffAreBothFound() {
    IssuedKey issued = issue();
    ApiKeys first = keys(new DyingDatabase(database, 1));
    ApiKeys second = keys(new DyingDatabase(database, 1));
    assertThrows(IllegalStateException.class, () -> first.rotate(issued.key().id(), HOUR, "ann"));
    assertThrows(IllegalStateException.class, () -> second.revoke(issued.key().id(), "ann"));
    ApiKeys after = keys(database);
    ApiKey key = after.byId(issued.key().id());
    assertTrue(key.life().revoked().isPresent());
    assertTrue(key.life().retires().isPresent());
    assertFalse(isGood(after, issued));
  }

  @Test
  void aDoneRotationLeavesNoNote() {
    IssuedKey issued = issue();
    keys(database).rotate(issued.key().id(), HOUR, "ann");
    assertEquals(List.of(), notes());
  }
}
