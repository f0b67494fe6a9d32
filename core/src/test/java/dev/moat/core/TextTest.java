package dev.moat.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class TextTest {
  @Test
  void aMistypedNameFindsItsNeighbour() {
    List<String> known = List.of("port", "host", "upstream");
    assertEquals(Optional.of("port"), Text.nearest("prot", known));
    assertEquals(Optional.of("upstream"), Text.nearest("upsteam", known));
    assertEquals(Optional.empty(), Text.nearest("zzzzzzzzzzzz", known));
    assertEquals(Optional.empty(), Text.nearest("p".repeat(100), known));
  }

  @Test
  void aShortenedTextIsOneLine() {
    assertEquals("a b", Text.shortened("a\nb", 10));
    assertEquals("ab…", Text.shortened("abc", 2));
  }

  @Test
  void bytesAreForPeople() {
    assertEquals("1023 B", Text.bytes(1023));
    assertEquals("1.5 KiB", Text.bytes(1536));
    assertEquals("2.0 MiB", Text.bytes(2 << 20));
  }

  @Test
  void aSecretNeverShows() {
    Secret secret = Secret.of("hunter2");
    assertEquals("***", secret.toString());
    assertEquals("hunter2", secret.reveal());
    assertEquals(secret, Secret.of("hunter2"));
    assertNotEquals(secret, Secret.of("hunter3"));
  }

  @Test
  void identifiersSortByTimeAndCarryTheirVersion() {
    Random random = new Random(1);
    String early = new Ids(() -> Instant.ofEpochMilli(1_000), random).next();
    String late = new Ids(() -> Instant.ofEpochMilli(2_000), random).next();
    assertTrue(early.compareTo(late) < 0);
    assertEquals(36, late.length());
    assertEquals('7', late.charAt(14));
    assertTrue("89ab".indexOf(late.charAt(19)) >= 0);
  }

  @Test
  void silentProgressNeverCancels() {
    Progress.none().checkCancelled("work");
    assertFalse(Progress.none().cancelled());
  }

  @Test
  void cancelledWorkFailsAsBusy() {
    Progress cancelled =
        new Progress() {
          @Override
          public void advance(long done, long total, String detail) {}

          @Override
          public boolean cancelled() {
            return true;
          }
        };
    Failure failure = assertThrows(Failure.class, () -> cancelled.checkCancelled("tuning"));
    assertTrue(failure.problem() instanceof Problem.Busy);
    assertTrue(failure.getMessage().startsWith("tuning: cancelled"));
  }

  @Test
  void aBrokenProblemIsTheCauseOfItsFailure() {
    Exception cause = new Exception("disk");
    assertEquals(cause, Failure.broken("store", cause).getCause());
  }
}
