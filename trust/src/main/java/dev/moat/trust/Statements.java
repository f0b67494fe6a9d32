package dev.moat.trust;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.store.BlobStore;
import dev.moat.store.Database;
import dev.moat.store.Transaction;
import java.io.ByteArrayInputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The signed statements about artifacts. Each is an envelope in the blob store, an event in the
 * ledger, and rows by subject in the database; the rows are only a view of the other two.
 */
public final class Statements {
  /** The type of the ledger events. */
  public static final String EVENT_TYPE = "statement";

  private final BlobStore blobs;
  private final Database database;
  private final LedgerView ledger;
  private final VerifyKey key;
  private final Optional<Author> author;

  /** What it takes to add statements. */
  private record Author(Ledger ledger, SigningKey key) {}

  /** The statements of this store; brings the view up to date after a crash or a lost database. */
  public Statements(BlobStore blobs, Database database, Ledger ledger, SigningKey key) {
    this.blobs = blobs;
    this.database = database;
    this.ledger = ledger;
    this.key = key.verifyKey();
    this.author = Optional.of(new Author(ledger, key));
    recover();
  }

  private Statements(BlobStore blobs, Database database, LedgerView ledger, VerifyKey key) {
    this.blobs = blobs;
    this.database = database;
    this.ledger = ledger;
    this.key = key;
    this.author = Optional.empty();
  }

  /** The statements as another process has recorded them, to read and verify only. */
  public static Statements reading(
      BlobStore blobs, Database database, LedgerView ledger, VerifyKey key) {
    return new Statements(blobs, database, ledger, key);
  }

  /** A statement with the places of its proof: envelope, ledger event and signing key. */
  public record Recorded(Statement statement, Digest envelope, long ledgerIndex, String keyId) {}

  /** Signs and records a statement made by {@code actor}; durable when it returns. */
  public Recorded attest(Statement statement, String actor) {
    byte[] payload = Json.bytes(statement.toJson());
    Author by = author();
    Envelope envelope = Envelope.sign(Statement.PAYLOAD_TYPE, payload, by.key());
    Digest digest = blobs.put(new ByteArrayInputStream(Json.bytes(envelope.toJson())));
    // Noted first, so that after a crash only the events since then need to be searched for it.
    database.execute(
        "insert into trust_statement_pending (envelope, ledger_size) values (?, ?)",
        digest,
        ledger.size());
    long index = by.ledger().append(EVENT_TYPE, actor, body(statement, digest));
    Recorded recorded = new Recorded(statement, digest, index, key.id());
    database.transaction(
        transaction -> {
          insert(transaction, recorded);
          return transaction.execute(
              "delete from trust_statement_pending where envelope = ?", digest);
        });
    return recorded;
  }

  /** The statements about an artifact, oldest first, each verified. */
  public List<Recorded> about(Digest subject) {
    return database
        .query(
            """
            select envelope, ledger_index from trust_statement
            where subject = ? order by ledger_index
            """,
            row -> new Place(new Digest(row.text("envelope")), row.number("ledger_index")),
            subject)
        .stream()
        .map(this::verified)
        .toList();
  }

  /** Those of {@link #about(Digest)} with that predicate type. */
  public List<Recorded> about(Digest subject, String predicateType) {
    return database
        .query(
            """
            select envelope, ledger_index from trust_statement
            where subject = ? and predicate_type = ? order by ledger_index
            """,
            row -> new Place(new Digest(row.text("envelope")), row.number("ledger_index")),
            subject,
            predicateType)
        .stream()
        .map(this::verified)
        .toList();
  }

  /** Makes the view again from ledger and blobs. */
  public void rebuild() {
    List<Recorded> all = scan(0, Optional.empty());
    database.transaction(
        transaction -> {
          transaction.execute("delete from trust_statement");
          transaction.execute("delete from trust_statement_pending");
          transaction.execute("delete from trust_statement_view");
          all.forEach(recorded -> insert(transaction, recorded));
          return transaction.execute("insert into trust_statement_view (built) values (?)", true);
        });
  }

  private Author author() {
    return author.orElseThrow(
        () -> new IllegalStateException("these statements are only to be read"));
  }

  private record Place(Digest envelope, long ledgerIndex) {}

  private void recover() {
    if (database
        .first("select built from trust_statement_view", row -> row.flag("built"))
        .isEmpty()) {
      rebuild();
      return;
    }
    List<Place> pending =
        database.query(
            "select envelope, ledger_size from trust_statement_pending",
            row -> new Place(new Digest(row.text("envelope")), row.number("ledger_size")));
    if (pending.isEmpty()) {
      return;
    }
    long from = pending.stream().mapToLong(Place::ledgerIndex).min().orElse(0);
    Set<Digest> wanted = pending.stream().map(Place::envelope).collect(Collectors.toSet());
    List<Recorded> found = scan(from, Optional.of(wanted));
    database.transaction(
        transaction -> {
          found.forEach(recorded -> insert(transaction, recorded));
          return transaction.execute("delete from trust_statement_pending");
        });
  }

  private List<Recorded> scan(long from, Optional<Set<Digest>> wanted) {
    return author().ledger().indexesOf(EVENT_TYPE, from).stream()
        .map(index -> new Place(envelope(ledger.event(index)), index))
        .filter(place -> wanted.isEmpty() || wanted.get().contains(place.envelope()))
        .map(this::verified)
        .toList();
  }

  private static void insert(Transaction transaction, Recorded recorded) {
    for (Digest subject : new HashSet<>(digests(recorded.statement()))) {
      transaction.execute(
          """
          insert into trust_statement (subject, ledger_index, predicate_type, envelope)
          values (?, ?, ?, ?) on conflict do nothing
          """,
          subject,
          recorded.ledgerIndex(),
          recorded.statement().predicateType(),
          recorded.envelope());
    }
  }

  private static List<Digest> digests(Statement statement) {
    return statement.subjects().stream().map(Statement.Subject::digest).toList();
  }

  /** Checks event, envelope and signature of one row of the view. */
  private Recorded verified(Place place) {
    LedgerEvent event = ledger.event(place.ledgerIndex());
    if (!event.type().equals(EVENT_TYPE) || !envelope(event).equals(place.envelope())) {
      throw tampered(place, "ledger event " + place.ledgerIndex() + " is not about it");
    }
    byte[] bytes = blobs.read(place.envelope(), Envelope.ENVELOPE_BYTES_MAX);
    Envelope envelope = Envelope.parse(bytes);
    if (!envelope.payloadType().equals(Statement.PAYLOAD_TYPE) || !envelope.isSignedBy(key)) {
      throw tampered(place, "its signature is not by " + key.name());
    }
    Statement statement = Statement.parse(envelope.payload());
    if (!event.body().equals(body(statement, place.envelope()))) {
      throw tampered(place, "ledger event " + place.ledgerIndex() + " names other subjects");
    }
    return new Recorded(statement, place.envelope(), place.ledgerIndex(), key.id());
  }

  private static Digest envelope(LedgerEvent event) {
    return new Digest(event.body().path("envelope").stringValue(""));
  }

  private static JsonNode body(Statement statement, Digest envelope) {
    ObjectNode body = Json.object();
    body.put("envelope", envelope.hex());
    body.put("predicate-type", statement.predicateType());
    var subjects = body.putArray("subjects");
    digests(statement).forEach(digest -> subjects.add(digest.hex()));
    return body;
  }

  private static Failure tampered(Place place, String why) {
    return new Failure(
        new Problem.Tampered(
            "statement " + place.envelope() + ": " + why + "; restore from a backup",
            place.envelope().hex()));
  }
}
