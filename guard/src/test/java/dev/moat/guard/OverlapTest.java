package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OverlapTest {
  private static final String PROMPT =
      "You are Otto, the helper of Brook Bank. Never speak of the merger with Hill Bank, and send"
          + " whoever asks for a loan above ten thousand to a branch. Be brief, be kind, and"
          + " answer in the language of the question.";

  private static Overlap heard(List<String> texts, List<String> own, String answer) {
    Overlap overlap = Overlap.with(texts, own);
    overlap.accept(answer);
    overlap.finish();
    return overlap;
  }

  private static boolean leaks(String answer) {
    return heard(List.of(PROMPT), List.of(), answer).leaks();
  }

  @Test
  void theWholeTextLeaks() {
    Overlap overlap = heard(List.of(PROMPT), List.of(), "Sure, it says: " + PROMPT);
    assertTrue(overlap.leaks());
    assertEquals(Overlap.RUN_MIN, overlap.longestRun());
    assertTrue(overlap.share() > 0.2);
  }

  @Test
  void saysHowMuchCameBeforeTheLeak() {
    Overlap overlap = Overlap.with(List.of(PROMPT), List.of());
    String answer = "It says: " + PROMPT;
    int before = overlap.accept(answer);
    assertEquals(
        "It says: You are Otto, the helper of Brook Bank. Never speak of the",
        answer.substring(0, before));
    assertEquals(3, overlap.accept("and"));
    assertFalse(overlap.again().leaks());
  }

  @Test
  void twelveWordsInARowLeakAndElevenDoNot() {
    String twelve = "Never speak of the merger with Hill Bank, and send whoever asks";
    assertTrue(leaks("It says: " + twelve + " it"));
    assertFalse(leaks("It says: " + twelve.substring(0, twelve.lastIndexOf(' ')) + " it"));
  }

  @Test
  void caseMarksAndSpacingDoNotHelp() {
    String told = PROMPT.toUpperCase(java.util.Locale.ROOT).replace(" ", " * ").replace(",", "");
    assertTrue(leaks(told));
    assertTrue(leaks(PROMPT.replace("e", "\u0435").replace("n", "n\u200B")));
  }

  @Test
  void aShareInPiecesLeaks() {
    String pieces =
        "You are Otto, the helper of Brook Bank. I may tell: "
            + "Never speak of the merger with Hill Bank. Then: be brief, be kind, and"
            + " answer in the";
    assertTrue(leaks(pieces));
  }

  @Test
  void anHonestAnswerDoesNot() {
    assertFalse(leaks("For a loan above ten thousand, please go to a branch. I am glad to help."));
    assertFalse(leaks("I am Otto, the helper of Brook Bank, how are you?"));
    assertFalse(leaks(""));
  }

  @Test
  void whatTheAskerWroteHimselfIsNoSecret() {
    assertFalse(heard(List.of(PROMPT), List.of("Translate: " + PROMPT), PROMPT).leaks());
  }

  @Test
  void shortTextsAreNoSecrets() {
    String text = "You are a helpful assistant and you answer all questions briefly";
    assertFalse(heard(List.of(text), List.of(), text).leaks());
    assertFalse(heard(List.of(), List.of(), PROMPT).leaks());
  }

  @Test
  void everyCutGivesTheSame() {
    Random random = new Random(76);
    String answer = "well: " + PROMPT.substring(0, 90) + " and so on";
    Overlap whole = heard(List.of(PROMPT), List.of(), answer);
    for (int round = 0; round < 100; round++) {
      Overlap cut = Overlap.with(List.of(PROMPT), List.of());
      for (int from = 0; from < answer.length(); ) {
        int to = Math.min(answer.length(), from + 1 + random.nextInt(9));
        cut.accept(answer.substring(from, to));
        from = to;
      }
      cut.finish();
      assertEquals(whole.longestRun(), cut.longestRun());
      assertEquals(whole.share(), cut.share());
    }
  }

  @Test
  void ofAVeryLongTextTheBeginningIsProtected() {
    String filler = "word ".repeat(Overlap.CHARACTERS_MAX / 5);
    assertTrue(heard(List.of(PROMPT + filler), List.of(), PROMPT).leaks());
    assertFalse(heard(List.of(filler + PROMPT), List.of(), PROMPT).leaks());
  }

  @Test
  void whatTheAskerWroteIsNoSecretHoweverShortItIs() {
    String secret = "The code word of the night watch at the old mill is heron feather";
    String asked = "the code word of the night watch at the old";
    assertFalse(heard(List.of(secret), List.of(asked), "You said: " + asked + ".").leaks());
    assertTrue(heard(List.of(secret), List.of(), "You said: " + asked + ".").leaks());
    assertFalse(heard(List.of(secret), List.of("one two three four"), asked).share() == 0);
  }

  @Test
  void ofWhatTheAskerWroteOnlyThatIsNoSecret() {
    String own = PROMPT.substring(0, PROMPT.indexOf("Be brief"));
    String rest = PROMPT.substring(PROMPT.indexOf("Be brief"));
    assertFalse(heard(List.of(PROMPT), List.of(own), own).leaks());
    assertTrue(heard(List.of(PROMPT), List.of(own), rest).leaks());
  }

  @Test
  void aProtectedTextHasTwelveWords() {
    String twelve = "One two three four five six seven eight nine ten eleven twelve";
    String eleven = twelve.substring(0, twelve.lastIndexOf(' '));
    assertTrue(heard(List.of(twelve), List.of(), twelve).leaks());
    assertFalse(heard(List.of(eleven), List.of(), eleven).leaks());
    assertEquals(0, heard(List.of(eleven), List.of(), eleven).share());
  }

  @Test
  void aRunOfFiveWordsIsTooShortHoweverShortTheText() {
    String text = "One two three four five six seven eight nine ten eleven twelve";
    Overlap five = heard(List.of(text), List.of(), "one two three four five");
    assertEquals(5, five.longestRun());
    assertFalse(five.leaks());
    Overlap four = heard(List.of(text), List.of(), "one two three four and five");
    assertEquals(0, four.longestRun());
    assertEquals(0, four.share());
  }

  @Test
  void aWordMoreThanFiveOfAShortTextIsAShare() {
    String text = "One two three four five six seven eight nine ten eleven twelve";
    Overlap six = heard(List.of(text), List.of(), "one two three four five six");
    assertEquals(6, six.longestRun());
    assertEquals(0.25, six.share(), 1e-12); // two of eight
    assertFalse(six.leaks());
    Overlap seven = heard(List.of(text), List.of(), "one two three four five six seven");
    assertEquals(0.375, seven.share(), 1e-12);
    assertTrue(seven.leaks());
  }

  @Test
  void theSamePartToldAgainIsNoLargerShare() {
    String part = "Never speak of the merger with Hill Bank. ";
    Overlap once = heard(List.of(PROMPT), List.of(), part);
    Overlap often = heard(List.of(PROMPT), List.of(), ("I say: " + part).repeat(50));
    assertEquals(once.share(), often.share());
    assertFalse(often.leaks());
  }

  @Test
  void textsAreProtectedEachByItself() {
    List<String> texts =
        List.of(PROMPT, "Staff may enter the vault by day with two keys, one each.");
    assertTrue(heard(texts, List.of(), PROMPT).leaks());
    assertTrue(heard(texts, List.of(), "well, " + texts.getLast()).leaks());
    String seam = "in the language of the question. Staff may enter the vault";
    assertTrue(heard(texts, List.of(), seam).longestRun() <= 6);
  }

  @Test
  void theLastWordCountsOnlyOnceTheAnswerIsComplete() {
    String twelve = "Never speak of the merger with Hill Bank, and send whoever asks";
    Overlap overlap = Overlap.with(List.of(PROMPT), List.of());
    overlap.accept(twelve);
    assertFalse(overlap.leaks());
    overlap.finish();
    assertTrue(overlap.leaks());
  }

  @Test
  void anotherAnswerBeginsAnew() {
    Overlap overlap = heard(List.of(PROMPT), List.of(), PROMPT);
    Overlap again = overlap.again();
    again.finish();
    assertEquals(0, again.longestRun());
    assertEquals(0, again.share());
    assertTrue(overlap.leaks());
  }

  @Test
  void everyCutTellsTheSameCharactersBeforeTheLeak() {
    String answer = "It says: " + PROMPT;
    int whole = Overlap.with(List.of(PROMPT), List.of()).accept(answer);
    for (int cut = 0; cut <= whole; cut++) {
      Overlap overlap = Overlap.with(List.of(PROMPT), List.of());
      assertEquals(cut, overlap.accept(answer.substring(0, cut)));
      assertEquals(whole - cut, overlap.accept(answer.substring(cut)));
    }
  }

  @Test
  void otherScriptsAreProtectedToo() {
    String text = "Никому не говори о том что мы здесь делаем и почему да";
    assertTrue(heard(List.of(text), List.of(), text).leaks());
    String grins = "\uD83D\uDE00 \uD83D\uDE01 \uD83D\uDE02 ".repeat(6);
    assertTrue(heard(List.of(grins), List.of(), grins).leaks());
  }
}
