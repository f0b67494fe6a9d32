package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What each action does to each kind, apart from how things are found. */
class JudgementActionsTest {
  private static final String TEXT = "say hidden now";
  private static final Map<Kind, String> TYPES =
      Map.of(Kind.SECRET, "password", Kind.PERSONAL, "email", Kind.NAME, "person");
  private static final Map<Kind, String> NOTICED =
      Map.of(Kind.HARM, "harm.hate", Kind.UNSAFE, "unsafe.link", Kind.LEAK, "leak.canary");

  private static GuardPolicy policy(Kind kind, Action action) {
    return GuardPolicy.defaults().with(Channel.USER, kind, action);
  }

  private static Judgement of(GuardPolicy policy, String text) {
    Judgement judgement =
        new Judgement(
            policy.channel(Channel.USER), (type, value) -> "<" + type + ">", Optional.empty());
    judgement.hold(text, 0, text.length());
    return judgement;
  }

  /** Finds what stands from 4 to 10. */
  private static Judgement found(GuardPolicy policy, String type) {
    Judgement judgement = of(policy, TEXT);
    judgement.opened(type, 4, 8);
    if (!judgement.stopped()) {
      judgement.closed(type, 4, 10);
    }
    judgement.release(TEXT.length());
    return judgement;
  }

  private static AllowList allowing(String value) {
    return new AllowList(Set.of(AllowList.digest(value)), Set.of());
  }

  @Test
  void whatPassesIsNotToldAndGoesOn() {
    TYPES.forEach(
        (kind, type) -> {
          Judgement judgement = found(policy(kind, Action.PASS), type);
          assertEquals("pass", judgement.verdict().word());
          assertEquals(List.of(), judgement.verdict().spans());
          assertEquals(TEXT, judgement.releasedSince(0));
        });
  }

  @Test
  void whatIsNotedIsToldAndGoesOn() {
    TYPES.forEach(
        (kind, type) -> {
          Judgement judgement = found(policy(kind, Action.NOTE), type);
          assertEquals("pass", judgement.verdict().word());
          assertEquals(List.of(new Span(type, 4, 10)), judgement.verdict().spans());
          assertEquals(TEXT, judgement.releasedSince(0));
        });
  }

  @Test
  void whatIsFlaggedIsNamedAndGoesOn() {
    TYPES.forEach(
        (kind, type) -> {
          Judgement judgement = found(policy(kind, Action.FLAG), type);
          Verdict.Flag flag = assertInstanceOf(Verdict.Flag.class, judgement.verdict());
          assertEquals(type, flag.rule());
          assertEquals(List.of(new Span(type, 4, 10)), flag.spans());
          assertEquals(TEXT, judgement.releasedSince(0));
        });
  }

  @Test
  void whatIsRedactedHasAPlaceholder() {
    TYPES.forEach(
        (kind, type) -> {
          Judgement judgement = found(policy(kind, Action.REDACT), type);
          Verdict.Redact redact = assertInstanceOf(Verdict.Redact.class, judgement.verdict());
          assertEquals("say [redacted:" + type + "] now", redact.text());
          assertEquals(redact.text(), judgement.releasedSince(0));
          assertEquals(List.of(new Span(type, 4, 10)), redact.spans());
        });
  }

  @Test
  void whatGetsAPseudonymHasWhatTheReplacerGives() {
    TYPES.forEach(
        (kind, type) -> {
          Judgement judgement = found(policy(kind, Action.PSEUDONYM), type);
          Verdict.Redact redact = assertInstanceOf(Verdict.Redact.class, judgement.verdict());
          assertEquals("say <" + type + "> now", redact.text());
        });
  }

  @Test
  void whatIsBlockedAndWhatFollowsDoesNotGoOn() {
    TYPES.forEach(
        (kind, type) -> {
          Judgement judgement = found(policy(kind, Action.BLOCK), type);
          Verdict.Block block = assertInstanceOf(Verdict.Block.class, judgement.verdict());
          assertEquals(type, block.rule());
          assertEquals(List.of(new Span(type, 4, 8)), block.spans());
          assertEquals("say ", judgement.releasedSince(0));
          assertTrue(judgement.stopped());
        });
  }

  @Test
  void aPseudonymIsMadeOfTheWholeValueAndItsType() {
    List<String> asked = new ArrayList<>();
    Judgement judgement =
        new Judgement(
            policy(Kind.PERSONAL, Action.PSEUDONYM).channel(Channel.USER),
            (type, value) -> {
              asked.add(type + " " + value);
              return "";
            },
            Optional.empty());
    judgement.hold(TEXT, 0, TEXT.length());
    judgement.opened("email", 4, 8);
    assertEquals(List.of(), asked);
    judgement.closed("email", 4, 10);
    judgement.release(14);
    assertEquals(List.of("email hidden"), asked);
    assertEquals("say  now", judgement.releasedSince(0));
  }

  @Test
  void whatIsAllowedIsToldAsSuchAndGoesOn() {
    for (Action action :
        List.of(Action.NOTE, Action.FLAG, Action.REDACT, Action.PSEUDONYM, Action.BLOCK)) {
      TYPES.forEach(
          (kind, type) -> {
            Judgement judgement = found(policy(kind, action).with(allowing("hidden")), type);
            assertEquals("pass", judgement.verdict().word());
            assertEquals(List.of(Span.allowed(type, 4, 10)), judgement.verdict().spans());
            assertEquals(TEXT, judgement.releasedSince(0));
          });
    }
  }

  @Test
  void whatIsAllowedWhereNothingIsDoneIsNotTold() {
    Judgement judgement =
        found(policy(Kind.SECRET, Action.PASS).with(allowing("hidden")), "password");
    assertEquals(List.of(), judgement.verdict().spans());
  }

  @Test
  void anotherValueIsActedOnAsWithoutAnAllowList() {
    for (Action action : Action.values()) {
      TYPES.forEach(
          (kind, type) -> {
            for (String other : List.of("hidde", "hiddens", "Hidden", TEXT)) {
              GuardPolicy policy = policy(kind, action);
              Judgement with = found(policy.with(allowing(other)), type);
              Judgement without = found(policy, type);
              assertEquals(without.verdict(), with.verdict());
              assertEquals(without.releasedSince(0), with.releasedSince(0));
            }
          });
    }
  }

  @Test
  void nothingLeavesBeforeItIsKnownWhetherItIsAllowed() {
    for (Action action : List.of(Action.REDACT, Action.PSEUDONYM, Action.BLOCK)) {
      Judgement judgement = of(policy(Kind.SECRET, action).with(allowing("hidden")), TEXT);
      judgement.opened("password", 4, 8);
      assertEquals("", judgement.releasedSince(0));
      assertFalse(judgement.stopped());
    }
  }

  @Test
  void whatIsNoticedIsToldByItsAction() {
    NOTICED.forEach(
        (kind, type) -> {
          for (Action action : List.of(Action.PASS, Action.NOTE, Action.FLAG, Action.BLOCK)) {
            Judgement judgement = of(policy(kind, action), TEXT);
            judgement.noticed(type, 4, 10);
            judgement.release(14);
            Verdict verdict = judgement.verdict();
            String word =
                switch (action) {
                  case FLAG -> "flag";
                  case BLOCK -> "block";
                  default -> "pass";
                };
            assertEquals(word, verdict.word(), type);
            assertEquals(action == Action.PASS ? 0 : 1, verdict.spans().size(), type);
            assertEquals(action == Action.BLOCK ? "say " : TEXT, judgement.releasedSince(0));
          }
        });
  }

  @Test
  void whatWasSeenToLeakIsCertainUnlessNobodyCares() {
    for (Action action : List.of(Action.NOTE, Action.FLAG, Action.BLOCK)) {
      Judgement judgement = of(policy(Kind.LEAK, action), TEXT);
      judgement.noticed("leak.canary", 4, 10);
      assertEquals(1, judgement.verdict().scores().leak());
    }
    Judgement deaf = of(policy(Kind.LEAK, Action.PASS), TEXT);
    deaf.noticed("leak.canary", 4, 10);
    assertEquals(0, deaf.verdict().scores().leak());
  }

  @Test
  void aHeadIsHeardFromTheBoundOn() {
    Judgement judgement = of(policy(Kind.HARM, Action.BLOCK), TEXT);
    judgement.told(Head.HATE, Math.nextDown(0.5), new Span("harm.hate", 0, 14));
    assertEquals("pass", judgement.verdict().word());
    judgement.told(Head.HATE, 0.5, new Span("harm.hate", 0, 14));
    assertEquals("flag", judgement.verdict().word());
    judgement.told(Head.HATE, Math.nextDown(0.85), new Span("harm.hate", 0, 14));
    assertFalse(judgement.stopped());
    judgement.told(Head.HATE, 0.85, new Span("harm.hate", 0, 14));
    assertEquals("block", judgement.verdict().word());
    assertEquals("harm.hate", judgement.verdict().rule());
    assertEquals(0.85, judgement.verdict().scores().harmMax());
  }

  @Test
  void aHeadThatMayOnlyFlagNeverBlocks() {
    Judgement judgement = of(policy(Kind.HARM, Action.FLAG), TEXT);
    judgement.told(Head.SEXUAL, 1, new Span("harm.sexual", 0, 14));
    assertEquals("flag", judgement.verdict().word());
    assertFalse(judgement.stopped());
  }

  @Test
  void aHeadThatPassesIsNotHeard() {
    Judgement judgement = of(policy(Kind.HARM, Action.PASS), TEXT);
    judgement.told(Head.SEXUAL, 1, new Span("harm.sexual", 0, 14));
    assertEquals(new Verdict.Pass(0), judgement.verdict());
  }

  @Test
  void theWholeIsListedOnlyIfNoPartWas() {
    Judgement judgement = of(policy(Kind.HARM, Action.FLAG), TEXT);
    judgement.told(Head.HATE, 0.6, new Span("harm.hate", 0, 4));
    judgement.told(Head.HATE, 0.6, new Span("harm.hate", 4, 10));
    judgement.told(Head.HATE, 0.9, new Span("harm.hate", 0, 14));
    judgement.told(Head.SEXUAL, 0.9, new Span("harm.sexual", 0, 14));
    assertEquals(
        List.of(
            new Span("harm.hate", 0, 4),
            new Span("harm.sexual", 0, 14),
            new Span("harm.hate", 4, 10)),
        judgement.verdict().spans());
    assertEquals("harm.hate", judgement.verdict().rule());
  }

  @Test
  void theStrongestCauseIsNamedWhereverItStands() {
    Judgement judgement = of(GuardPolicy.defaults(), TEXT);
    judgement.told(Head.HATE, 0.6, new Span("harm.hate", 0, 4));
    judgement.told(Head.VIOLENCE, 0.8, new Span("harm.violence", 0, 4));
    judgement.told(Head.ILLICIT, 0.7, new Span("harm.illicit", 4, 8));
    assertEquals("harm.violence", judgement.verdict().rule());
  }

  @Test
  void theStrongestRuleIsNamedThoughItWasNotEnoughByItself() {
    Judgement judgement = of(policy(Kind.LEAK, Action.FLAG), TEXT);
    judgement.sign(new Sign("leak.strong", 0.45), 0, 2);
    judgement.sign(new Sign("leak.weak", 0.2), 4, 6);
    Verdict.Flag flag = assertInstanceOf(Verdict.Flag.class, judgement.verdict());
    assertEquals("leak.strong", flag.rule());
    Judgement attack = of(GuardPolicy.defaults(), TEXT);
    attack.sign(new Sign("injection.strong", 0.45), 0, 2);
    attack.sign(new Sign("injection.weak", 0.2), 4, 6);
    assertEquals("injection.strong", attack.verdict().rule());
  }

  @Test
  void signsThatAreNotEnoughAreNotTold() {
    Judgement judgement = of(policy(Kind.LEAK, Action.FLAG), TEXT);
    judgement.sign(new Sign("leak.weak", 0.4), 0, 2);
    assertEquals("pass", judgement.verdict().word());
    assertEquals(List.of(), judgement.verdict().spans());
    assertEquals(0.4, judgement.verdict().score(), 1e-12);
  }

  @Test
  void aBlockedTextIsNotRefusedForItsLengthToo() {
    Judgement judgement = found(policy(Kind.SECRET, Action.BLOCK), "password");
    Verdict before = judgement.verdict();
    judgement.refuseLength(14);
    assertEquals(before, judgement.verdict());
  }

  @Test
  void replacesOnlyWhatThePolicySays() {
    for (Action action : Action.values()) {
      Judgement judgement = of(policy(Kind.SECRET, action), TEXT);
      boolean replaced = action == Action.REDACT || action == Action.PSEUDONYM;
      assertEquals(replaced, judgement.replaces("password"), action.word());
    }
  }
}
