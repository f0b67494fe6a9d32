package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class TerminalDetectorTest {
  private static final Guard REDACTING =
      Guard.of(GuardPolicy.defaults().with(Channel.OUTPUT, Kind.UNSAFE, Action.REDACT));

  private static List<String> found(String text) {
    return Noticed.in(Channel.OUTPUT, text);
  }

  @Test
  void ordersToATerminalAreUnsafe() {
    for (String order :
        List.of(
            "\u001b[31m",
            "\u001b[2J",
            "\u001b[?1049h",
            "\u001b]0;a title",
            "\u001b]8;;https://x.org",
            "\u001bPq",
            "\u001bc",
            "\u009b31m",
            "\bX")) {
      List<String> found = found("so " + order + "\u0007 it is");
      assertEquals("unsafe.terminal=" + order, found.isEmpty() ? "" : found.getFirst(), order);
    }
  }

  @Test
  void anOrderIsReplacedWithItsEscape() {
    Verdict verdict = REDACTING.judge(Channel.OUTPUT, "a \u001b[31mred\u001b[0m b");
    assertEquals(
        "a [redacted:unsafe.terminal]red[redacted:unsafe.terminal] b",
        ((Verdict.Redact) verdict).text());
  }

  @Test
  void escapesThatAreSpeltOutAreUnsafeOutsideOfCode() {
    for (String order : List.of("\\x1b[", "\\u001B]", "\\033[", "\\e[")) {
      assertEquals(List.of("unsafe.terminal=" + order), found("so " + order + "0;31m"), order);
      assertEquals(List.of(), found("`" + order + "`"), order);
    }
    assertEquals(List.of(), found("the letter \\e, \\x1b and \\033"));
  }

  @Test
  void writingOverALineIsUnsafe() {
    assertEquals(List.of("unsafe.terminal=s"), found("delete all\rsave all"));
    assertEquals(List.of(), found("a line\r\nanother\r\n\r\nmore"));
    assertEquals(List.of(), found("\r\nmore\r"));
  }

  @Test
  void textThatWasDecodedWronglyIsNone() {
    assertEquals(List.of(), found("he said â€\u009d and left"));
    assertEquals(List.of(), found("a \u0092 b \u0093 c"));
  }

  @Test
  void turnedTextIsUnsafeInCode() {
    String turned = "access = \"user\u202E // admin\"";
    assertEquals(List.of("unsafe.bidi=\u202E "), found("```\n" + turned + "\n```"));
    assertEquals(List.of("unsafe.bidi=\u202E "), found("`" + turned + "`"));
    assertEquals(List.of(), found(turned));
  }

  @Test
  void escapesDoNotHideASecret() {
    String token = "ghp_r4nD0mT0k3nV4lu3zQ8wE7yU6iO5pA2sD1fG";
    Verdict verdict =
        Guard.of(GuardPolicy.defaults())
            .judge(Channel.OUTPUT, "so " + token.replace("T0k", "T\u001b0k") + " it is");
    assertTrue(((Verdict.Redact) verdict).text().contains("[redacted:github-token]"));
  }
}
