package dev.moat.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.flow.Provenance;
import dev.moat.store.Artifact;
import dev.moat.store.ArtifactKind;
import dev.moat.store.FileBlobStore;
import dev.moat.store.FileKeyService;
import dev.moat.trust.Envelope;
import dev.moat.trust.SigningKey;
import dev.moat.trust.Statement;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who can change the database or write blobs, but has no signing key, can admit nothing. */
class ViewTamperTest {
  @TempDir Path folder;
  private Home home;
  private Digest release;

  @BeforeEach
  void open() {
    home = new Home(folder);
    release = home.release();
  }

  @AfterEach
  void close() {
    home.close();
  }

  @Test
  void rowTakenOutOfTheViewBreaksTheChain() {
    for (String type :
        List.of(
            RegistrySteps.RELEASE_PREDICATE,
            ScanResult.PREDICATE_TYPE,
            Provenance.PREDICATE_TYPE,
            "https://in-toto.io/attestation/test-result/v0.1")) {
      home.database().execute("delete from trust_statement where predicate_type = ?", type);
      Link link = firstBroken();
      assertTrue(link.detail().contains("no signed statement of type " + type), link.detail());
      home.statements().rebuild();
      assertTrue(holds(), "the ledger brings the view back");
    }
  }

  @Test
  void rowPointedAtAnotherEventIsNoticed() {
    home.database().execute("update trust_statement set ledger_index = 0 where ledger_index = 2");
    assertFalse(holds());
    home.statements().rebuild();
    assertTrue(holds());
  }

  @Test
  void rowPointedAtAnotherEnvelopeIsNoticed() {
    home.database()
        .execute(
            """
            update trust_statement set envelope =
              (select envelope from trust_statement where ledger_index = 0)
            where ledger_index > 0
            """);
    assertFalse(holds());
  }

  @Test
  void statementOfAnotherKeyIsRefused() {
    FileKeyService keys = FileKeyService.openOrCreate(folder.resolve("other-master.key"));
    SigningKey stranger = SigningKey.openOrCreate(folder.resolve("other.key"), keys);
    var subject = new Statement.Subject("release", release);
    Statement statement = new Statement(List.of(subject), Provenance.PREDICATE_TYPE, Json.object());
    byte[] payload = Json.bytes(statement.toJson());
    Envelope envelope = Envelope.sign(Statement.PAYLOAD_TYPE, payload, stranger);
    Digest digest = blobs().put(new ByteArrayInputStream(Json.bytes(envelope.toJson())));
    var body = Json.object().put("envelope", digest.hex());
    body.put("predicate-type", statement.predicateType());
    body.putArray("subjects").add(release.hex());
    long index = home.ledger().append("statement", "intruder", body);
    home.database()
        .execute(
            """
            insert into trust_statement (subject, ledger_index, predicate_type, envelope)
            values (?, ?, ?, ?)
            """,
            release,
            index,
            statement.predicateType(),
            digest);
    Link link = firstBroken();
    assertEquals("release", link.what());
    assertTrue(link.detail().contains(digest.hex()), link.detail());
    assertTrue(link.detail().contains("its signature is not by"), link.detail());
  }

  @Test
  void releaseForgedInTheStoreAloneIsNotAdmitted() {
    Artifact artifact = home.artifacts().find(release);
    Release real = Release.parse(home.artifacts().read(artifact, Release.PART), "release");
    Release forged = new Release("forged", real.backing(), real.policy(), "test");
    Artifact stored =
        home.artifacts()
            .put(ArtifactKind.RELEASE, Map.of(Release.PART, Json.bytes(forged.toJson())));
    home.database()
        .execute(
            """
            insert into registry_event
              (ledger_index, kind, name, release_digest, actor, made_millis)
            values (?, 'promotion', 'forged', ?, 'intruder', 0)
            """,
            home.ledger().size() + 1,
            stored.digest());
    assertThrows(Failure.class, () -> home.registry().current("forged"));
    List<Link> links = home.admission().verify(stored.digest());
    assertFalse(links.getFirst().holds(), "what is loaded is judged again");
    home.registry().rebuild();
    assertTrue(home.registry().current("forged").isEmpty(), "the ledger knows of no such event");
  }

  @Test
  void statementAboutAnotherArtifactSaysNothingOfThisOne() {
    Digest base = base();
    home.database()
        .execute(
            "delete from trust_statement where subject = ? and predicate_type = ?",
            base,
            Provenance.PREDICATE_TYPE);
    home.database()
        .execute(
            """
            insert into trust_statement (subject, ledger_index, predicate_type, envelope)
            select ?, ledger_index, predicate_type, envelope from trust_statement
            where subject <> ? and predicate_type = ? limit 1
            """,
            base,
            base,
            Provenance.PREDICATE_TYPE);
    Link link = firstBroken();
    assertEquals("base model", link.what());
    assertEquals(base.toString(), link.subject());
    assertTrue(link.detail().contains("no signed statement"), link.detail());
  }

  @Test
  void statementOfAnotherTypeSaysNothingOfThisOne() {
    home.database()
        .execute(
            "update trust_statement set predicate_type = ? where subject = ?",
            Provenance.PREDICATE_TYPE,
            base());
    assertEquals("base model scan", firstBroken().what());
  }

  @Test
  void admittedReleaseUnderAnotherNameIsNoticed() {
    home.database().execute("update registry_event set name = 'production'");
    Failure failure = assertThrows(Failure.class, () -> home.registry().current("production"));
    assertTrue(failure.problem() instanceof Problem.Tampered);
    assertTrue(failure.getMessage().contains("\"production\""), failure.getMessage());
    assertThrows(Failure.class, () -> home.registry().versions("production"));
    home.registry().rebuild();
    assertEquals(Optional.of(release), home.registry().current(Home.NAME));
  }

  @Test
  void rowOfAnotherReleaseIsNoticed() {
    home.database().execute("update registry_event set release_digest = ?", Digest.of("other"));
    assertThrows(Failure.class, () -> home.registry().current(Home.NAME));
    assertThrows(Failure.class, () -> home.registry().rollback(Home.NAME, "admin"));
  }

  @Test
  void rowThatPointsAtAStatementIsNoticed() {
    home.database().execute("update registry_event set ledger_index = 0");
    Failure failure = assertThrows(Failure.class, () -> home.registry().current(Home.NAME));
    assertTrue(failure.getMessage().contains("ledger entry 0 does not say so"));
  }

  private Digest base() {
    byte[] json = home.artifacts().read(home.artifacts().find(release), Release.PART);
    return ((Release.Local) Release.parse(json, "release").backing()).base();
  }

  private boolean holds() {
    return home.admission().verify(release).stream().allMatch(Link::holds);
  }

  private Link firstBroken() {
    return home.admission().verify(release).stream()
        .filter(link -> !link.holds())
        .findFirst()
        .orElseThrow(() -> new AssertionError("nothing was noticed"));
  }

  private FileBlobStore blobs() {
    return new FileBlobStore(
        home.blobFolder(), FileKeyService.openOrCreate(folder.resolve("master.key")));
  }
}
