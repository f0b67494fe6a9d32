package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class RestorerTest {
  private static final String MAIL = "jane@example.org";
  private static final Map<String, String> KNOWN =
      Map.of(
          "<EMAIL_kqfwapzr>", MAIL,
          "<US_SSN_abcdefgh>", "536-22-1234",
          "<PERSON_qwertzui>", "Ann \"The\nHam\\mer\" Lee");

  private static String restored(Supplier<Restorer> made, String text) {
    Restorer restorer = made.get();
    String whole = restorer.accept(text) + restorer.finish();
    for (int size = 1; size < Math.min(text.length(), 70); size++) {
      Restorer cut = made.get();
      StringBuilder out = new StringBuilder();
      for (int at = 0; at < text.length(); at += size) {
        out.append(cut.accept(text.substring(at, Math.min(text.length(), at + size))));
      }
      out.append(cut.finish());
      assertEquals(whole, out.toString(), () -> "pieces of " + text);
      assertEquals(restorer.restored(), cut.restored());
      assertEquals(restorer.unknown(), cut.unknown());
    }
    return whole;
  }

  private static String text(String text) {
    return restored(() -> Restorer.ofText(KNOWN), text);
  }

  private static String json(String text) {
    return restored(() -> Restorer.ofJson(KNOWN), text);
  }

  @Test
  void putsTheValueBack() {
    assertEquals("Write to " + MAIL + " now.", text("Write to <EMAIL_kqfwapzr> now."));
    assertEquals(MAIL + "536-22-1234", text("<EMAIL_kqfwapzr><US_SSN_abcdefgh>"));
    assertEquals("Jane <" + MAIL + ">", text("Jane <<EMAIL_kqfwapzr>>"));
  }

  @Test
  void knowsAnotherCaseAndOtherBrackets() {
    for (String form :
        new String[] {
          "<EMAIL_kqfwapzr>",
          "EMAIL_kqfwapzr",
          "email_kqfwapzr",
          "[EMAIL_KQFWAPZR]",
          "<Email_Kqfwapzr>",
          "&lt;email_kqfwapzr&gt;",
          "&LT;EMAIL_kqfwapzr&GT;",
          "EMAIL\\_kqfwapzr",
          "<EMAIL\\_kqfwapzr>",
          "\\<EMAIL\\_kqfwapzr\\>",
          "<**EMAIL_kqfwapzr**>",
          "<`EMAIL_kqfwapzr`>",
          "<\"EMAIL_kqfwapzr\">",
          "<'EMAIL_kqfwapzr'>",
          "[**EMAIL_kqfwapzr**]",
          "\\u003cEMAIL_kqfwapzr\\u003e",
          "\\[EMAIL\\_kqfwapzr\\]",
          "<EMAIL_kqfwapzr"
        }) {
      assertEquals("a " + MAIL + " b", text("a " + form + " b"), form);
      assertEquals(MAIL, text(form), form);
    }
  }

  @Test
  void leavesTheSignsAroundAName() {
    for (String[] form :
        new String[][] {
          {"**", "**"}, {"_", "_"}, {"(", ")"}, {"\"", "\""}, {"`", "`"}, {"mailto:", "?x=1"},
          {"<b>", "</b>"}, {"[\"", "\"]"}, {"{", "}"}, {"é", "é"}, {"", "'s"}, {"\\n", "\\n"}
        }) {
      assertEquals(form[0] + MAIL + form[1], text(form[0] + "EMAIL_kqfwapzr" + form[1]), form[0]);
    }
  }

  @Test
  void leavesALinkItsBrackets() {
    assertEquals(
        "[" + MAIL + "](mailto:" + MAIL + ")", text("[EMAIL_kqfwapzr](mailto:EMAIL_kqfwapzr)"));
    assertEquals("[" + MAIL + ", 536-22-1234]", text("[EMAIL_kqfwapzr, US_SSN_abcdefgh]"));
  }

  @Test
  void leavesWhatIsNoNameOfThisConversation() {
    for (String other :
        new String[] {
          "",
          "Email",
          "EMAIL_",
          "EMAIL_kqfwapz",
          "EMAIL_kqfwapzrs",
          "XEMAIL_kqfwapzr",
          "X_EMAIL_kqfwapzr",
          "EMAIL_kqfwapzr_x",
          "EMAIL-kqfwapzr",
          "<EMAIL_kqfwapzx>",
          "<EMAIL_",
          "&lt;",
          "&l",
          "\\",
          "\\u003",
          "a < b > c",
          "<EMAIL kqfwapzr>",
          "EMAIL _kqfwapzr",
          "PHONE_kqfwapzr",
          "\\\\"
        }) {
      assertEquals(other, text(other));
      assertEquals(other, json(other));
    }
  }

  @Test
  void countsWhatItPutBackAndWhatItDoesNotKnow() {
    Restorer restorer = Restorer.ofText(KNOWN);
    restorer.accept("<EMAIL_kqfwapzr> <EMAIL_aaaaaaaa> EMAIL_kqfwapzr <b> <PHONE_bbbbb");
    restorer.accept("bbb> <EMAIL_CCCCCCCC> EMAIL_dddddddd");
    restorer.finish();
    assertEquals(2, restorer.restored());
    assertEquals(2, restorer.unknown());
  }

  @Test
  void countsWithoutAnyValue() {
    Restorer restorer = Restorer.ofText(Map.of());
    assertEquals("<EMAIL_aaa", restorer.accept("<EMAIL_aaa"));
    assertEquals("aaaaa>", restorer.accept("aaaaa>"));
    assertEquals("", restorer.finish());
    assertEquals(1, restorer.unknown());
  }

  @Test
  void escapesAValueInsideJson() {
    assertEquals(
        "{\"to\":\"Ann \\\"The\\nHam\\\\mer\\\" Lee\",\"cc\":[\"" + MAIL + "\"]}",
        json("{\"to\":\"<PERSON_qwertzui>\",\"cc\":[\"EMAIL_kqfwapzr\"]}"));
    assertEquals("{\"a\":\"x\\n" + MAIL + "\"}", json("{\"a\":\"x\\nEMAIL\\\\_kqfwapzr\"}"));
    assertEquals("{\"a\":\"" + MAIL + "\"}", json("{\"a\":\"\\u003cEMAIL_kqfwapzr\\u003e\"}"));
    Map<String, String> odd = Map.of("<KEY_aaaaaaaa>", "a\tb\rc\u0001");
    assertEquals(
        "\"a\\tb\\rc\\u0001\"", restored(() -> Restorer.ofJson(odd), "\"<KEY_aaaaaaaa>\""));
  }

  @Test
  void holdsBackNothingButTheBeginningOfAName() {
    Restorer restorer = Restorer.ofText(KNOWN);
    assertEquals("Ever", restorer.accept("Ever"));
    assertEquals(" ", restorer.accept(" Em"));
    assertEquals("Emb", restorer.accept("b"));
    assertEquals("er a <d", restorer.accept("er a <d"));
    assertEquals(" ", restorer.accept(" <EMAIL_kqfwapzr"));
    assertEquals(MAIL + ".", restorer.accept(">."));
  }

  @Test
  void holdsBackNoMoreThanItsBound() {
    Random random = new Random(7);
    String signs = "<[\\&_*`lt;gtEMAILkqfwapzr_US_SSN_abcdefgh\"u003c>](";
    for (int round = 0; round < 300; round++) {
      Restorer restorer = Restorer.ofText(KNOWN);
      int taken = 0;
      int given = 0;
      for (int i = 0; i < 300; i++) {
        given += restorer.accept("" + signs.charAt(random.nextInt(signs.length()))).length();
        taken++;
        if (restorer.restored() == 0) {
          assertTrue(taken - given <= Restorer.HELD_CHARACTERS_MAX);
        }
      }
    }
  }

  @Test
  void givesTheSameForEveryCutOfWildTexts() {
    Random random = new Random(11);
    String[] parts = {
      "<",
      ">",
      "[",
      "]",
      "(",
      "&lt;",
      "&gt;",
      "&",
      "\\",
      "\\\\",
      "\\_",
      "_",
      "**",
      "`",
      "\"",
      "\\u003c",
      "\\n",
      "EMAIL",
      "kqfwapzr",
      "EMAIL_kqfwapzr",
      "us_ssn_abcdefgh",
      "US\\_SSN\\_",
      "abcdefgh",
      " ",
      "x",
      "é",
      "<EMAIL_aaaaaaaa>",
      "\uD83D\uDE00"
    };
    for (int round = 0; round < 2_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(14); i >= 0; i--) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      text(text.toString());
      json(text.toString());
    }
  }
}
