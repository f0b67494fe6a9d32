package dev.moat.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.store.Database;
import dev.moat.store.SqliteDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys that an earlier version issued. */
class KeyMigrationTest {
  private static final String TEXT = "mk_aaaaaaaaaa_" + "b".repeat(52);

  @TempDir Path folder;
  private Place place;

  @BeforeEach
  void issueAsBefore() throws GeneralSecurityException {
    place = new Place(folder);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(place.keys.derive("api-key-hash", 32), "HmacSHA256"));
    byte[] hash = mac.doFinal(TEXT.getBytes(StandardCharsets.US_ASCII));
    try (Database old =
        SqliteDatabase.open(folder.resolve("moat.db"), TrustSchema.migrations().subList(0, 2))) {
      old.execute(
          """
          insert into trust_key (id, name, prefix, hash, user_id, user_name, role, models, created,
            expires) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
          "k1",
          "laptop",
          "aaaaaaaaaa",
          hash,
          "u1",
          "carl",
          Role.CLIENT,
          "model-a\nmodel-b",
          Place.START,
          Place.START.plusSeconds(60));
    }
  }

  @Test
  void anOldKeyWorksAsItDid() {
    try (Database database = place.database();
        Ledger ledger = place.ledger()) {
      ApiKeys keys = new ApiKeys(database, ledger, place.keys, place.clock(), new SecureRandom());
      ApiKey key = keys.authenticate(TEXT).orElseThrow();
      assertEquals(Set.of("model-a", "model-b"), key.scope().models());
      assertEquals(Project.standard(), key.project());
      assertTrue(key.scope().permitsEndpoint("/v1/completions"));
      assertTrue(key.scope().permitsAllTools() && key.scope().permitsAllNetworks());
      assertEquals(Optional.of(Place.START.plusSeconds(60)), key.end());
      IssuedKey next = keys.rotate("k1", Duration.ZERO, "ann");
      assertFalse(keys.authenticate(TEXT).isPresent());
      assertEquals(key.scope(), next.key().scope());
    }
  }
}
