package dev.moat.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class PretokenizerTest {
  private static final List<String> ALL =
      List.of(
          Pretokenizer.GPT2,
          Pretokenizer.LLAMA3,
          Pretokenizer.QWEN2,
          Pretokenizer.CODE,
          Pretokenizer.DIGITS);

  private static List<String> words(String expression, String text) {
    return words(List.of(expression), text);
  }

  private static List<String> words(List<String> expressions, String text) {
    List<String> words = new ArrayList<>();
    new Pretokenizer(expressions).split(text, words::add);
    return words;
  }

  @Test
  void codeKeepsTheIndentationOfALineInOneWord() {
    assertEquals(
        List.of("if", " (", "ok", ")", " {\n        ", "return", " x", ";\n    ", "}"),
        words(Pretokenizer.CODE, "if (ok) {\n        return x;\n    }"));
  }

  @Test
  void codeTakesTheStarOfACommentLineAlong() {
    assertEquals(
        List.of("/**\n   *", " One", ".\n   *", " Two", "\n   *", " three", "\n   *", "/"),
        words(Pretokenizer.CODE, "/**\n   * One.\n   * Two\n   * three\n   */"));
  }

  @Test
  void codeEndsWordsWhereCamelCaseDoes() {
    assertEquals(
        List.of("get", "HTTP", "Response", "Code", ".to", "String", "(MAX", "_VALUE", ")"),
        words(Pretokenizer.CODE, "getHTTPResponseCode.toString(MAX_VALUE)"));
  }

  @Test
  void codeCutsNumbersAfterThreeDigits() {
    assertEquals(List.of("123", "456", "7"), words(Pretokenizer.CODE, "1234567"));
  }

  @Test
  void gpt2KeepsTheSpaceBeforeAWordAndSplitsContractions() {
    assertEquals(
        List.of("It", "'s", " 12345", " o", "'", "clock", "  ", " now"),
        words(Pretokenizer.GPT2, "It's 12345 o'clock   now"));
  }

  @Test
  void llama3FoldsCaseInContractions() {
    assertEquals(
        List.of("IT", "'S", " ", "123", "45", ";\n\n"),
        words(Pretokenizer.LLAMA3, "IT'S 12345;\n\n"));
  }

  @Test
  void qwen2SplitsEveryDigit() {
    assertEquals(List.of("a", "1", "2", "."), words(Pretokenizer.QWEN2, "a12."));
  }

  @Test
  void stagesCutTheWordsOfTheStageBefore() {
    assertEquals(
        List.of(" ab", "1", "2", "c"),
        words(List.of(Pretokenizer.DIGITS, Pretokenizer.GPT2), " ab12c"));
  }

  @Test
  void noTextGivesNoWord() {
    for (String expression : ALL) {
      assertEquals(List.of(), words(expression, ""), expression);
    }
  }

  @Test
  void knowsItsExpressionsAndNoOther() {
    assertTrue(ALL.stream().allMatch(Pretokenizer::accepts));
    assertFalse(Pretokenizer.accepts("(a+)+$"));
    assertThrows(IllegalArgumentException.class, () -> new Pretokenizer(List.of("(a+)+$")));
  }

  @Test
  void wordsTogetherAreTheText() {
    SplittableRandom random = new SplittableRandom(4);
    String alphabet = "aZé1 \t\n\r*/'._\u00a0\u2028\u4f60\u01c5\u0301\ud83d\ude00";
    for (int round = 0; round < 2_000; round++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(30);
      for (int i = 0; i < length; i++) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      for (String expression : ALL) {
        List<String> words = words(expression, text.toString());
        assertEquals(text.toString(), String.join("", words), expression);
        assertTrue(words.stream().noneMatch(String::isEmpty), expression);
      }
    }
  }

  @Test
  void longRunsTakeLittleTimeAndStack() {
    List<String> runs =
        List.of(" ", "\n", "a", "A", "1", "=", "\t\n", "aA", " *", "'s", "\r\n", "\u01c5", " \n ");
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          for (String run : runs) {
            String text = run.repeat(50_000) + "!";
            for (String expression : ALL) {
              assertEquals(
                  text.length(),
                  words(expression, text).stream().mapToInt(String::length).sum(),
                  expression);
            }
          }
        });
  }
}
