package dev.moat.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.guard.Sensitive;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PseudonymsTest {
  private final Pseudonyms pseudonyms = new Pseudonyms(new TestKeys("one"));

  @Test
  void givesTheSameValueTheSameName() {
    Pseudonyms again = new Pseudonyms(new TestKeys("one"));
    assertEquals(pseudonyms.token("email", "a@b.org"), again.token("email", "a@b.org"));
  }

  @Test
  void givesOtherKeysTypesAndValuesOtherNames() {
    String token = pseudonyms.token("email", "a@b.org");
    assertNotEquals(token, new Pseudonyms(new TestKeys("two")).token("email", "a@b.org"));
    assertNotEquals(token, pseudonyms.token("person", "a@b.org"));
    assertNotEquals(token, pseudonyms.token("email", "b@b.org"));
  }

  @Test
  void namesTheTypeAndEightLetters() {
    assertTrue(pseudonyms.token("us-ssn", "1").matches("<US_SSN_[a-z]{8}>"));
    assertTrue(pseudonyms.token("email", "1").matches("<EMAIL_[a-z]{8}>"));
  }

  @Test
  void holdsTypeAndValueApart() {
    assertNotEquals(
        pseudonyms.token("ab", "c").substring(4), pseudonyms.token("a", "bc").substring(3));
  }

  @Test
  void spreadsNamesEvenly() {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < 20_000; i++) {
      names.add(pseudonyms.token("t", "value " + i));
    }
    assertTrue(names.size() >= 19_995, names.size() + " of 20000");
  }

  @Test
  void noDetectorTakesNameForFinding() {
    StringBuilder text = new StringBuilder();
    for (String type : List.of("email", "password", "card", "us-ssn", "ip-address", "person")) {
      for (int i = 0; i < 200; i++) {
        text.append("password = ").append(pseudonyms.token(type, "v" + i)).append(";\n");
      }
    }
    assertEquals(List.of(), Sensitive.find(text.toString()));
  }

  @Test
  void marksTellValuesApartAndNeedTheKey() {
    byte[] value = "value".getBytes(StandardCharsets.UTF_8);
    assertEquals(pseudonyms.mark(value), pseudonyms.mark(value.clone()));
    assertNotEquals(pseudonyms.mark(value), new Pseudonyms(new TestKeys("two")).mark(value));
    assertNotEquals(pseudonyms.mark("a", "bc"), pseudonyms.mark("ab", "c"));
    assertEquals(32, pseudonyms.mark("a").length());
  }

  @Test
  void labelsAreUpperCaseWords() {
    assertEquals("US_SSN", Pseudonyms.label("us-ssn"));
    assertEquals("AWS_ACCESS_KEY", Pseudonyms.label("aws-access-key"));
    assertEquals("A_B9", Pseudonyms.label("a.b9"));
  }
}
