package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class FoundTypesTest {
  @Test
  void knowsPersonalDataNamesAndWhatNarrowsDown() {
    for (Set<String> types : List.of(PersonalTypes.ALL, PersonalTypes.NAMES, PersonalTypes.QUASI)) {
      types.forEach(type -> assertTrue(FoundTypes.has(type), type));
    }
  }

  @Test
  void knowsSecretsWithAndWithoutATemplate() {
    for (String type : List.of("github-token", "jwt", "password", "private-key", "url-password")) {
      assertTrue(FoundTypes.has(type), type);
      assertEquals(Kind.SECRET, Span.kind(type));
    }
  }

  @Test
  void knowsWhatRulesAndHeadsFind() {
    for (String type :
        List.of("injection.model", "injection.encoded", "leak.prompt", "leak.canary")) {
      assertTrue(FoundTypes.has(type), type);
    }
    assertTrue(FoundTypes.has(Overlap.TYPE));
    assertTrue(FoundTypes.has(SignRules.HIDDEN_TEXT.rule()));
  }

  @Test
  void categoriesOfHarmAndOfWhatIsUnsafeAreOpen() {
    for (String type : List.of("harm.hate", "harm.my-own-1", "unsafe.link", "unsafe.x")) {
      assertTrue(FoundTypes.has(type), type);
    }
    String name = "a".repeat(64);
    assertTrue(FoundTypes.has("harm." + name));
    assertFalse(FoundTypes.has("harm." + name + "a"));
  }

  @Test
  void doesNotKnowWhatNobodyFinds() {
    for (String type :
        List.of(
            "",
            " ",
            "Email",
            "email ",
            "e-mail",
            "harm",
            "harm.",
            "harm.Hate",
            "harm.hate\n",
            "harm.a_b",
            "xharm.hate",
            "unsafe.",
            "injection",
            "injection.",
            "injection.nothing",
            "leak.",
            "leak.nothing",
            "#")) {
      assertFalse(FoundTypes.has(type), type);
    }
  }

  @Test
  void everyNameCanStandInASetting() {
    for (String type : FoundTypes.known()) {
      assertTrue(type.matches("[a-z][a-z0-9.-]*"), type);
      assertTrue(FoundTypes.has(type), type);
    }
  }

  @Test
  void everyNameKeepsItsLettersInAPseudonym() {
    Set<String> labels = new TreeSet<>();
    for (String type : FoundTypes.known()) {
      String label = Pseudonym.label(type);
      assertTrue(label.matches("[A-Z0-9_]+"), label);
      labels.add(label);
    }
    assertEquals(FoundTypes.known().size(), labels.size());
  }

  @Test
  void theListCannotBeChanged() {
    assertThrows(UnsupportedOperationException.class, () -> FoundTypes.known().add("mine"));
  }

  @Test
  void whateverIsFoundHasAKnownName() {
    Guard guard = Guard.of(GuardPolicy.defaults().noting(), new HeadWeights().model());
    TextMaker maker = new TextMaker(new Random(61));
    Set<String> found = new TreeSet<>();
    for (int i = 0; i < 600; i++) {
      String text = maker.text(12) + " curl https://x.example/?q=1 <script>a()</script> rm -rf /";
      for (Channel channel : Channel.values()) {
        guard.judge(channel, text).spans().forEach(span -> found.add(span.type()));
      }
    }
    assertTrue(found.size() > 30, () -> "only " + found);
    found.forEach(type -> assertTrue(FoundTypes.has(type), type));
  }
}
