package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Settings;
import dev.moat.store.FileKeyService;
import dev.moat.store.KeyService;
import dev.moat.store.SqliteDatabase;
import dev.moat.trust.Project;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PseudonymVaultTest {
  private static final Duration DAY = Duration.ofHours(24);
  private static final ConversationScope CHAT = new ConversationScope("a", "1");
  private static final String MAIL = "jane.doe@example.org";

  @TempDir Path home;
  private Instant now = Instant.parse("2026-11-29T10:00:00Z");
  private KeyService keys;
  private FaultyDatabase database;
  private PseudonymVault vault;

  @BeforeEach
  void start() {
    keys = FileKeyService.openOrCreate(home.resolve("key"));
    database =
        new FaultyDatabase(
            SqliteDatabase.open(home.resolve("moat.db"), PseudonymVault.migrations()));
    vault = vault(keys);
  }

  private PseudonymVault vault(KeyService service) {
    return new PseudonymVault(database, service, () -> now, DAY);
  }

  @AfterEach
  void stop() {
    database.close();
  }

  private Map<String, String> keep(ConversationScope scope, String... values) {
    return keep(vault, scope, values);
  }

  private static Map<String, String> keep(
      PseudonymVault vault, ConversationScope scope, String... values) {
    Pseudonyms names = vault.open(() -> scope);
    for (String value : values) {
      names.replacement("email", value);
    }
    return vault.keep(names);
  }

  private int count(String table) {
    return (int)
        database
            .first("select count(*) as n from " + table, row -> row.number("n"))
            .orElse(0L)
            .longValue();
  }

  @Test
  void givesBackWhatWasKeptBefore() {
    Map<String, String> kept = keep(CHAT, MAIL, "b@example.org");
    assertEquals(2, kept.size());
    assertTrue(kept.containsValue(MAIL));
    assertEquals(kept, keep(CHAT));
    assertEquals(kept, keep(vault(keys), CHAT), "another node, or after a restart");
    assertEquals(3, keep(CHAT, "c@example.org", MAIL).size());
  }

  @Test
  void givesNothingToAnotherConversationOrTenant() {
    keep(CHAT, MAIL);
    assertEquals(Map.of(), keep(new ConversationScope("a", "2")));
    assertEquals(Map.of(), keep(new ConversationScope("b", "1")));
  }

  @Test
  void writesNothingThatIsThereAndFresh() {
    keep(CHAT, MAIL);
    database.writable(false);
    assertEquals(1, keep(CHAT, MAIL).size());
    now = now.plus(Duration.ofHours(13));
    assertThrows(Failure.class, () -> keep(CHAT, MAIL), "less than half of its life is left");
    database.writable(true);
    keep(CHAT, MAIL);
    now = now.plus(Duration.ofHours(23));
    assertEquals(1, keep(CHAT).size());
  }

  @Test
  void forgetsInTime() {
    keep(CHAT, MAIL);
    now = now.plus(DAY).minusMillis(1);
    assertEquals(1, keep(CHAT).size());
    now = now.plusMillis(1);
    assertEquals(Map.of(), keep(CHAT));
    keep(new ConversationScope("b", "1"), MAIL);
    assertEquals(1, count("serve_pseudonym"), "what is too old goes");
    assertEquals(1, count("serve_pseudonym_key"));
    assertEquals(1, keep(CHAT, MAIL).size());
  }

  @Test
  void failsWhereItCannotReadOrWrite() {
    database.writable(false);
    assertThrows(Failure.class, () -> keep(CHAT, MAIL));
    database.writable(true);
    database.readable(false);
    assertThrows(Failure.class, () -> keep(CHAT, MAIL));
    assertThrows(Failure.class, () -> keep(CHAT));
  }

  @Test
  void leavesAChangedRowUnreadUntilItsValueComesAgain() {
    Map<String, String> kept = keep(CHAT, MAIL);
    database.execute("update serve_pseudonym set sealed = ?", new byte[40]);
    assertEquals(Map.of(), keep(CHAT));
    assertEquals(kept, keep(CHAT, MAIL));
    assertEquals(kept, keep(CHAT));
  }

  @Test
  void leavesARowUnreadThatWasMoved() {
    String name = keep(CHAT, MAIL).keySet().iterator().next();
    keep(new ConversationScope("b", "1"), "b@example.org");
    database.execute(
        "update serve_pseudonym set conversation = ? where name = ?",
        new ConversationScope("b", "1").id(),
        name);
    Map<String, String> others = keep(new ConversationScope("b", "1"));
    assertFalse(others.containsValue(MAIL));
    assertEquals(1, others.size());
    database.execute("update serve_pseudonym set name = ?  where name = ?", "<EMAIL_x>", name);
    assertFalse(keep(new ConversationScope("b", "1")).containsValue(MAIL));
  }

  @Test
  void failsByTheWrongKeyAndByAChangedOne() {
    keep(CHAT, MAIL);
    PseudonymVault wrong = vault(FileKeyService.openOrCreate(home.resolve("other")));
    assertThrows(Failure.class, () -> keep(wrong, CHAT));
    assertThrows(Failure.class, () -> keep(wrong, CHAT, MAIL));
    database.execute("update serve_pseudonym_key set wrapped = ?", new byte[61]);
    assertThrows(Failure.class, () -> keep(CHAT, MAIL));
  }

  @Test
  void failsWhereANameStandsForAnotherValue() {
    Pseudonyms first = vault.open(() -> CHAT);
    String name = first.replacement("email", MAIL);
    first.values().put(name, "somebody@example.org");
    vault.keep(first);
    assertThrows(Failure.class, () -> keep(CHAT, MAIL));
  }

  @Test
  void shredsAConversationAlone() {
    keep(CHAT, MAIL);
    keep(new ConversationScope("a", "2"), MAIL);
    assertEquals(1, vault.shred(CHAT));
    assertEquals(0, vault.shred(CHAT));
    assertEquals(Map.of(), keep(CHAT));
    assertEquals(1, keep(new ConversationScope("a", "2")).size());
  }

  @Test
  void shredsATenantAlone() {
    keep(CHAT, MAIL);
    keep(new ConversationScope("a", "2"), MAIL);
    keep(new ConversationScope("b", "1"), MAIL);
    assertEquals(2, vault.shred("a"));
    assertEquals(Map.of(), keep(CHAT));
    assertEquals(1, keep(new ConversationScope("b", "1")).size());
    assertEquals(1, count("serve_pseudonym"));
  }

  @Test
  void shredsTheConversationThatItsCallerNamed() {
    ConversationScope named = ConversationScope.named("a", "case 7");
    keep(named, MAIL);
    keep(CHAT, MAIL);
    assertEquals(0, vault.shred("a", "case 8"));
    assertEquals(0, vault.shred("b", "case 7"));
    assertEquals(1, vault.shred("a", "case 7"));
    assertEquals(Map.of(), keep(named));
    assertEquals(1, keep(CHAT).size());
    assertEquals(named.id(), PseudonymVault.conversation("a", "case 7"));
  }

  @Test
  void shredsAProjectAndNoneThatBeginsAlike() {
    ConversationScope one = new ConversationScope("acme/shop/p1", "1");
    ConversationScope two = new ConversationScope("acme/shop/p2", "1");
    keep(one, MAIL);
    keep(two, MAIL);
    List<ConversationScope> others =
        List.of(
            new ConversationScope("acme/shop2/p1", "1"),
            new ConversationScope("acme/sho_/p1", "1"),
            new ConversationScope("other/shop/p1", "1"));
    others.forEach(scope -> keep(scope, MAIL));
    assertEquals(2, vault.shred(Project.parse("acme/shop")));
    assertEquals(0, vault.shred(Project.parse("acme/shop")));
    assertEquals(0, vault.shred(Project.parse("acme/s")));
    assertEquals(Map.of(), keep(one));
    assertEquals(Map.of(), keep(two));
    others.forEach(scope -> assertEquals(1, keep(scope).size(), scope.tenant()));
  }

  @Test
  void aWildcardInAProjectIsALetter() {
    ConversationScope scope = new ConversationScope("acme/shop/p1", "1");
    keep(scope, MAIL);
    assertEquals(0, vault.shred(Project.parse("acme/sho_")));
    assertEquals(1, keep(scope).size());
  }

  @Test
  void shredsNothingWhereItCannotWrite() {
    keep(CHAT, MAIL);
    database.writable(false);
    assertThrows(Failure.class, () -> vault.shred("a"));
    database.writable(true);
    assertEquals(1, keep(CHAT).size());
  }

  @Test
  void namesAValueAnewAfterItWasShredded() {
    Map<String, String> before = keep(CHAT, MAIL);
    vault.shred("a");
    assertEquals(before, keep(CHAT, MAIL), "the name does not come from the vault");
  }

  @Test
  void readsNothingOnceTheKeyIsGone() {
    keep(CHAT, MAIL);
    database.execute("delete from serve_pseudonym_key");
    assertEquals(Map.of(), keep(CHAT));
    assertEquals(1, keep(CHAT, "b@example.org").size());
    assertFalse(keep(CHAT).containsValue(MAIL), "a new key does not open the old row");
  }

  @Test
  void writesNoValueIntoTheFile() throws IOException {
    keep(CHAT, MAIL);
    database.close();
    try (var files = Files.list(home)) {
      for (Path file : files.toList()) {
        String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        assertFalse(bytes.contains("jane.doe"), file.toString());
      }
    }
  }

  @Test
  void keepsValuesForADayUnlessTheSettingsSayOtherwise() {
    assertEquals(DAY, PseudonymVault.life(Settings.standard().section("pseudonyms")));
  }
}
