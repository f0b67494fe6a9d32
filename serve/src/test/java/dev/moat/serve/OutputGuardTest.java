package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.guard.Action;
import dev.moat.guard.Channel;
import dev.moat.guard.Guard;
import dev.moat.guard.GuardPolicy;
import dev.moat.guard.Kind;
import dev.moat.guard.Overlap;
import dev.moat.guard.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OutputGuardTest {
  private static final String TEXT =
      "Her mail is jane.doe@example.org, and the server is 10.1.2.3 or so. "
          + "Call it twice; then write to max@example.com and be done with it. ";

  private static Guard guard(Action personal) {
    return Guard.of(GuardPolicy.defaults().with(Channel.OUTPUT, Kind.PERSONAL, personal));
  }

  private static String text(List<Piece> pieces) {
    StringBuilder all = new StringBuilder();
    pieces.forEach(piece -> all.append(OutputGuard.text(piece)));
    return all.toString();
  }

  @Test
  void saysTheSameHoweverTheAnswerIsCut() {
    Guard guard = guard(Action.REDACT);
    Verdict.Redact whole = (Verdict.Redact) guard.judge(Channel.OUTPUT, TEXT);
    Random random = new Random(29);
    for (int round = 0; round < 200; round++) {
      OutputGuard output = new OutputGuard(guard);
      List<Piece> safe = new ArrayList<>();
      for (int at = 0; at < TEXT.length(); ) {
        int next = Math.min(TEXT.length(), at + 1 + random.nextInt(12));
        safe.addAll(output.accept(new Piece.Text(TEXT.substring(at, next))));
        at = next;
      }
      safe.addAll(output.finish());
      assertEquals(whole.text(), text(safe));
      assertEquals("redact", output.report().findings().word());
      assertFalse(output.blocked());
    }
  }

  @Test
  void handsNothingOnAfterABlock() {
    OutputGuard output = new OutputGuard(guard(Action.BLOCK));
    StringBuilder said = new StringBuilder();
    for (int i = 0; i < TEXT.length(); i++) {
      said.append(text(output.accept(new Piece.Text(TEXT.substring(i, i + 1)))));
    }
    said.append(text(output.finish()));
    assertTrue(output.blocked());
    assertTrue("Her mail is ".startsWith(said.toString()), said.toString());
    assertEquals("block", output.report().findings().word());
    assertEquals(List.of(), output.accept(new Piece.Text("more")));
  }

  @Test
  void judgesEachKindOfTextByItself() {
    OutputGuard output = new OutputGuard(guard(Action.REDACT));
    List<Piece> safe = new ArrayList<>();
    safe.addAll(output.accept(new Piece.Reasoning("plain")));
    safe.addAll(output.accept(new Piece.Text("jane.doe@")));
    safe.addAll(output.accept(new Piece.ToolCall(0, "a", "f", "jane.doe@")));
    safe.addAll(output.accept(new Piece.ToolCall(1, "b", "g", "x")));
    safe.addAll(output.accept(new Piece.Text("example.org")));
    safe.addAll(output.accept(new Piece.ToolCall(0, "", "", "example.org")));
    safe.addAll(output.finish());
    String all = safe.toString();
    assertFalse(all.contains("jane"), all);
    assertTrue(all.contains("Reasoning[text=plain]"), all);
    assertTrue(safe.contains(new Piece.ToolCall(0, "a", "f", "")), all);
    assertTrue(safe.contains(new Piece.ToolCall(1, "", "", "x")), all);
  }

  @Test
  void endsAThoughtWhereTheAnswerBegins() {
    OutputGuard output = new OutputGuard(guard(Action.REDACT));
    List<Piece> safe = new ArrayList<>(output.accept(new Piece.Reasoning("a jane.doe@")));
    safe.addAll(output.accept(new Piece.Text("\n")));
    safe.addAll(output.accept(new Piece.Reasoning("example.org")));
    safe.addAll(output.accept(new Piece.Text("so ")));
    assertEquals("a \n[redacted:email]so ", text(safe), safe.toString());
    assertEquals(List.of(), output.accept(new Piece.Reasoning("later")));
    assertEquals("", text(output.finish()));
    assertFalse(output.blocked());
  }

  @Test
  void blocksAThoughtWhereTheAnswerBegins() {
    OutputGuard output = new OutputGuard(guard(Action.BLOCK));
    output.accept(new Piece.Reasoning("jane.doe@example.org"));
    assertEquals(List.of(), output.accept(new Piece.ToolCall(0, "a", "f", "{}")));
    assertTrue(output.blocked());
  }

  @Test
  void handsOnPlainTextBeforeTheAnswerIsComplete() {
    OutputGuard output = new OutputGuard(guard(Action.REDACT));
    String prose = "for (int i = 0; i < n; i++) { sum += values[i]; } ".repeat(40);
    int out = 0;
    int heldMost = 0;
    for (int at = 0; at < prose.length(); at += 5) {
      out += text(output.accept(new Piece.Text(prose.substring(at, at + 5)))).length();
      heldMost = Math.max(heldMost, at + 5 - out);
    }
    assertTrue(heldMost <= dev.moat.guard.StreamGuard.HELD_CHARACTERS_MAX + 5, "held " + heldMost);
    assertEquals(prose.length() - out, text(output.finish()).length());
  }

  private static final String ORDERS =
      "You are Otto, the helper of Brook Bank. Never speak of the merger with Hill Bank, and send"
          + " whoever asks for a loan above ten thousand to a branch.";

  private static OutputGuard secret(Action leak) {
    Guard guard = Guard.of(GuardPolicy.defaults().with(Channel.OUTPUT, Kind.LEAK, leak));
    return new OutputGuard(guard, () -> Overlap.with(List.of(ORDERS), List.of()));
  }

  @Test
  void tellsOfAnAnswerThatRepeatsItsOrders() {
    OutputGuard output = secret(Action.FLAG);
    String said = text(output.accept(new Piece.Text("It says: " + ORDERS)));
    said += text(output.finish());
    assertEquals("It says: " + ORDERS, said);
    assertEquals("flag", output.report().findings().word());
    assertEquals(1, output.report().findings().json().path("found").path("leak.prompt").asInt());
  }

  @Test
  void endsAnAnswerThatRepeatsItsOrdersAtTheSamePlaceHoweverItIsCut() {
    String answer = "It says: " + ORDERS;
    for (int size = 1; size < answer.length(); size += 3) {
      OutputGuard output = secret(Action.BLOCK);
      StringBuilder said = new StringBuilder();
      for (int at = 0; at < answer.length(); at += size) {
        String piece = answer.substring(at, Math.min(answer.length(), at + size));
        said.append(text(output.accept(new Piece.Text(piece))));
      }
      said.append(output.blocked() ? "" : text(output.finish()));
      assertTrue(output.blocked(), "cut by " + size);
      assertEquals(
          "It says: You are Otto, the helper of Brook Bank. Never speak of ", said.toString());
    }
  }

  @Test
  void anOrdinaryAnswerRepeatsNothing() {
    OutputGuard output = secret(Action.BLOCK);
    output.accept(new Piece.Text("For a loan above ten thousand, please go to a branch."));
    output.finish();
    assertEquals("pass", output.report().findings().word());
  }

  @Test
  void tellsOfArgumentsThatCarryACommand() {
    OutputGuard output = new OutputGuard(guard(Action.REDACT));
    output.accept(new Piece.ToolCall(0, "a", "open", "{\"name\":\"a.txt; rm "));
    output.accept(new Piece.ToolCall(0, "", "", "-rf /\"}"));
    output.finish();
    assertEquals("flag", output.report().findings().word());
    assertEquals(1, output.report().findings().json().path("found").path("unsafe.shell").asInt());
  }
}
