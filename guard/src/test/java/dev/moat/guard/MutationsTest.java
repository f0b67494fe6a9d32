package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MutationsTest {
  private static final Mutations NONE = Mutations.of("");

  private static Set<String> otherWords(String thesaurus, String text) {
    Mutations mutations = Mutations.of(thesaurus);
    Random random = new Random(3);
    Set<String> made = new HashSet<>();
    for (int i = 0; i < 300; i++) {
      made.add(mutations.otherWords(text, random));
    }
    return made;
  }

  private static int wordsKept(String text, String changed) {
    String lower = changed.toLowerCase(Locale.ROOT);
    int kept = 0;
    for (String word : text.toLowerCase(Locale.ROOT).split(" ")) {
      kept += lower.contains(word) ? 1 : 0;
    }
    return kept;
  }

  @Test
  void aWordIsChangedForAnyOfItsGroup() {
    assertEquals(
        Set.of("ignore it", "forget it", "drop it"), otherWords("ignore|forget|drop", "ignore it"));
  }

  @Test
  void aPhraseOfSeveralWordsIsChangedAsAWhole() {
    assertEquals(
        Set.of("please pay no attention to it", "please ignore it"),
        otherWords("ignore|pay no attention to", "please pay no attention to it"));
  }

  @Test
  void onlyWholeWordsAreChanged() {
    for (String text : List.of("ignored it", "dignore it", "ignore2 it", "éignore it")) {
      assertEquals(Set.of(text), otherWords("ignore|forget", text));
    }
    assertEquals(
        Set.of("ignored, forget", "ignored, drop"), otherWords("forget|drop", "ignored, forget"));
  }

  @Test
  void aWordIsKnownInAnyCase() {
    assertEquals(
        Set.of("IGNORE it", "forget it", "ignore it"), otherWords("ignore|forget", "IGNORE it"));
  }

  @Test
  void commentsAndEmptyLinesAreNoGroups() {
    assertEquals(Set.of("#a b"), otherWords("# a|b\n\n   \n", "#a b"));
  }

  @Test
  void wordsInNoGroupStay() {
    assertEquals(Set.of("a plain text"), otherWords("ignore|forget\nrules|orders", "a plain text"));
    assertEquals(Set.of(""), otherWords("ignore|forget", ""));
  }

  @Test
  void aTextWhoseLettersGrowInLowerCaseIsLeftAlone() {
    assertEquals(Set.of("İ ignore"), otherWords("ignore|forget", "İ ignore"));
  }

  @Test
  void aChangedAttackKeepsMostOfItsWords() {
    Random random = new Random(4);
    int kept = 0;
    int all = 0;
    for (String attack : Sentences.ATTACKS) {
      for (int i = 0; i < 200; i++) {
        String changed = NONE.apply(attack, random);
        int words = attack.split(" ").length;
        assertTrue(wordsKept(attack, changed) * 3 >= words, attack + " became " + changed);
        kept += wordsKept(attack, changed);
        all += words;
      }
    }
    assertTrue(kept * 100 >= all * 93, kept + " of " + all);
  }

  @Test
  void aChangedAttackIsStillReadThroughADisguise() {
    Random random = new Random(5);
    for (Evasion evasion : Evasions.all()) {
      if (evasion.recovery() == Evasion.Recovery.ALL) {
        String changed = Mutations.of("rules|orders").otherWords(Sentences.ATTACKS.get(1), random);
        String disguised = evasion.apply(changed, random);
        int words = changed.split(" ").length;
        assertEquals(words, Sentences.recovered(changed, disguised), evasion.name());
      }
    }
  }

  @Test
  void mostChangesChangeSomething() {
    Random random = new Random(6);
    Mutations mutations = Mutations.of("ignore|forget\ninstructions|rules");
    Set<String> made = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      made.add(mutations.apply(Sentences.ATTACKS.getFirst(), random));
    }
    assertTrue(made.size() > 90, "" + made.size());
  }

  @Test
  void theSameChanceMakesTheSameChange() {
    for (int seed = 0; seed < 50; seed++) {
      String text = Sentences.ATTACKS.get(seed % Sentences.ATTACKS.size());
      assertEquals(NONE.apply(text, new Random(seed)), NONE.apply(text, new Random(seed)));
    }
  }

  @Test
  void anyTextCanBeChanged() {
    Random random = new Random(7);
    for (String text : List.of("", " ", "a", "ab", "\uD83D\uDE00", "\uD83D", "中文", "\n\n", "the")) {
      for (int i = 0; i < 200; i++) {
        String changed = NONE.apply(text, random);
        assertTrue(changed.length() <= text.length() * 2 + 150, changed);
        assertFalse(changed.contains("null"), changed);
      }
    }
  }
}
