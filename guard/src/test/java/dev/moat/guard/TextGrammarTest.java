package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TextGrammarTest {
  private static TextGrammar parse(String... lines) {
    return TextGrammar.parse(String.join("\n", lines), "my.grammar");
  }

  /** All texts that the only block makes in many tries. */
  private static Set<String> made(String... lines) {
    TextGrammar grammar = parse(lines);
    TextGrammar.Block block = grammar.blocks().getFirst();
    Random random = new Random(1);
    Set<String> made = new HashSet<>();
    for (int i = 0; i < 400; i++) {
      made.add(grammar.make(block, random));
    }
    return made;
  }

  private static void assertRefused(String expected, String... lines) {
    Failure failure = assertThrows(Failure.class, () -> parse(lines));
    assertEquals("my.grammar " + expected + "; see docs/guard.md", failure.getMessage());
  }

  @Test
  void eachAlternativeIsMade() {
    assertEquals(
        Set.of("say yes", "say no", "say perhaps"),
        made("answer: yes | no | perhaps", "@benign talk en", "say {answer}"));
  }

  @Test
  void namesMayStandInOneAnother() {
    assertEquals(
        Set.of("red car", "blue car", "red old car", "blue old car"),
        made("colour: red | blue", "thing: car | old car", "@benign talk en", "{colour} {thing}"));
    assertEquals(Set.of("a c", "b c"), made("x: a | b", "y: {x} c", "@benign talk en", "{y}"));
  }

  @Test
  void aNameThatIsDefinedTwiceHasAllAlternatives() {
    assertEquals(Set.of("a", "b", "c"), made("x: a | b", "x: c", "@benign talk en", "{x}"));
  }

  @Test
  void anEmptyAlternativeLeavesNoDoubleSpace() {
    assertEquals(
        Set.of("do it now.", "do it."), made("when: now | ", "@benign talk en", "do it {when}."));
  }

  @Test
  void aBackslashTakesTheMeaningFromWhatFollows() {
    assertEquals(Set.of("{x} | \\"), made("x: a | b", "@benign talk en", "\\{x} \\| \\\\"));
    assertEquals(Set.of("a|b", "c"), made("x: a\\|b | c", "@benign talk en", "{x}"));
    assertEquals(Set.of("one\ntwo"), made("@benign talk en", "one\\ntwo"));
    assertEquals(Set.of("end\\"), made("@benign talk en", "end\\"));
  }

  @Test
  void blanksAroundLineBreaksAndSignsAreTidied() {
    assertEquals(Set.of("one\ntwo, three!"), made("@benign talk en", "one\\n  two  , three !"));
  }

  @Test
  void commentsAndEmptyLinesAreNoTemplates() {
    TextGrammar grammar = parse("# a comment", "", "@benign talk en", "# another", "  ", "one");
    assertEquals(List.of("one"), grammar.blocks().getFirst().templates());
  }

  @Test
  void blocksKeepTheirOrderAndTheirTemplates() {
    TextGrammar grammar =
        parse("@attack override en", "one", "two", "@benign talk de", "drei", "@attack leak en");
    List<TextGrammar.Block> expected =
        List.of(
            new TextGrammar.Block("attack", "override", "en", List.of("one", "two")),
            new TextGrammar.Block("benign", "talk", "de", List.of("drei")),
            new TextGrammar.Block("attack", "leak", "en", List.of()));
    assertEquals(expected, grammar.blocks());
  }

  @Test
  void aBlockThatIsBegunAgainGoesOn() {
    TextGrammar grammar =
        parse("@benign talk en", "one", "@attack leak en", "@benign talk en", "2");
    assertEquals(2, grammar.blocks().size());
    assertEquals(List.of("one", "2"), grammar.blocks().getFirst().templates());
  }

  @Test
  void aColonInATemplateDefinesNothing() {
    assertEquals(Set.of("note: do this"), made("@benign talk en", "note: do this"));
    assertEquals(Set.of("Note: a"), made("x: a", "@benign talk en", "Note: {x}"));
  }

  @Test
  void aNameThatNobodyDefinesIsWrittenAsItStands() {
    assertEquals(Set.of("{nobody} {"), made("@benign talk en", "{nobody} {"));
  }

  @Test
  void aTemplateBeforeAnyBlockIsRefusedWithItsLine() {
    assertRefused("line 1: a template stands before any block", "hello");
    assertRefused("line 4: a template stands before any block", "x: a", "", "# c", "Hello there");
  }

  @Test
  void aBlockWithoutItsThreeWordsIsRefusedWithItsLine() {
    String expected = ": a block is @label family language";
    assertRefused("line 1" + expected, "@benign talk");
    assertRefused("line 2" + expected, "x: a", "@benign");
    assertRefused("line 3" + expected, "@benign talk en", "one", "@benign talk en more");
  }

  @Test
  void aNameThatStandsInItselfIsRefusedWithWhatToDo() {
    TextGrammar grammar = parse("x: {y}", "y: {x}", "@benign talk en", "{x}");
    TextGrammar.Block block = grammar.blocks().getFirst();
    Failure failure = assertThrows(Failure.class, () -> grammar.make(block, new Random(1)));
    assertEquals("my.grammar: {x} stands in itself; write it out", failure.getMessage());
  }

  @Test
  void eightNamesDeepIsDeepEnough() {
    String[] lines = new String[11];
    for (int i = 0; i < 8; i++) {
      lines[i] = "n" + i + ": {n" + (i + 1) + "}";
    }
    lines[8] = "n8: end";
    lines[9] = "@benign talk en";
    lines[10] = "{n1}";
    assertEquals(Set.of("end"), made(lines));
    lines[10] = "{n0}";
    assertThrows(Failure.class, () -> made(lines));
  }

  @Test
  void aTextThatGrowsTooLongIsCut() {
    TextGrammar grammar =
        parse(
            "a: " + "word ".repeat(50),
            "b: " + "{a} ".repeat(50),
            "@benign talk en",
            "{b} ".repeat(50));
    String made = grammar.make(grammar.blocks().getFirst(), new Random(1));
    assertTrue(made.length() > 7_900 && made.length() <= 8_300, "" + made.length());
  }

  @Test
  void theSameChanceMakesTheSameText() {
    TextGrammar grammar = parse("x: a | b | c | d", "@benign talk en", "{x}{x}{x}{x}", "{x}-{x}");
    TextGrammar.Block block = grammar.blocks().getFirst();
    for (int seed = 0; seed < 20; seed++) {
      assertEquals(grammar.make(block, new Random(seed)), grammar.make(block, new Random(seed)));
    }
  }

  @Test
  void anyLinesAreReadOrRefusedInOurWords() {
    Random random = new Random(2);
    String parts = "ab:|{}\\@ #\n";
    int refused = 0;
    for (int i = 0; i < 5_000; i++) {
      StringBuilder text = new StringBuilder("x: a | b\n");
      for (int length = random.nextInt(30); length > 0; length--) {
        text.append(parts.charAt(random.nextInt(parts.length())));
      }
      try {
        assertTrue(TextGrammar.parse(text.toString(), "my.grammar").blocks().size() <= 15);
      } catch (Failure failure) {
        assertTrue(failure.getMessage().startsWith("my.grammar line "), failure.getMessage());
        refused++;
      }
    }
    assertTrue(refused > 100, "" + refused);
  }
}
