package dev.moat.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Json;
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
    assertEquals(stored.digest(), home.registry().current("forged").orElseThrow());
    List<Link> links = home.admission().verify(stored.digest());
    assertFalse(links.getFirst().holds(), "what is loaded is judged again");
    home.registry().rebuild();
    assertTrue(home.registry().current("forged").isEmpty(), "the ledger knows of no such event");
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
