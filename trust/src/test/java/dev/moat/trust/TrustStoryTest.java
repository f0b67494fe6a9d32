package dev.moat.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Json;
import dev.moat.core.Secret;
import dev.moat.store.ArtifactKind;
import dev.moat.store.Artifacts;
import dev.moat.store.Database;
import dev.moat.store.FileBlobStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The room as a whole: from a first administrator to a proof that a stranger can check. */
class TrustStoryTest {
  @TempDir Path folder;

  private record Receipt(LedgerEvent event, long index, Checkpoint checkpoint, String key) {}

  private Receipt live(Place place) {
    FileBlobStore blobs = place.blobs();
    Artifacts artifacts = new Artifacts(blobs);
    try (Database database = place.database();
        Ledger ledger = place.ledger()) {
      SecureRandom random = new SecureRandom();
      Users users = new Users(database, ledger, place.clock(), random);
      ApiKeys keys = new ApiKeys(database, ledger, place.keys, place.clock(), random);
      Statements statements = new Statements(blobs, database, ledger, place.signingKey);

      Secret password = Secret.of("a long first password");
      Principal admin = users.create("admin", Role.ADMIN, password, "set-up");
      assertEquals(Optional.of(admin), users.authenticate("admin", password));
      Permissions.require(admin, Permission.MANAGE_KEYS);
      IssuedKey issued =
          keys.issue("client", admin, Project.standard(), Scopes.models("assistant"), admin.name());

      byte[] weights = "weights".getBytes(StandardCharsets.UTF_8);
      Digest model = artifacts.put(ArtifactKind.MODEL, Map.of("model", weights)).digest();
      statements.attest(
          new Statement(
              List.of(new Statement.Subject("model", model)),
              "https://example.org/scan/v1",
              Json.object().put("verdict", "clean")),
          admin.name());

      ApiKey key = keys.authenticate(issued.secret().reveal()).orElseThrow();
      assertTrue(key.permits("assistant"));
      assertEquals(1, statements.about(model, "https://example.org/scan/v1").size());
      long index =
          ledger.append(
              "exchange-opened",
              key.principal().name(),
              Json.object().put("model", model.hex()).put("key", key.id()));
      return new Receipt(
          ledger.event(index), index, ledger.checkpoint(), place.signingKey.verifyKey().text());
    }
  }

  @Test
  void aStrangerChecksAReceiptWithoutTheFolder() {
    Place place = new Place(folder);
    Receipt receipt = live(place);
    InclusionProof proof;
    try (Ledger ledger = place.ledger()) {
      proof = ledger.prove(receipt.index(), receipt.checkpoint().size());
    }
    Checkpoint checkpoint = Checkpoint.parse(receipt.checkpoint().note());
    assertTrue(checkpoint.isSignedBy(VerifyKey.parse(receipt.key())));
    assertTrue(proof.verify(Entries.of(receipt.event()), checkpoint.root()));
    LedgerEvent forged =
        new LedgerEvent(
            receipt.event().type(), receipt.event().time(), "someone else", receipt.event().body());
    assertFalse(proof.verify(Entries.of(forged), checkpoint.root()));
  }

  @Test
  void theLedgerTellsTheStoryInOrder() {
    Place place = new Place(folder);
    live(place);
    LedgerReader reader = LedgerReader.open(place.ledgerFolder(), place.signingKey.verifyKey());
    assertEquals(
        List.of("user-created", "key-issued", "statement", "exchange-opened"),
        List.of(
            reader.event(0).type(),
            reader.event(1).type(),
            reader.event(2).type(),
            reader.event(3).type()));
    assertEquals("set-up", reader.event(0).actor());
    assertEquals("admin", reader.event(1).actor());
  }

  @Test
  void noSecretIsInTheLedger() throws IOException {
    Place place = new Place(folder);
    live(place);
    try (var files = Files.walk(place.ledgerFolder())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        assertFalse(text.contains("a long first password"), file.toString());
        assertFalse(text.contains("argon2id"), file.toString());
        assertFalse(text.matches("(?s).*mk_[a-z2-7]{10}_[a-z2-7]{52}.*"), file.toString());
        assertFalse(text.contains("weights"), file.toString());
      }
    }
  }

  @Test
  void aRestoredCopyOfTheHomeIsWhole() throws IOException {
    Place place = new Place(folder.resolve("home"));
    Receipt receipt = live(place);
    Path copy = folder.resolve("copy");
    try (var files = Files.walk(place.root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path to = copy.resolve(place.root.relativize(file).toString());
        Files.createDirectories(to.getParent());
        Files.copy(file, to, StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    Place restored = new Place(copy);
    assertEquals(place.signingKey.id(), restored.signingKey.id());
    try (Database database = restored.database();
        Ledger ledger = restored.ledger()) {
      assertEquals(receipt.event(), ledger.event(receipt.index()));
      Digest model = new Digest(receipt.event().body().path("model").stringValue());
      Statements statements =
          new Statements(restored.blobs(), database, ledger, restored.signingKey);
      assertEquals(1, statements.about(model).size());
      new Artifacts(restored.blobs()).verify(new Artifacts(restored.blobs()).find(model));
      assertEquals(receipt.index() + 1, ledger.append("restored", "operator", Json.object()));
    }
    assertTrue(
        LedgerVerifier.verify(
                restored.ledgerFolder(), receipt.key(), Optional.of(receipt.checkpoint()))
            .holds());
  }
}
