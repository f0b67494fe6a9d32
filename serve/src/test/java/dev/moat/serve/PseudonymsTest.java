package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Json;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class PseudonymsTest {
  private static final String MAIL = "jane@example.org";

  private static Pseudonyms of(String tenant, String conversation, String installation) {
    return new Pseudonyms(
        () -> new ConversationScope(tenant, conversation), new FakeKeys(installation));
  }

  private static Pseudonyms of(String tenant, String conversation) {
    return of(tenant, conversation, "here");
  }

  private static String name(Pseudonyms names) {
    return names.replacement("email", MAIL);
  }

  @Test
  void areTheSameForTheSameValueOfAConversation() {
    Pseudonyms names = of("a", "1");
    assertEquals(name(names), name(names));
    assertEquals(name(names), name(of("a", "1")));
    assertEquals(Map.of(name(names), MAIL), names.values());
  }

  @Test
  void differByTenantConversationTypeValueAndKey() {
    String name = name(of("a", "1"));
    assertNotEquals(name, name(of("b", "1")));
    assertNotEquals(name, name(of("a", "2")));
    assertNotEquals(name, name(of("a", "1", "elsewhere")));
    assertNotEquals(name, of("a", "1").replacement("email", MAIL + "x"));
    String letters = name.substring(name.indexOf('_'));
    assertFalse(of("a", "1").replacement("phone", MAIL).endsWith(letters));
  }

  @Test
  void areNotMadeForMoreThanTheirNumber() {
    Pseudonyms names = of("a", "1");
    for (int i = 0; i < Pseudonyms.NAMES_MAX; i++) {
      assertTrue(names.replacement("email", "v" + i).startsWith("<EMAIL_"));
    }
    assertEquals("[redacted:email]", names.replacement("email", "one more"));
    assertTrue(names.replacement("email", "v0").startsWith("<EMAIL_"), "it has one already");
    assertEquals(Pseudonyms.NAMES_MAX, names.values().size());
  }

  @Test
  void areNotMadeForHalfACharacter() {
    assertEquals("[redacted:email]", of("a", "1").replacement("email", "a\uD83D"));
  }

  @Test
  void areReadFromATextThatHasThem() {
    Pseudonyms names = of("a", "1");
    names.read("nothing <b>here</b>");
    assertFalse(names.used());
    names.read("to <EMAIL_abcdefgh> and <EMAIL_abcdefgh>");
    assertTrue(names.used());
    assertEquals(Set.of("<EMAIL_abcdefgh>"), names.read());
  }

  @Test
  void tellTheLedgerNumbersOnly() {
    Pseudonyms names = of("a", "1");
    ObjectNode none = Json.object();
    names.describeQuestion(none);
    names.describeAnswer(none);
    assertTrue(none.isEmpty());
    name(names);
    names.answered(3, 1);
    ObjectNode told = Json.object();
    names.describeQuestion(told);
    names.describeAnswer(told);
    assertEquals("{\"pseudonymised\":1,\"restored\":3,\"unknown\":1}", Json.text(told));
  }

  @Test
  void doNotAskForTheConversationBeforeTheyNeedIt() {
    Pseudonyms names =
        new Pseudonyms(
            () -> {
              throw new AssertionError("asked");
            },
            new FakeKeys());
    names.read("<EMAIL_abcdefgh>");
    assertTrue(names.used());
  }
}
