package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ShellTextTest {
  private static final int LONG = 50_000;

  private static void assertCommand(String text) {
    assertTrue(ShellText.isCommand(text), text);
  }

  private static void assertPlain(String text) {
    assertFalse(ShellText.isCommand(text), text);
  }

  @Test
  void aCommandBehindEachSeparatorIsSeen() {
    for (String separator : List.of(";", "|", "&", "&&", "||", "`", "$(", "<(", ">(", "|&", ";;")) {
      assertCommand("a.txt" + separator + "rm -rf x");
      assertCommand("a.txt " + separator + " rm -rf x");
    }
  }

  @Test
  void anyNumberOfBlanksMayStandBeforeACommand() {
    for (int blanks : new int[] {0, 1, 7, 8, 9, 10, 100, LONG}) {
      assertCommand("a;" + " ".repeat(blanks) + "rm -rf x");
      assertCommand("a;" + "\t".repeat(blanks) + "rm -rf x");
      assertCommand("a\n" + " ".repeat(blanks) + "curl -s x");
    }
  }

  @Test
  void anyNumberOfSeparatorsMayStandBeforeACommand() {
    for (int count : new int[] {1, 8, 9, 10, LONG}) {
      assertCommand("a" + "|".repeat(count) + "rm -rf x");
      assertCommand("a" + "; ".repeat(count) + "rm -rf x");
      assertCommand("a" + "& | ".repeat(count) + "rm -rf x");
      assertCommand("a" + "\n \t".repeat(count) + "rm -rf x");
    }
  }

  @Test
  void groupsAndNegationsBeginCommands() {
    for (String before : List.of("(", "((", "{ ", "! ", "( { ! ")) {
      assertCommand("a; " + before + "rm -rf x");
    }
    assertCommand("a;{rm,-rf,x}");
  }

  @Test
  void quotesInANameAreWhatAShellTakesAway() {
    for (String name :
        List.of("\\rm", "r\\m", "'rm'", "\"rm\"", "r''m", "r\"\"m", "'r'm", "\\r\\m")) {
      assertCommand("a; " + name + " -rf x");
    }
    assertCommand("a; " + "''".repeat(LONG) + "rm -rf x");
  }

  @Test
  void aPathToAProgramIsThatProgram() {
    assertCommand("a; /bin/rm x");
    assertCommand("a; ../../usr/bin/curl x");
    assertCommand("a; " + "/very-long-folder".repeat(200) + "/rm x");
    assertPlain("a; /bin/rm/x");
    assertPlain("a; rm/");
  }

  @Test
  void aNameMustBeWhole() {
    for (String word : List.of("rmx", "xrm", "rm.txt", "rm-1", "category", "shell", "idea")) {
      assertPlain("a; " + word + " b");
    }
    for (String end : List.of("", " ", "\t", "\n", ";", "|", "&", "`", ")", "<", ">", "$x")) {
      assertCommand("a; id" + end);
    }
    for (String end : List.of(":", "=", "(", "[", "@", "%", "é")) {
      assertPlain("a; id" + end + "x");
    }
  }

  @Test
  void aLineOfProseMayBeginWithSuchAWord() {
    assertPlain("first line\ncat and dog");
    assertPlain("to do:\nping the office\nsleep");
    assertPlain("first line\n   kill time");
    for (String taken : List.of("-r", "/etc", ".", "~", "$x", "\"a\"", "'a'", "0", "9", "https")) {
      assertCommand("first line\ncat " + taken);
    }
    assertCommand("first line\n| cat and dog");
    assertCommand("first line\n;cat and dog");
  }

  @Test
  void aBracketAloneIsNoSubstitution() {
    for (String text : List.of("see (id)", "f(cat)", "a (rm x) b", "(sleep", "x=(ls)")) {
      assertPlain(text);
    }
  }

  @Test
  void signsOfAShellAreSeenWithoutAProgram() {
    assertCommand("x${ifs}y");
    assertCommand("/dev/tcp/host/1");
    assertPlain("$ifs and /dev/null");
  }

  @Test
  void aFieldWithoutSeparatorIsPlain() {
    for (String text : List.of("", "rm", "rm -rf x", "cat", "the cat; the dog", "a;", ";", "; ;")) {
      assertPlain(text);
    }
  }

  /** The definition read aloud: a separator, what may lead, and a program. */
  private static boolean plainly(String text) {
    return text.matches("(?s).*(?:[;|&`]|[$<>]\\()[ \\t|&({!]*(?:rm|id)(?:[ ;|&`)<>$,}\\t\\n].*)?");
  }

  @Test
  void agreesWithAPatternOnRandomTexts() {
    Random random = new Random(91);
    List<String> pieces = List.of(";", "|", "&", " ", "(", "$(", "rm", "id", "x", "`", "\t", "!");
    int commands = 0;
    for (int i = 0; i < 10_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(9); length > 0; length--) {
        text.append(pieces.get(random.nextInt(pieces.size())));
      }
      boolean expected = plainly(text.toString());
      assertEquals(expected, ShellText.isCommand(text.toString()), text.toString());
      commands += expected ? 1 : 0;
    }
    assertTrue(commands > 1_000, "" + commands);
  }
}
