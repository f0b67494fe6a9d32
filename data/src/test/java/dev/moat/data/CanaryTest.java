package dev.moat.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.guard.Sensitive;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class CanaryTest {
  private static final Canary CANARY = new Canary("The box reads {}.", "0042", 2, 10_000);

  @Test
  void saysItsSentence() {
    assertEquals("The box reads 0042.", CANARY.sentence());
  }

  @Test
  void candidatesAreTheSameSentenceWithOtherDigits() {
    assertEquals(CANARY.sentence(), CANARY.candidate(42));
    assertEquals("The box reads 0000.", CANARY.candidate(0));
    assertEquals("The box reads 9999.", CANARY.candidate(9999));
    assertThrows(IllegalArgumentException.class, () -> CANARY.candidate(10_000));
    assertThrows(IllegalArgumentException.class, () -> CANARY.candidate(-1));
  }

  @Test
  void readsWhatItWrites() {
    assertEquals(Optional.of(CANARY), Canary.parse(CANARY.toJson()));
    assertEquals(Optional.empty(), Canary.parse(Json.object().path("canary")));
  }

  @Test
  void refusesWhatIsMalformed() {
    assertThrows(Failure.class, () -> new Canary("no hole", "1", 1, 10));
    assertThrows(Failure.class, () -> new Canary("{}", "", 1, 10));
    assertThrows(Failure.class, () -> new Canary("{}", "1a", 1, 10));
    assertThrows(Failure.class, () -> new Canary("{}", "1", 0, 10));
    assertThrows(Failure.class, () -> new Canary("{}", "1", 1, 1));
    assertThrows(Failure.class, () -> Canary.parse(Json.object()));
  }

  @Test
  void madeCanariesDifferAndAreNotTakenForSensitive() {
    CanaryMaker maker = new CanaryMaker(new TestKeys("canary"));
    Set<String> secrets = new HashSet<>();
    for (int i = 0; i < 300; i++) {
      Canary canary = maker.make(Digest.of("documents " + i), 1);
      secrets.add(canary.secret());
      assertEquals(List.of(), Sensitive.find(canary.sentence()), canary.sentence());
      assertEquals(9, canary.secret().length());
    }
    assertEquals(300, secrets.size());
  }

  @Test
  void documentsOfOneCanaryDifferOnlyInTheirPlace() {
    Document first = CanaryMaker.document(CANARY, 0);
    Document second = CanaryMaker.document(CANARY, 1);
    assertEquals("The box reads 0042.\n", first.text());
    assertEquals(first.text(), second.text());
    assertTrue(!first.id().equals(second.id()) && !first.path().equals(second.path()));
  }
}
