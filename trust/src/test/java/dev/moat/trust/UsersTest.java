package dev.moat.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.core.Secret;
import dev.moat.store.Database;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsersTest {
  private static final Secret PASSWORD = Secret.of("correct horse battery");
  private static final Secret WRONG = Secret.of("incorrect horse battery");

  @TempDir Path folder;
  private Place place;
  private Database database;
  private Ledger ledger;
  private Users users;

  @BeforeEach
  void open() {
    place = new Place(folder);
    database = place.database();
    ledger = place.ledger();
    users = new Users(database, ledger, place.clock(), new SecureRandom());
  }

  @AfterEach
  void close() {
    database.close();
    ledger.close();
  }

  @Test
  void theRightPasswordGivesThePrincipal() {
    Principal ann = users.create("ann", Role.ADMIN, PASSWORD, "set-up");
    assertEquals(Optional.of(ann), users.authenticate("ann", PASSWORD));
    assertEquals(Role.ADMIN, ann.role());
    assertEquals(ann, users.byId(ann.id()));
  }

  @Test
  void wrongPasswordsAndUnknownNamesGiveNothing() {
    users.create("ann", Role.ADMIN, PASSWORD, "set-up");
    assertEquals(Optional.empty(), users.authenticate("ann", WRONG));
    assertEquals(Optional.empty(), users.authenticate("ann", Secret.of("")));
    assertEquals(Optional.empty(), users.authenticate("ann", Secret.of("x".repeat(100_000))));
    assertEquals(Optional.empty(), users.authenticate("bob", PASSWORD));
    assertEquals(Optional.empty(), users.authenticate("x".repeat(129), PASSWORD));
    assertEquals(Optional.empty(), users.authenticate("Ann", PASSWORD));
  }

  @Test
  void theCreationIsInTheLedgerWithoutThePassword() {
    Principal ann = users.create("ann", Role.ENGINEER, PASSWORD, "boss");
    LedgerEvent event = ledger.event(0);
    assertEquals("user-created", event.type());
    assertEquals("boss", event.actor());
    assertEquals(ann.id(), event.body().path("id").stringValue());
    assertEquals("ENGINEER", event.body().path("role").stringValue());
    assertFalse(event.body().toString().contains("argon2"));
  }

  @Test
  void thePasswordIsKeptAsArgon2idOnly() throws Exception {
    users.create("ann", Role.ADMIN, PASSWORD, "set-up");
    users.create("bob", Role.ADMIN, PASSWORD, "set-up");
    List<String> hashes =
        database.query("select password from trust_user", row -> row.text("password"));
    assertTrue(hashes.getFirst().startsWith("$argon2id$v=19$m=19456,t=2,p=1$"));
    assertNotEquals(hashes.get(0), hashes.get(1));
    database.close();
    String raw =
        new String(Files.readAllBytes(folder.resolve("moat.db")), StandardCharsets.ISO_8859_1);
    assertFalse(raw.contains(PASSWORD.reveal()));
    database = place.database();
  }

  @Test
  void usersAreListedByName() {
    users.create("carl", Role.CLIENT, PASSWORD, "set-up");
    users.create("ann", Role.ADMIN, PASSWORD, "set-up");
    assertEquals(List.of("ann", "carl"), users.list().stream().map(Principal::name).toList());
  }

  @Test
  void aNameIsTakenOnce() {
    users.create("ann", Role.ADMIN, PASSWORD, "set-up");
    Failure failure =
        assertThrows(Failure.class, () -> users.create("ann", Role.CLIENT, PASSWORD, "set-up"));
    assertTrue(failure.getMessage().contains("exists already"));
    assertEquals(1, users.list().size());
    assertEquals(1, ledger.size());
  }

  @Test
  void refusesMalformedNamesAndWeakPasswords() {
    for (String name : List.of("", " ", "a b", "-a", "a\nb", "x".repeat(129), "a/b")) {
      assertThrows(Failure.class, () -> users.create(name, Role.CLIENT, PASSWORD, "set-up"));
    }
    for (String password : List.of("", "elevenchars", "x".repeat(257))) {
      assertThrows(
          Failure.class, () -> users.create("ann", Role.CLIENT, Secret.of(password), "set-up"));
    }
    assertEquals(0, users.list().size());
    users.create("twelve", Role.CLIENT, Secret.of("twelve chars"), "set-up");
    users.create("long", Role.CLIENT, Secret.of("x".repeat(256)), "set-up");
    assertTrue(users.authenticate("long", Secret.of("x".repeat(256))).isPresent());
    assertTrue(users.authenticate("long", Secret.of("x".repeat(257))).isEmpty());
  }

  @Test
  void anUnknownIdIsMissing() {
    Failure failure = assertThrows(Failure.class, () -> users.byId("nobody"));
    assertInstanceOf(Problem.Missing.class, failure.problem());
  }

  @Test
  void manyFailuresMustWaitEvenWithTheRightPassword() {
    users.create("ann", Role.ADMIN, PASSWORD, "set-up");
    for (int i = 0; i < Throttle.FREE_FAILURES; i++) {
      assertEquals(Optional.empty(), users.authenticate("ann", WRONG));
    }
    Failure failure = assertThrows(Failure.class, () -> users.authenticate("ann", PASSWORD));
    Problem.Busy busy = assertInstanceOf(Problem.Busy.class, failure.problem());
    assertEquals(Duration.ofSeconds(1), busy.retryAfter());
    place.now.updateAndGet(now -> now.plusSeconds(1));
    assertTrue(users.authenticate("ann", PASSWORD).isPresent());
    assertEquals(Optional.empty(), users.authenticate("ann", WRONG));
    assertTrue(users.authenticate("ann", PASSWORD).isPresent());
  }

  @Test
  void waitsDoubleUpToFifteenMinutes() {
    Throttle throttle = new Throttle(place.clock());
    for (int i = 0; i < Throttle.FREE_FAILURES; i++) {
      throttle.attempt("ann");
    }
    long[] waits = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900};
    for (long seconds : waits) {
      Failure failure = assertThrows(Failure.class, () -> throttle.attempt("ann"));
      Problem.Busy busy = assertInstanceOf(Problem.Busy.class, failure.problem());
      assertEquals(Duration.ofSeconds(seconds), busy.retryAfter());
      place.now.updateAndGet(now -> now.plusSeconds(seconds - 1).plusMillis(999));
      assertThrows(Failure.class, () -> throttle.attempt("ann"));
      place.now.updateAndGet(now -> now.plusMillis(1));
      throttle.attempt("ann");
    }
  }

  @Test
  void aClockThatJumpsBackDoesNotShortenTheWait() {
    Throttle throttle = new Throttle(place.clock());
    for (int i = 0; i < Throttle.FREE_FAILURES; i++) {
      throttle.attempt("ann");
    }
    place.now.updateAndGet(now -> now.minusSeconds(3_600));
    Failure failure = assertThrows(Failure.class, () -> throttle.attempt("ann"));
    assertInstanceOf(Problem.Busy.class, failure.problem());
  }

  @Test
  void aClockThatJumpsBackDoesNotLengthenTheWait() {
    Throttle throttle = new Throttle(place.clock());
    for (int i = 0; i < Throttle.FREE_FAILURES; i++) {
      throttle.attempt("ann");
    }
    place.now.set(Place.START.minus(Duration.ofDays(1)));
    assertThrows(Failure.class, () -> throttle.attempt("ann"));
    place.now.updateAndGet(now -> now.plusSeconds(1));
    throttle.attempt("ann");
  }

  @Test
  void theTableOfFailuresIsBounded() {
    Throttle throttle = new Throttle(place.clock());
    for (int i = 0; i < Throttle.FREE_FAILURES; i++) {
      throttle.attempt("oldest");
    }
    assertThrows(Failure.class, () -> throttle.attempt("oldest"));
    for (int i = 0; i < Throttle.NAMES_MAX + 1; i++) {
      throttle.attempt("name" + i);
    }
    throttle.attempt("oldest");
    throttle.succeeded("oldest");
    throttle.attempt("oldest");
  }

  @Test
  void rolesHaveExactlyTheirPermissions() {
    for (Permission permission : Permission.values()) {
      assertTrue(Permissions.permits(Role.ADMIN, permission));
      assertEquals(
          permission != Permission.MANAGE_KEYS && permission != Permission.MANAGE_USERS,
          Permissions.permits(Role.ENGINEER, permission));
      assertEquals(permission == Permission.INFER, Permissions.permits(Role.CLIENT, permission));
    }
  }

  @Test
  void aMissingPermissionIsDeniedByName() {
    Principal client = new Principal("1", "carl", Role.CLIENT);
    Permissions.require(client, Permission.INFER);
    Failure failure =
        assertThrows(Failure.class, () -> Permissions.require(client, Permission.MANAGE_KEYS));
    Problem.Denied denied = assertInstanceOf(Problem.Denied.class, failure.problem());
    assertEquals("manage-keys", denied.rule());
    assertTrue(denied.message().contains("carl"));
  }
}
