package dev.moat.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Secret;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PasswordsTest {
  private final Passwords passwords = new Passwords(new SecureRandom());

  @Test
  void onlyTheSamePasswordMatches() {
    String hash = passwords.hash(Secret.of("correct horse battery"));
    assertTrue(passwords.matches(Secret.of("correct horse battery"), hash));
    for (String other :
        List.of(
            "",
            "correct horse batter",
            "correct horse battery ",
            "Correct horse battery",
            "correct horse battery\u0000")) {
      assertFalse(passwords.matches(Secret.of(other), hash), other);
    }
  }

  @Test
  void charactersBeyondAsciiCount() {
    String hash = passwords.hash(Secret.of("größte Übung 漢字 🙂"));
    assertTrue(passwords.matches(Secret.of("größte Übung 漢字 🙂"), hash));
    assertFalse(passwords.matches(Secret.of("grösste Übung 漢字 🙂"), hash));
  }

  @Test
  void eachHashHasItsOwnSalt() {
    Secret password = Secret.of("correct horse battery");
    assertNotEquals(passwords.hash(password), passwords.hash(password));
  }

  @Test
  void theFormIsTheUsualOne() {
    String hash = passwords.hash(Secret.of("correct horse battery"));
    assertTrue(
        hash.matches(
            "\\$argon2id\\$v=19\\$m=19456,t=2,p=1\\$[A-Za-z0-9+/]{22}\\$[A-Za-z0-9+/]{43}"),
        hash);
  }

  @Test
  void aHashOfAnotherFormIsAMistakeOfTheProgram() {
    for (String hash : List.of("", "$2a$10$abc", "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA")) {
      assertThrows(
          IllegalStateException.class, () -> passwords.matches(Secret.of("password"), hash));
    }
  }

  @Test
  void lengthsHaveBounds() {
    assertThrows(Failure.class, () -> passwords.hash(Secret.of("x".repeat(11))));
    assertThrows(Failure.class, () -> passwords.hash(Secret.of("x".repeat(257))));
    String longest = passwords.hash(Secret.of("x".repeat(256)));
    assertTrue(passwords.matches(Secret.of("x".repeat(256)), longest));
    assertFalse(passwords.matches(Secret.of("x".repeat(10_000)), longest));
  }

  @Test
  void manyAtOnceTakeTurns() {
    String hash = passwords.hash(Secret.of("correct horse battery"));
    long matches =
        IntStream.range(0, 8)
            .parallel()
            .filter(_ -> passwords.matches(Secret.of("correct horse battery"), hash))
            .count();
    assertEquals(8, matches);
  }
}
