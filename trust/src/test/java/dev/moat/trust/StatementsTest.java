package dev.moat.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.store.BlobStore;
import dev.moat.store.Database;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatementsTest {
  private static final Digest MODEL = Digest.of("model");
  private static final Digest DATA = Digest.of("data");

  @TempDir Path folder;
  private Place place;
  private BlobStore blobs;
  private Database database;
  private Ledger ledger;
  private Statements statements;

  @BeforeEach
  void open() {
    place = new Place(folder);
    blobs = place.blobs();
    database = place.database();
    ledger = place.ledger();
    statements = new Statements(blobs, database, ledger, place.signingKey);
  }

  @AfterEach
  void close() {
    database.close();
    ledger.close();
  }

  private static Statement statement(String type, int number, Digest... subjects) {
    List<Statement.Subject> list =
        List.of(subjects).stream().map(s -> new Statement.Subject("thing", s)).toList();
    return new Statement(list, type, Json.object().put("number", number));
  }

  private static List<Integer> numbers(List<Statements.Recorded> recorded) {
    return recorded.stream().map(r -> r.statement().predicate().path("number").intValue()).toList();
  }

  @Test
  void givesBackWhatWasAttestedAboutASubject() {
    Statements.Recorded first = statements.attest(statement("scan", 1, MODEL), "ann");
    statements.attest(statement("scan", 2, DATA), "ann");
    statements.attest(statement("train", 3, MODEL, DATA), "bob");
    assertEquals(List.of(1, 3), numbers(statements.about(MODEL)));
    assertEquals(List.of(2, 3), numbers(statements.about(DATA)));
    assertEquals(List.of(3), numbers(statements.about(MODEL, "train")));
    assertEquals(List.of(), numbers(statements.about(DATA, "other")));
    assertEquals(List.of(), statements.about(Digest.of("nothing")));
    assertEquals(first, statements.about(MODEL).getFirst());
    assertEquals(place.signingKey.id(), first.keyId());
  }

  @Test
  void theLedgerNamesEnvelopeTypeSubjectsAndActor() {
    Statements.Recorded recorded = statements.attest(statement("train", 3, MODEL, DATA), "bob");
    LedgerEvent event = ledger.event(recorded.ledgerIndex());
    assertEquals(Statements.EVENT_TYPE, event.type());
    assertEquals("bob", event.actor());
    assertEquals(recorded.envelope().hex(), event.body().path("envelope").stringValue());
    assertEquals("train", event.body().path("predicate-type").stringValue());
    assertEquals(
        List.of(MODEL.hex(), DATA.hex()),
        event.body().path("subjects").valueStream().map(node -> node.stringValue()).toList());
  }

  @Test
  void aSubjectNamedTwiceIsFoundOnce() {
    statements.attest(statement("scan", 1, MODEL, MODEL), "ann");
    assertEquals(List.of(1), numbers(statements.about(MODEL)));
  }

  @Test
  void sameStatementsMayBeMadeTwice() {
    statements.attest(statement("scan", 1, MODEL), "ann");
    statements.attest(statement("scan", 1, MODEL), "ann");
    assertEquals(List.of(1, 1), numbers(statements.about(MODEL)));
  }

  @Test
  void manyAtOnceAreAllRecorded() {
    IntStream.range(0, 60)
        .parallel()
        .forEach(i -> statements.attest(statement("scan", i, MODEL), "ann"));
    assertEquals(60, statements.about(MODEL).size());
    assertEquals(
        IntStream.range(0, 60).boxed().toList(),
        numbers(statements.about(MODEL)).stream().sorted().toList());
  }

  @Test
  void aFlippedByteOfTheEnvelopeIsFound() throws Exception {
    Statements.Recorded recorded = statements.attest(statement("scan", 1, MODEL), "ann");
    String hex = recorded.envelope().hex();
    Path file = folder.resolve("blobs").resolve(hex.substring(0, 2)).resolve(hex);
    byte[] good = Files.readAllBytes(file);
    for (int at = 0; at < good.length; at += 37) {
      Files.write(file, Mutations.flip(good, at * 8 + at % 8));
      Failure failure = assertThrows(Failure.class, () -> statements.about(MODEL));
      Problem.Tampered tampered = assertInstanceOf(Problem.Tampered.class, failure.problem());
      assertEquals(hex, tampered.link());
    }
    Files.write(file, good);
    assertEquals(List.of(1), numbers(statements.about(MODEL)));
  }

  @Test
  void aRowThatPointsToAnotherEventIsFound() {
    statements.attest(statement("scan", 1, MODEL), "ann");
    statements.attest(statement("scan", 2, DATA), "ann");
    ledger.append("other", "ann", Json.object());
    database.execute("update trust_statement set ledger_index = 1 where subject = ?", MODEL);
    assertTampered(MODEL);
    database.execute("update trust_statement set ledger_index = 2 where subject = ?", MODEL);
    assertTampered(MODEL);
  }

  private void assertTampered(Digest subject) {
    Failure failure = assertThrows(Failure.class, () -> statements.about(subject));
    assertInstanceOf(Problem.Tampered.class, failure.problem());
  }

  @Test
  void anEnvelopeOfAnotherKeyIsFound() {
    SigningKey stranger = new Place(folder.resolve("stranger")).signingKey;
    Statement claim = statement("scan", 1, MODEL);
    Envelope envelope = Envelope.sign(Statement.PAYLOAD_TYPE, Json.bytes(claim.toJson()), stranger);
    Digest digest = blobs.put(new ByteArrayInputStream(Json.bytes(envelope.toJson())));
    var body = Json.object().put("envelope", digest.hex()).put("predicate-type", "scan");
    body.putArray("subjects").add(MODEL.hex());
    long index = ledger.append(Statements.EVENT_TYPE, "mallory", body);
    database.execute(
        """
        insert into trust_statement (subject, ledger_index, predicate_type, envelope)
        values (?, ?, 'scan', ?)
        """,
        MODEL,
        index,
        digest);
    Failure failure = assertThrows(Failure.class, () -> statements.about(MODEL));
    assertTrue(failure.getMessage().contains("signature"), failure.getMessage());
  }

  @Test
  void aMissingEnvelopeIsFound() {
    Statements.Recorded recorded = statements.attest(statement("scan", 1, MODEL), "ann");
    blobs.delete(recorded.envelope());
    Failure failure = assertThrows(Failure.class, () -> statements.about(MODEL));
    assertInstanceOf(Problem.Missing.class, failure.problem());
  }

  @Test
  void theViewIsMadeAgainFromLedgerAndBlobs() {
    for (int i = 0; i < 5; i++) {
      statements.attest(statement("scan", i, MODEL, DATA), "ann");
      ledger.append("other", "ann", Json.object().put("i", i));
    }
    List<Statements.Recorded> before = statements.about(MODEL);
    database.execute("delete from trust_statement");
    assertEquals(List.of(), statements.about(MODEL));
    statements.rebuild();
    assertEquals(before, statements.about(MODEL));
    assertEquals(before, statements.about(DATA));
    statements.rebuild();
    assertEquals(before, statements.about(MODEL));
  }

  @Test
  void aLostDatabaseIsMadeAgainWhenOpened() throws Exception {
    statements.attest(statement("scan", 1, MODEL), "ann");
    List<Statements.Recorded> before = statements.about(MODEL);
    database.close();
    Files.delete(folder.resolve("moat.db"));
    database = place.database();
    statements = new Statements(blobs, database, ledger, place.signingKey);
    assertEquals(before, statements.about(MODEL));
  }

  @Test
  void aStatementWhoseRowsWereLostInACrashIsFoundAgain() {
    statements.attest(statement("scan", 1, MODEL), "ann");
    long size = ledger.size();
    Statements.Recorded lost = statements.attest(statement("scan", 2, MODEL), "ann");
    database.execute("delete from trust_statement where ledger_index = ?", lost.ledgerIndex());
    database.execute(
        "insert into trust_statement_pending (envelope, ledger_size) values (?, ?)",
        lost.envelope(),
        size);
    statements = new Statements(blobs, database, ledger, place.signingKey);
    assertEquals(List.of(1, 2), numbers(statements.about(MODEL)));
    assertEquals(
        List.of(),
        database.query("select * from trust_statement_pending", r -> r.text("envelope")));
  }

  @Test
  void aStatementThatNeverReachedTheLedgerIsForgotten() {
    database.execute(
        "insert into trust_statement_pending (envelope, ledger_size) values (?, ?)",
        Digest.of("never"),
        ledger.size());
    statements = new Statements(blobs, database, ledger, place.signingKey);
    assertEquals(List.of(), statements.about(MODEL));
    assertEquals(
        List.of(),
        database.query("select * from trust_statement_pending", r -> r.text("envelope")));
  }

  @Test
  void anotherReaderSeesWhatIsRecordedBesideTheWriter() {
    statements.attest(statement("scan", 1, MODEL), "ann");
    Statements reader =
        Statements.reading(
            blobs,
            database,
            LedgerReader.open(place.ledgerFolder(), place.signingKey.verifyKey()),
            place.signingKey.verifyKey());
    assertEquals(statements.about(MODEL), reader.about(MODEL));
    assertThrows(
        IllegalStateException.class, () -> reader.attest(statement("scan", 2, MODEL), "ann"));
  }
}
