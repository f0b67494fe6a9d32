package dev.moat.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.guard.Sensitive;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class RedactorTest {
  private static final Identity JANE = new Identity("Jane Roe", "jane.roe@initech.com");
  private final Pseudonyms pseudonyms = new Pseudonyms(new TestKeys("one"));
  private final Redactor redactor = new Redactor(pseudonyms, Identities.of(List.of(JANE)));

  @Test
  void leavesHarmlessTextAsItIs() {
    Redacted redacted = redactor.redact("int a = 1;\n").orElseThrow();
    assertEquals("int a = 1;\n", redacted.text());
    assertEquals(Map.of(), redacted.counts());
  }

  @Test
  void takesEveryKindOut() {
    for (Planted planted : Planted.values()) {
      String text = "before\n" + planted.inContext() + "\nafter\n";
      Redacted redacted = redactor.redact(text).orElseThrow();
      assertFalse(redacted.text().contains(planted.trace()), planted + ": " + redacted.text());
      assertTrue(redacted.text().startsWith("before\n"), redacted.text());
      assertTrue(redacted.text().endsWith("\nafter\n"), redacted.text());
      assertEquals(1, redacted.counts().values().stream().mapToInt(n -> n).sum(), text);
    }
  }

  @Test
  void givesTheSameValueTheSameNameInAllTexts() {
    String first = redacted("write to Jane.Roe@Initech.com now");
    String second = redacted("jane.roe@initech.com");
    assertEquals("write to " + second + " now", first);
  }

  @Test
  void namesPeopleTheSameInTextsAndAsAuthors() {
    assertEquals("@author " + redactor.person(JANE), redacted("@author Jane Roe"));
    assertEquals("see " + redactor.person(JANE), redacted("see Roe, Jane"));
  }

  @Test
  void ignoresSpacingOfNumbers() {
    assertEquals(
        redacted("card number 4539 1488 0343 6467"), redacted("card number 4539-1488-0343-6467"));
  }

  @Test
  void countsByType() {
    Redacted redacted =
        redactor
            .redact("Jane Roe, " + Planted.EMAIL.text() + ", x.y@initech.com, Jane Roe")
            .orElseThrow();
    assertEquals(Map.of("EMAIL", 2, "PERSON", 2), redacted.counts());
  }

  @Test
  void prefersAddressToTheNameInIt() {
    assertTrue(redacted("mail jane.roe@initech.com").matches("mail <EMAIL_[a-z]{8}>"));
  }

  @Test
  void seesThroughTheMarksOfPaths() {
    for (String path :
        List.of(
            "keys/" + Planted.AWS_KEY.text() + ".txt",
            "dump_" + Planted.AWS_KEY.text() + "_old.csv",
            "people/" + Planted.SSN.text() + ".txt",
            "mail_" + Planted.EMAIL.text() + "_sent/1.txt",
            "home/jane.roe/.profile")) {
      String shown = redactor.redactPath(path).orElseThrow().text();
      assertTrue(shown.contains("<"), path + " -> " + shown);
      assertFalse(shown.contains(Planted.AWS_KEY.trace()), shown);
      assertFalse(shown.contains(Planted.SSN.trace()), shown);
      assertFalse(shown.contains("jane"), shown);
    }
  }

  @Test
  void leavesOrdinaryPathsAsTheyAre() {
    String path = "core/src/main/java/dev/moat/core/Digest.java";
    assertEquals(path, redactor.redactPath(path).orElseThrow().text());
  }

  @Test
  void redactedTextStaysAsItIs() {
    for (Planted planted : Planted.values()) {
      String once = redacted(planted.inContext() + " by Jane Roe");
      assertEquals(once, redacted(once));
    }
  }

  @Test
  void nothingIsFoundInWhatItGivesBack() {
    SplittableRandom random = new SplittableRandom(19);
    List<Planted> kinds = List.of(Planted.values());
    for (int round = 0; round < 400; round++) {
      StringBuilder text = new StringBuilder();
      for (int n = 1 + random.nextInt(6); n > 0; n--) {
        Planted planted = kinds.get(random.nextInt(kinds.size()));
        text.append(random.nextBoolean() ? planted.inContext() : planted.text());
        text.append(List.of("", " ", "\n", "/", "\"", ",", ": ").get(random.nextInt(7)));
        text.append(random.nextInt(4) == 0 ? " Jane Roe " : "");
      }
      redactor
          .redact(text.toString())
          .ifPresent(
              redacted -> {
                assertFalse(redacted.text().contains("Jane Roe"), redacted.text());
                assertTrue(
                    Sensitive.find(redacted.text()).stream()
                        .allMatch(s -> redacted.draft().isPseudonym(s.start(), s.end())),
                    redacted.text());
              });
    }
  }

  @Test
  void keepsPseudonymsOfDraftItIsGiven() {
    Draft draft = new Draft("author ").appendPseudonym(redactor.person(JANE));
    assertEquals(draft.text(), redactor.redact(draft).orElseThrow().text());
  }

  private String redacted(String text) {
    return redactor.redact(text).orElseThrow().text();
  }

  @Test
  void givesAnAddressTheSameNameInsideOfUrls() {
    assertEquals(
        "?mail=" + redacted("x.y@initech.com") + "&a=1", redacted("?mail=x.y%40initech.com&a=1"));
  }

  @Test
  void leavesTheEscapesOfLiteralsInPlace() {
    String redacted =
        redacted("\"call\\n415-555-2671\\nor {\\\"password\\\":\\\"hX7!kq29Lm\\\"}\"");
    assertTrue(
        redacted.matches(
            "\"call\\\\n<PHONE_[a-z]{8}>\\\\nor "
                + "\\{\\\\\"password\\\\\":\\\\\"<PASSWORD_[a-z]{8}>\\\\\"}\""),
        redacted);
  }
}
