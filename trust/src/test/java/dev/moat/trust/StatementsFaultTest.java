package dev.moat.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.store.BlobStore;
import dev.moat.store.Database;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What attesting leaves behind when one of the three places fails. */
class StatementsFaultTest {
  private static final Digest MODEL = Digest.of("model");

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

  private static Statement statement(int number) {
    return new Statement(
        List.of(new Statement.Subject("model", MODEL)),
        "scan",
        Json.object().put("number", number));
  }

  private Statements statements() {
    return new Statements(place.blobs(), database, ledger, place.signingKey);
  }

  private static List<Integer> numbers(Statements statements) {
    return statements.about(MODEL).stream()
        .map(recorded -> recorded.statement().predicate().path("number").intValue())
        .toList();
  }

  private long pending() {
    return database
        .query("select envelope from trust_statement_pending", row -> row.text("envelope"))
        .size();
  }

  @Test
  void aFullLedgerRecordsNothingAndTheNextAttemptWorks() {
    Statements statements = statements();
    statements.attest(statement(1), "ann");
    disk.full(true);
    Failure failure = assertThrows(Failure.class, () -> statements.attest(statement(2), "ann"));
    assertTrue(failure.getMessage().contains("the disk is full"), failure.getMessage());
    assertEquals(List.of(1), numbers(statements));
    disk.full(false);
    statements.attest(statement(3), "ann");
    assertEquals(List.of(1, 3), numbers(statements));
    assertEquals(1, pending());
    assertEquals(List.of(1, 3), numbers(statements()));
    assertEquals(0, pending());
  }

  /** A blob store that takes nothing more. */
  private record Full(BlobStore blobs) implements BlobStore {
    @Override
    public Digest put(InputStream bytes) {
      throw new Failure(new Problem.Broken("blob: the disk is full; free space"));
    }

    @Override
    public InputStream open(Digest digest) {
      return blobs.open(digest);
    }

    @Override
    public boolean has(Digest digest) {
      return blobs.has(digest);
    }

    @Override
    public byte[] read(Digest digest, long bytesMax) {
      return blobs.read(digest, bytesMax);
    }

    @Override
    public void delete(Digest digest) {
      blobs.delete(digest);
    }
  }

  @Test
  void aFullBlobStoreRecordsNothing() {
    Statements statements =
        new Statements(new Full(place.blobs()), database, ledger, place.signingKey);
    assertThrows(Failure.class, () -> statements.attest(statement(1), "ann"));
    assertEquals(0, ledger.size());
    assertEquals(0, pending());
    assertEquals(List.of(), numbers(statements));
  }

  @Test
  void afterDeathAtAnyWriteTheViewIsThatOfTheLedger() {
    int recorded = 0;
    for (int writes = 0; writes < 9; writes++) {
      Statements living = statements();
      assertEquals(recorded, living.about(MODEL).size());
      Database dying = new DyingDatabase(database, writes);
      Statements statements = new Statements(place.blobs(), dying, ledger, place.signingKey);
      long before = ledger.size();
      try {
        for (int i = 0; i < 4; i++) {
          statements.attest(statement(i), "ann");
        }
      } catch (IllegalStateException e) {
        assertEquals("died", e.getMessage());
      }
      recorded += Math.toIntExact(ledger.size() - before);
    }
    assertEquals(recorded, statements().about(MODEL).size());
    assertEquals(0, pending());
    assertTrue(recorded > 10, "only " + recorded);
    assertEquals(recorded, ledger.size());
  }

  @Test
  void aFailedRebuildLeavesTheViewAsItWas() {
    Statements statements = statements();
    statements.attest(statement(1), "ann");
    Statements dying =
        new Statements(place.blobs(), new DyingDatabase(database, 0), ledger, place.signingKey);
    assertThrows(IllegalStateException.class, dying::rebuild);
    assertEquals(List.of(1), numbers(statements));
  }
}
