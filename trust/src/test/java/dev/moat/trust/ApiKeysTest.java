package dev.moat.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.store.Database;
import dev.moat.store.FileKeyService;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiKeysTest {
  private static final Principal OWNER = new Principal("u1", "carl", Role.CLIENT);

  @TempDir Path folder;
  private Place place;
  private Database database;
  private Ledger ledger;
  private ApiKeys keys;

  @BeforeEach
  void open() {
    place = new Place(folder);
    database = place.database();
    ledger = place.ledger();
    keys = reopened();
  }

  @AfterEach
  void close() {
    database.close();
    ledger.close();
  }

  private ApiKeys reopened() {
    return new ApiKeys(database, ledger, place.keys, place.clock(), new SecureRandom());
  }

  private IssuedKey issue(String name, Optional<Instant> expires) {
    return keys.issue(name, OWNER, Project.standard(), Scopes.models(expires, "*"), "ann");
  }

  private IssuedKey issue() {
    return issue("laptop", Optional.empty());
  }

  @Test
  void theSecretOfAnIssuedKeyAuthenticates() {
    IssuedKey issued = issue();
    String text = issued.secret().reveal();
    assertEquals(Optional.of(issued.key()), keys.authenticate(text));
    assertEquals(Optional.of(issued.key()), keys.authenticate("Bearer " + text));
    assertEquals(Optional.of(issued.key()), keys.authenticate("bearer  " + text + " "));
    assertEquals(OWNER, issued.key().principal());
  }

  @Test
  void theTextHasPrefixAndTwoHundredFiftySixBits() {
    IssuedKey issued = issue();
    assertTrue(issued.secret().reveal().matches("mk_[a-z2-7]{10}_[a-z2-7]{52}"));
    assertTrue(issued.secret().reveal().startsWith("mk_" + issued.key().prefix() + "_"));
    assertEquals("***", issued.secret().toString());
  }

  @Test
  void noChangedTextAuthenticates() {
    String text = issue().secret().reveal();
    for (int at = 0; at < text.length(); at++) {
      for (char other : new char[] {'a', '7', 'A', '_', ' ', 'ü'}) {
        String changed = text.substring(0, at) + other + text.substring(at + 1);
        boolean same = changed.equals(text);
        assertEquals(same, keys.authenticate(changed).isPresent(), changed);
      }
    }
    assertEquals(Optional.empty(), keys.authenticate(text + "a"));
    assertEquals(Optional.empty(), keys.authenticate(text.substring(1)));
    assertEquals(Optional.empty(), keys.authenticate(""));
    assertEquals(Optional.empty(), keys.authenticate("Bearer "));
    assertEquals(Optional.empty(), keys.authenticate("Basic " + text));
  }

  @Test
  void aSecretUnderAnotherPrefixDoesNotAuthenticate() {
    KeyText one = KeyText.parse(issue().secret().reveal()).orElseThrow();
    KeyText two = KeyText.parse(issue().secret().reveal()).orElseThrow();
    assertEquals(
        Optional.empty(), keys.authenticate(new KeyText(one.prefix(), two.secret()).format()));
  }

  @Test
  void keysSurviveReopening() {
    IssuedKey plain = issue();
    IssuedKey scoped =
        keys.issue(
            "ci",
            Principal.client(new Project("acme", "search"), "robot"),
            new Project("acme", "search"),
            Scopes.narrow(Place.START.plusSeconds(60)),
            "ann");
    ApiKeys again = reopened();
    assertEquals(Optional.of(plain.key()), again.authenticate(plain.secret().reveal()));
    assertEquals(Optional.of(scoped.key()), again.authenticate(scoped.secret().reveal()));
    assertEquals(Set.copyOf(keys.list()), Set.copyOf(again.list()));
  }

  @Test
  void anExpiredKeyIsRefusedFromItsMomentOn() {
    IssuedKey issued = issue("short", Optional.of(Place.START.plusSeconds(60)));
    place.now.set(Place.START.plusSeconds(60).minusMillis(1));
    assertTrue(keys.authenticate(issued.secret().reveal()).isPresent());
    place.now.set(Place.START.plusSeconds(60));
    assertEquals(Optional.empty(), keys.authenticate(issued.secret().reveal()));
  }

  @Test
  void aRevokedKeyIsRefusedAtOnceAndForGood() {
    IssuedKey issued = issue();
    IssuedKey other = issue();
    keys.revoke(issued.key().id(), "ann");
    assertEquals(Optional.empty(), keys.authenticate(issued.secret().reveal()));
    assertTrue(keys.authenticate(other.secret().reveal()).isPresent());
    assertEquals(Optional.empty(), reopened().authenticate(issued.secret().reveal()));
    keys.revoke(issued.key().id(), "ann");
    ApiKey listed =
        reopened().list().stream()
            .filter(key -> key.id().equals(issued.key().id()))
            .findFirst()
            .orElseThrow();
    assertEquals(Optional.of(Place.START), listed.life().revoked());
  }

  @Test
  void anUnknownKeyCannotBeRevoked() {
    Failure failure = assertThrows(Failure.class, () -> keys.revoke("nothing", "ann"));
    assertInstanceOf(Problem.Missing.class, failure.problem());
  }

  @Test
  void issuingAndRevokingIsInTheLedgerWithoutTheSecret() {
    IssuedKey issued = issue("laptop", Optional.of(Place.START.plusSeconds(5)));
    keys.revoke(issued.key().id(), "bob");
    keys.revoke(issued.key().id(), "bob");
    assertEquals(2, ledger.size());
    LedgerEvent event = ledger.event(0);
    assertEquals("key-issued", event.type());
    assertEquals("ann", event.actor());
    assertEquals(issued.key().prefix(), event.body().path("prefix").stringValue());
    assertFalse(event.body().toString().contains(issued.secret().reveal().substring(15)));
    assertEquals("key-revoked", ledger.event(1).type());
    assertEquals("bob", ledger.event(1).actor());
  }

  @Test
  void theSecretIsNowhereOnTheDisk() throws Exception {
    String text = issue().secret().reveal();
    String secret = KeyText.parse(text).orElseThrow().secret();
    database.close();
    ledger.close();
    try (var files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String raw = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        assertFalse(raw.contains(secret), file.toString());
      }
    }
  }

  @Test
  void anotherMasterKeyDoesNotKnowTheKeys() {
    String text = issue().secret().reveal();
    FileKeyService other = FileKeyService.openOrCreate(folder.resolve("other.key"));
    ApiKeys foreign = new ApiKeys(database, ledger, other, place.clock(), new SecureRandom());
    assertEquals(Optional.empty(), foreign.authenticate(text));
  }

  @Test
  void scopesNameModelsOrAll() {
    ApiKey all = issue().key();
    ApiKey one =
        keys.issue("one", OWNER, Project.standard(), Scopes.models("model-a"), "ann").key();
    assertTrue(all.permits("anything"));
    assertTrue(one.permits("model-a"));
    assertFalse(one.permits("model-b"));
    assertFalse(one.permits("*"));
  }

  @Test
  void refusesMalformedKeys() {
    Optional<Instant> never = Optional.empty();
    assertThrows(Failure.class, () -> issue("", never));
    assertThrows(Failure.class, () -> issue(" ", never));
    assertThrows(Failure.class, () -> issue("x".repeat(129), never));
    assertThrows(Failure.class, () -> issue("a", Optional.of(Place.START)));
    assertEquals(0, keys.list().size());
    assertEquals(0, ledger.size());
    assertEquals("x".repeat(128), issue("x".repeat(128), never).key().name());
  }

  @Test
  void aScopeMustFitIntoTheLedger() {
    String[] fits = names(63, 256);
    keys.issue("a", OWNER, Project.standard(), Scopes.models(fits), "ann");
    String[] large = names(64, 256);
    assertThrows(
        Failure.class,
        () -> keys.issue("a", OWNER, Project.standard(), Scopes.models(large), "ann"));
    String[] wide = names(63, 256);
    for (int i = 0; i < wide.length; i++) {
      wide[i] = wide[i].replace('x', '語');
    }
    keys.issue("a", OWNER, Project.standard(), Scopes.models(wide), "ann");
    assertEquals(2, ledger.size());
  }

  private static String[] names(int count, int characters) {
    String[] names = new String[count];
    for (int i = 0; i < count; i++) {
      String number = Integer.toString(100 + i);
      names[i] = number + "x".repeat(characters - number.length());
    }
    return names;
  }

  @Test
  void keysAreListedOldestFirst() {
    issue("first", Optional.empty());
    place.now.set(Place.START.plusSeconds(1));
    issue("second", Optional.empty());
    assertEquals(List.of("first", "second"), keys.list().stream().map(ApiKey::name).toList());
  }

  @Test
  void mutatedTextsNeverParseAsOtherForms() {
    byte[] good = issue().secret().reveal().getBytes(StandardCharsets.UTF_8);
    Random random = new Random(14);
    int refused = 0;
    for (int i = 0; i < 5_000; i++) {
      String text = new String(Mutations.mutate(good, random), StandardCharsets.UTF_8);
      Optional<KeyText> parsed = KeyText.parse(text);
      if (parsed.isEmpty()) {
        refused++;
      } else {
        assertEquals(text, parsed.get().format());
        assertFalse(parsed.get().toString().contains(parsed.get().secret()));
      }
    }
    assertTrue(refused > 3_000);
  }
}
