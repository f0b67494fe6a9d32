package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a verdict says of how a text had to be read, with a small model. */
class FiredViewTest {
  private static final String ATTACK = Sentences.ATTACKS.getFirst();
  private static final Guard GUARD = SmallModel.guard();

  /** The view by which each disguise is seen. */
  private static final Map<String, String> VIEWS = views();

  private static Map<String, String> views() {
    Map<String, String> views = new TreeMap<>();
    for (String same : "spaced leet reversed upside-down base64 base32 hex percent".split(" ")) {
      views.put(same, same);
    }
    for (String same : "binary decimal octal places morse braille bidi pig-latin".split(" ")) {
      views.put(same, same);
    }
    for (String cut : List.of("emoji", "cut-often", "markdown", "tags-inside", "line-breaks")) {
      views.put(cut, "cut");
    }
    views.put("numbers", "leet");
    views.put("parenthesised", "spaced");
    views.put("base64-carried", "base64");
    views.put("base64-lines", "base64");
    views.put("base64-twice", "base64+base64");
    views.put("base64-of-hex", "base64+hex");
    views.put("hex-pairs", "hex");
    views.put("hex-escapes", "escape");
    views.put("unicode-escapes", "escape");
    views.put("quoted-printable", "percent");
    views.put("entities", "entity");
    views.put("entities-hex", "entity");
    views.put("rot13", "shift");
    views.put("caesar", "shift");
    views.put("reversed-words", "reversed");
    return views;
  }

  private static Verdict judge(String text) {
    return GUARD.judge(Channel.USER, text);
  }

  private static Set<String> fired(Verdict verdict) {
    return verdict.spans().stream()
        .filter(span -> span.type().equals(Head.INJECTION.type()))
        .map(Span::view)
        .filter(view -> !view.isEmpty())
        .collect(Collectors.toSet());
  }

  private static String disguised(String name, String text) {
    for (Evasion evasion : Evasions.all()) {
      if (evasion.name().equals(name)) {
        return evasion.apply(text, new Random(3));
      }
    }
    throw new IllegalArgumentException(name);
  }

  @Test
  void theSmallModelKnowsAttacksFromOrdinarySentences() {
    for (String sentence : Sentences.ATTACKS) {
      assertInstanceOf(Verdict.Block.class, judge(sentence), sentence);
    }
    for (String sentence : Sentences.ORDINARY) {
      assertInstanceOf(Verdict.Pass.class, judge(sentence), sentence);
    }
  }

  @Test
  void aVerdictNamesTheViewThatFired() {
    VIEWS.forEach(
        (name, view) -> {
          Verdict verdict = judge(disguised(name, ATTACK));
          assertInstanceOf(Verdict.Block.class, verdict, name);
          assertTrue(fired(verdict).contains(view), name + " fired " + fired(verdict));
        });
  }

  @Test
  void whatTheFoldShowsNeedsNoView() {
    for (String name :
        List.of("zero-width", "diacritics", "zalgo", "fullwidth", "mathematical", "cyrillic")) {
      Verdict verdict = judge(disguised(name, ATTACK));
      assertInstanceOf(Verdict.Block.class, verdict, name);
      assertEquals(Set.of(), fired(verdict), name);
    }
  }

  @Test
  void aViewThatFiredIsNamedBesideTheTextItself() {
    String text = ATTACK + ". " + disguised("base64", ATTACK);
    Verdict verdict = GUARD.judge(Channel.DATA, text); // there an attack is flagged and read on
    assertTrue(fired(verdict).contains("base64"), verdict.toString());
    assertTrue(
        verdict.spans().stream()
            .anyMatch(span -> span.type().equals(Head.INJECTION.type()) && span.view().isEmpty()));
  }

  @Test
  void theSpanOfAViewIsWhereItWasRead() {
    String filler = String.join(". ", Sentences.ORDINARY) + ". ";
    String disguised = disguised("rot13", ATTACK) + "\n";
    for (String before : List.of("", filler, filler.repeat(5))) {
      String text = before + "\n" + disguised;
      List<Span> seen =
          judge(text).spans().stream().filter(each -> each.view().equals("shift")).toList();
      String read = text.substring(seen.getFirst().start(), seen.getLast().end());
      assertEquals(disguised.substring(disguised.length() - read.length()), read);
      assertTrue(read.length() >= ATTACK.length(), read);
    }
  }

  @Test
  void ordinarySentencesInDisguisePass() {
    for (String sentence : Sentences.ORDINARY) {
      for (String name : VIEWS.keySet()) {
        assertEquals(Set.of(), fired(judge(disguised(name, sentence))), name);
      }
    }
  }

  @Test
  void anAttackIsSeenOnEachSideOfTheEndOfABlock() {
    String filler = String.join(". ", Sentences.ORDINARY) + ". ";
    String run = disguised("base64", ATTACK);
    for (int at = 3_900; at < 4_200; at += 20) {
      String text = filler.repeat(10).substring(0, at) + "\n" + run + "\n" + filler;
      assertInstanceOf(Verdict.Block.class, judge(text), "at " + at);
    }
  }
}
