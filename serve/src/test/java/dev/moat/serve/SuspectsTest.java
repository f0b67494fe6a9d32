package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Json;
import dev.moat.guard.Action;
import dev.moat.guard.Channel;
import dev.moat.guard.Guard;
import dev.moat.guard.GuardPolicy;
import dev.moat.guard.Kind;
import dev.moat.guard.Scores;
import dev.moat.guard.Span;
import dev.moat.guard.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class SuspectsTest {
  private static final ConversationRules RULES = ConversationRules.standard();
  private static final GuardPolicy POLICY = GuardPolicy.defaults();
  private static final Guard LONG = FixedModel.longTexts().apply(POLICY);
  private static final String PART = "a part of an attack";
  private static final String NEXT = "the next bit of ill";
  private static final String LAST = "some last odd piece";

  /** A chat in which the user and the assistant take turns; the user begins. */
  private static ParsedRequest chat(String... said) {
    ObjectNode body = Json.object().put("model", "m");
    ArrayNode messages = body.putArray("messages");
    for (int i = 0; i < said.length; i++) {
      messages.addObject().put("role", i % 2 == 0 ? "user" : "assistant").put("content", said[i]);
    }
    return parse(Json.text(body));
  }

  private static ParsedRequest parse(String body) {
    return RequestParser.parse(Endpoint.CHAT, body.getBytes(StandardCharsets.UTF_8));
  }

  private static Suspects of(GuardPolicy policy, ParsedRequest request) {
    return new Suspects(NamedGuard.of(FixedModel.nothing().apply(policy)), request);
  }

  private static Suspects together(ParsedRequest request, ConversationRules rules) {
    return new Suspects(new NamedGuard("default", LONG, rules), request);
  }

  private static Verdict attack(double score) {
    return new Verdict.Pass(score);
  }

  private static Suspect suspect(String text, double score, boolean flagged, boolean asked) {
    return new Suspect(Digest.of(text).hex(), score, flagged, asked);
  }

  @Test
  void takesWhatReachesTheFloorAndSaysWhatIsFlagged() {
    ParsedRequest request = chat("one", "two", "three");
    Suspects suspects = of(POLICY, request);
    suspects.add(0, attack(0.4));
    suspects.add(1, attack(0.499));
    suspects.add(2, attack(0.5));
    assertEquals(
        List.of(
            suspect("one", 0.4, false, false),
            suspect("two", 0.499, false, false),
            suspect("three", 0.5, true, true)),
        suspects.found());
  }

  @Test
  void leavesOutWhatIsUnderTheFloor() {
    Suspects suspects = of(POLICY, chat("one"));
    suspects.add(0, attack(0.399));
    assertEquals(List.of(), suspects.found());
  }

  @Test
  void takesWhatIsFlaggedUnderAHighFloor() {
    ConversationRules high = new ConversationRules(1.5, 0.9, Duration.ofMinutes(1), 0);
    Guard guard = FixedModel.nothing().apply(POLICY);
    Suspects suspects = new Suspects(new NamedGuard("default", guard, high), chat("one"));
    suspects.add(0, attack(0.6));
    assertEquals(List.of(suspect("one", 0.6, true, true)), suspects.found());
  }

  @Test
  void harmAndLeaksAreNoAttacks() {
    Suspects suspects = of(POLICY, chat("one", "two", "three"));
    Scores harm = new Scores(0.1, 0, Map.of("hate", 0.99));
    suspects.add(0, new Verdict.Flag("harm.hate", harm, List.of(new Span("harm.hate", 0, 3))));
    suspects.add(1, new Verdict.Block("harm.hate", harm, List.of()));
    suspects.add(2, new Verdict.Flag("leak.prompt", new Scores(0, 1, Map.of()), List.of()));
    assertEquals(List.of(), suspects.found());
  }

  @Test
  void askedIsOnlyTheLastMessageOfTheUser() {
    Suspects answered = of(POLICY, chat("one", "two"));
    answered.add(0, attack(0.6));
    answered.add(1, attack(0.6));
    assertEquals(
        List.of(suspect("one", 0.6, true, false), suspect("two", 0.6, true, false)),
        answered.found());
  }

  @Test
  void whereAttacksPassOrAreOnlyNotedNobodyIsSuspected() {
    for (Action action : List.of(Action.PASS, Action.NOTE)) {
      Suspects suspects = of(POLICY.with(Channel.USER, Kind.INJECTION, action), chat("one"));
      suspects.add(0, attack(0.9));
      assertEquals(List.of(), suspects.found(), action.name());
    }
  }

  @Test
  void inShadowModeNobodyIsSuspected() {
    GuardPolicy shadow = POLICY.with(Channel.USER, POLICY.channel(Channel.USER).shadowing(true));
    Suspects suspects = of(shadow, chat("one"));
    suspects.add(0, attack(0.9));
    assertEquals(List.of(), suspects.found());
  }

  @Test
  void whatWasRetrievedIsNotOfTheUser() {
    ParsedRequest request =
        parse(
            TestGateway.json(
                "{'model':'m','messages':[{'role':'tool','tool_call_id':'c','content':'found'}]}"));
    Suspects suspects = of(POLICY, request);
    suspects.add(0, attack(0.9));
    assertEquals(List.of(), suspects.found());
  }

  @Test
  void onlyAPolicyThatBlocksAttacksMayBlockTheirConversation() {
    assertTrue(Suspects.mayBlock(FixedModel.nothing().apply(POLICY)));
    GuardPolicy flags = POLICY.with(Channel.USER, Kind.INJECTION, Action.FLAG);
    assertFalse(Suspects.mayBlock(FixedModel.nothing().apply(flags)));
  }

  @Test
  void severalShortMessagesAreJudgedAsOne() {
    Suspects suspects = together(chat(PART, "well", NEXT, "well", LAST), RULES);
    Findings findings = new Findings();
    suspects.judgeTurns(findings);
    assertTrue(findings.blocked());
    assertEquals(1, suspects.found().size());
    Suspect found = suspects.found().getFirst();
    assertEquals(Findings.TOGETHER, found.digest());
    assertTrue(found.flagged());
    assertTrue(found.score() >= 0.85, found.toString());
  }

  @Test
  void oneMessageIsNotJudgedAgain() {
    Suspects suspects = together(chat(PART), RULES);
    Findings findings = new Findings();
    suspects.judgeTurns(findings);
    assertEquals("pass", findings.word());
    assertEquals(List.of(), suspects.found());
  }

  @Test
  void whatIsNoMoreTogetherThanAloneIsNotToldTwice() {
    Suspects suspects = together(chat(PART, "well", NEXT, "well", LAST), RULES);
    suspects.add(4, attack(0.9999999));
    Findings findings = new Findings();
    suspects.judgeTurns(findings);
    assertEquals("pass", findings.word());
    assertEquals(1, suspects.found().size(), "the one that was told");
  }

  @Test
  void aBlockedQuestionIsNotJudgedAgain() {
    Suspects suspects = together(chat(PART, "well", NEXT, "well", LAST), RULES);
    Findings findings = new Findings();
    findings.block("personal");
    suspects.judgeTurns(findings);
    assertEquals(List.of(), suspects.found());
  }

  @Test
  void onlyTheLastMessagesWithinTheBoundAreJudgedTogether() {
    ParsedRequest request = chat(PART, "well", NEXT, "well", LAST);
    int two = 2 * (PART.length() + 1);
    Findings few = new Findings();
    together(request, turns(two)).judgeTurns(few);
    Findings all = new Findings();
    together(request, turns(two + PART.length() + 1)).judgeTurns(all);
    assertEquals("pass", few.word());
    assertTrue(all.blocked());
  }

  private static ConversationRules turns(int characters) {
    return new ConversationRules(1.5, 0.4, Duration.ofMinutes(10), characters);
  }

  @Test
  void aMessageIsShortUpToItsBound() {
    String blank = " ".repeat(Suspects.SHORT_CHARACTERS_MAX - 1 - PART.length());
    Findings just = new Findings();
    together(chat(PART, "well", NEXT, "well", LAST + blank), RULES).judgeTurns(just);
    Findings over = new Findings();
    together(chat(PART, "well", NEXT, "well", LAST + blank + " "), RULES).judgeTurns(over);
    assertTrue(just.blocked());
    assertEquals("pass", over.word());
  }

  @Test
  void promptsBesideEachOtherAreNoConversation() {
    ParsedRequest request =
        RequestParser.parse(
            Endpoint.COMPLETION,
            TestGateway.json("{'model':'m','prompt':['PART','PART','PART']}")
                .replace("PART", PART)
                .getBytes(StandardCharsets.UTF_8));
    Findings findings = new Findings();
    together(request, RULES).judgeTurns(findings);
    assertEquals("pass", findings.word());
  }

  @Test
  void whatTheAssistantSaidIsNotJudgedWithTheUser() {
    Findings findings = new Findings();
    together(chat("hi", PART, "yes", PART, "ok", PART), RULES).judgeTurns(findings);
    assertEquals("pass", findings.word());
  }
}
