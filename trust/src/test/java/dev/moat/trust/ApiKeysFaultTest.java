package dev.moat.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.store.Database;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of keys when the process dies, or the database or the ledger fails. */
class ApiKeysFaultTest {
  private static final Principal OWNER = new Principal("u1", "carl", Role.CLIENT);
  private static final int WRITES_OF_A_REVOCATION = 2;

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

  private boolean isGood(ApiKeys keys, IssuedKey issued) {
    return keys.authenticate(issued.secret().reveal()).isPresent();
  }

  private long revocations() {
    return ledger.indexesOf("key-revoked", 0).size();
  }

  @Test
  void aRevocationInTheLedgerIsOneForGoodAtWhateverWriteTheProcessDied() {
    for (int writes = 0; writes < WRITES_OF_A_REVOCATION; writes++) {
      IssuedKey issued = issue();
      IssuedKey other = issue();
      long before = revocations();
      ApiKeys dying = keys(new DyingDatabase(database, writes));
      assertThrows(IllegalStateException.class, () -> dying.revoke(issued.key().id(), "ann"));
      boolean recorded = revocations() > before;
      assertEquals(!recorded, isGood(keys(database), issued), "after " + writes + " writes");
      assertTrue(isGood(keys(database), other));
    }
    assertEquals(1, revocations());
  }

  @Test
  void aRevocationWhoseRowFailedEndsTheKeyWhenItIsTriedAgain() {
    IssuedKey issued = issue();
    ApiKeys dying = keys(new DyingDatabase(database, 1));
    assertThrows(IllegalStateException.class, () -> dying.revoke(issued.key().id(), "ann"));
    dying.revoke(issued.key().id(), "ann");
    assertEquals(1, revocations());
    assertEquals(
        1,
        database.query("select id from trust_key where revoked > 0", row -> row.text("id")).size());
  }

  @Test
  void aRecoveredRevocationHasTheTimeOfTheLedger() {
    IssuedKey issued = issue();
    place.now.set(Place.START.plusSeconds(7));
    ApiKeys dying = keys(new DyingDatabase(database, 1));
    assertThrows(IllegalStateException.class, () -> dying.revoke(issued.key().id(), "ann"));
    place.now.set(Place.START.plusSeconds(60));
    Optional<Instant> revoked = keys(database).list().getFirst().life().revoked();
    assertEquals(Optional.of(Place.START.plusSeconds(7)), revoked);
  }

  @Test
  void aRevocationThatTheLedgerRefusedDidNotHappen() {
    IssuedKey issued = issue();
    ApiKeys keys = keys(database);
    disk.full(true);
    assertThrows(Failure.class, () -> keys.revoke(issued.key().id(), "ann"));
    assertTrue(isGood(keys, issued));
    assertTrue(isGood(keys(database), issued));
    disk.full(false);
    keys.revoke(issued.key().id(), "ann");
    assertEquals(false, isGood(keys(database), issued));
  }
}
