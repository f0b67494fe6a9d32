package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class SqlTextTest {
  private static final int LONG = 50_000;

  private static void assertInjection(String text) {
    assertTrue(SqlText.isInjection(text), text.substring(0, Math.min(200, text.length())));
  }

  private static void assertPlain(String text) {
    assertFalse(SqlText.isInjection(text), text.substring(0, Math.min(200, text.length())));
  }

  @Test
  void aConditionThatAlwaysHoldsIsSeen() {
    for (String end : List.of("'", "\"", ")", "')", "'))")) {
      for (String join : List.of("or", "and", "||", "&&")) {
        assertInjection("x" + end + " " + join + " 1=1");
        assertInjection("x" + end + join + "'a'='a");
        assertInjection("x" + end + " " + join + " true");
      }
    }
  }

  @Test
  void anyNumberOfQuotesAndBracketsMayStandAroundValues() {
    for (int count : new int[] {0, 1, 7, 8, 9, 10, 100, LONG}) {
      assertInjection("x' or " + "'".repeat(count) + "1=1");
      assertInjection("x' or " + "(".repeat(count) + "1=1");
      assertInjection("x' or 1" + "\"".repeat(count) + "=" + "'(".repeat(count) + "1");
    }
  }

  @Test
  void anyNumberOfWordsMayStandBefore() {
    for (int words : new int[] {3_998, 3_999, 4_000, 4_001, LONG}) {
      assertInjection("a ".repeat(words) + "' or 1=1");
      assertInjection("a ".repeat(words) + "; drop table users");
      assertInjection(". ".repeat(words) + "union select x");
    }
  }

  @Test
  void aComparisonThatMayFailIsNot() {
    for (String text :
        List.of("x' or 1=2", "x' or a=b", "x' or 1", "x' or", "x' or 1=", "x' or =1", "' or ''")) {
      assertPlain(text);
    }
  }

  @Test
  void aJoinWithoutAnEndOfAValueIsNot() {
    assertPlain("this or 1=1");
    assertPlain("true or true");
    assertPlain("' orchid 1=1");
  }

  @Test
  void aUnionIsSeenWithWhateverBlanks() {
    for (String blank : List.of(" ", "\t", "\n", "/**/", "/* a comment */", " + ", "/**//**/")) {
      assertInjection("1" + blank + "union" + blank + "select x");
      assertInjection("1" + blank + "union" + blank + "all" + blank + "select x");
    }
    assertPlain("union of select");
    assertPlain("union all of select");
    assertPlain("reunion select");
    assertPlain("union selection");
  }

  @Test
  void commentsThatRunAreNoBlanks() {
    assertInjection("1 /*!union*/ select x");
    assertInjection("1 /*!50000union*/ /*!50000select*/ x");
    assertInjection("1 /*!union select*/ x");
    assertInjection("x' /*!or*/ 1=1");
    assertPlain("1 /*union*/ select x");
  }

  @Test
  void aCommentThatIsNeverClosedHidesWhatFollows() {
    assertPlain("1 /* union select x");
    assertInjection("1 union select x /* and so on");
  }

  @Test
  void aSecondStatementIsSeen() {
    for (String order :
        List.of("drop table x", "delete from x", "insert into x", "create user x")) {
      assertInjection("1; " + order);
      assertInjection("1;" + order);
    }
    assertInjection("1; update x set y=1");
    assertInjection("1; truncate only table");
    assertPlain("drop the table; update me");
    assertPlain("1; drop it all on the table");
    assertPlain("1 drop table x");
  }

  @Test
  void aCommentBehindAQuoteCutsTheRest() {
    assertInjection("admin'--");
    assertInjection("admin'-- and more");
    assertInjection("it's over --");
    assertInjection("it's over --  ");
    assertPlain("over --");
    assertPlain("it's 'fine' -- really");
  }

  @Test
  void nothingIsPlain() {
    for (String text : List.of("", " ", "'", "\"", ")", "' or", "/*", "*/", "/*!", ";", "union")) {
      assertPlain(text);
    }
  }
}
