package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JudgementTest {
  private static final Sign STRONG = new Sign("injection.strong", 0.8);
  private static final Sign WEAK = new Sign("injection.weak", 0.3);

  private static Judgement of(Channel channel, String text) {
    Judgement judgement =
        new Judgement(
            GuardPolicy.defaults().with(channel, Kind.HARM, Action.PASS).channel(channel),
            Replacer.placeholders(),
            Optional.empty());
    judgement.hold(text, 0, text.length());
    return judgement;
  }

  @Test
  void handsOnWhatIsReleased() {
    Judgement judgement = of(Channel.USER, "hello world");
    judgement.release(5);
    assertEquals("hello", judgement.releasedSince(0));
    judgement.release(3);
    assertEquals("hello", judgement.releasedSince(0));
    judgement.release(11);
    assertEquals(" world", judgement.releasedSince(5));
    assertEquals(new Verdict.Pass(0), judgement.verdict());
  }

  @Test
  void replacesASpanByItsType() {
    Judgement judgement = of(Channel.OUTPUT, "mail a@b.org now");
    judgement.opened("email", 5, 12);
    judgement.closed("email", 5, 12);
    judgement.release(16);
    assertEquals(
        new Verdict.Redact("mail [redacted:email] now", List.of(new Span("email", 5, 12)), 0),
        judgement.verdict());
  }

  @Test
  void addsUpDifferentSignsOnly() {
    Judgement judgement = of(Channel.DATA, "text");
    judgement.sign(WEAK, 0, 1);
    judgement.sign(WEAK, 1, 2);
    assertEquals(0.3, judgement.verdict().score(), 1e-12);
    assertInstanceOf(Verdict.Pass.class, judgement.verdict());
    judgement.sign(STRONG, 2, 3);
    assertEquals(1 - 0.7 * 0.2, judgement.verdict().score(), 1e-12);
    Verdict.Flag flag = assertInstanceOf(Verdict.Flag.class, judgement.verdict());
    assertEquals("injection.strong", flag.rule());
    assertEquals(3, flag.spans().size());
  }

  @Test
  void blocksBeforeTheSignThatIsTooMuch() {
    Judgement judgement = of(Channel.USER, "abcdef");
    judgement.sign(STRONG, 0, 2);
    assertTrue(!judgement.stopped());
    judgement.sign(WEAK, 4, 5);
    assertTrue(judgement.stopped());
    assertEquals("abcd", judgement.releasedSince(0));
    judgement.release(6);
    assertEquals("abcd", judgement.releasedSince(0));
    assertInstanceOf(Verdict.Block.class, judgement.verdict());
  }

  @Test
  void listsOnlySoManySpans() {
    Guard guard = Guard.of(GuardPolicy.defaults());
    String text = "a@bc.de ".repeat(5000);
    Verdict.Redact redact =
        assertInstanceOf(Verdict.Redact.class, guard.judge(Channel.OUTPUT, text));
    assertEquals(4096, redact.spans().size());
    assertEquals("[redacted:email] ".repeat(5000), redact.text());
  }

  @Test
  void aTextTooLongIsBlockedWithItsLength() {
    Judgement judgement = of(Channel.USER, "abc");
    judgement.refuseLength(3);
    assertEquals(
        new Verdict.Block("limit.text-length", 0, List.of(new Span("limit.text-length", 3, 3))),
        judgement.verdict());
  }

  @Test
  void everyTypeHasItsKind() {
    assertEquals(Kind.PERSONAL, new Span("email", 0, 1).kind());
    assertEquals(Kind.SECRET, new Span("github-token", 0, 1).kind());
    assertEquals(Kind.INJECTION, new Span("injection.override", 0, 1).kind());
    assertEquals(Kind.LEAK, new Span("leak.instructions", 0, 1).kind());
    for (String type : PersonalTypes.ALL) {
      assertEquals(Kind.PERSONAL, new Span(type, 0, 1).kind());
    }
  }
}
