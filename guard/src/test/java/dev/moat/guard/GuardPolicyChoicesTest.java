package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.guard.AllowList.Ending;
import dev.moat.guard.GuardPolicy.ChannelPolicy;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every choice of a policy is checked, in its digest, and kept where another is changed. */
class GuardPolicyChoicesTest {
  private static final GuardPolicy DEFAULTS = GuardPolicy.defaults();
  private static final ChannelPolicy USER = DEFAULTS.channel(Channel.USER);

  private static AllowList values(String... values) {
    Set<dev.moat.core.Digest> digests = new HashSet<>();
    for (String value : values) {
      digests.add(AllowList.digest(value));
    }
    return new AllowList(digests, Set.of());
  }

  private static AllowList endings(Ending... endings) {
    return new AllowList(Set.of(), Set.of(endings));
  }

  /** Policies of which each decides something else than all others. */
  private static List<GuardPolicy> different() {
    List<GuardPolicy> all = new ArrayList<>(List.of(DEFAULTS));
    for (Channel channel : Channel.values()) {
      ChannelPolicy old = DEFAULTS.channel(channel);
      all.add(DEFAULTS.with(channel, old.within(0.4, 0.85)));
      all.add(DEFAULTS.with(channel, old.within(0.5, 0.9)));
      all.add(DEFAULTS.with(channel, old.within(0.5, Math.nextUp(0.85))));
      all.add(DEFAULTS.with(channel, old.shadowing(true)));
      all.add(DEFAULTS.with(channel, old.with(values("one"))));
      all.add(DEFAULTS.with(channel, old.with(values("one", "two"))));
      all.add(DEFAULTS.with(channel, old.with(endings(new Ending("email", "@one.example")))));
      all.add(DEFAULTS.with(channel, old.with(old.actions(), Map.of("email", Action.BLOCK))));
      all.add(DEFAULTS.with(channel, old.with(old.actions(), Map.of("email", Action.PASS))));
      all.add(DEFAULTS.with(channel, old.with(old.actions(), Map.of("phone", Action.BLOCK))));
    }
    all.add(DEFAULTS.with(new OperatorLists(Set.of("a.example"), false, Set.of(), Set.of())));
    all.add(DEFAULTS.with(new OperatorLists(Set.of(), true, Set.of(), Set.of())));
    all.add(DEFAULTS.with(new OperatorLists(Set.of(), false, Set.of("a.example"), Set.of())));
    all.add(DEFAULTS.with(values("one")));
    return all;
  }

  @Test
  void everyChoiceIsInTheDigest() {
    Set<String> digests = new HashSet<>();
    List<GuardPolicy> all = different();
    all.forEach(policy -> digests.add(policy.digest().hex()));
    assertEquals(all.size(), digests.size());
  }

  @Test
  void theSameChoicesHaveTheSameDigest() {
    List<GuardPolicy> once = different();
    List<GuardPolicy> again = different();
    for (int i = 0; i < once.size(); i++) {
      assertEquals(once.get(i).digest(), again.get(i).digest());
      assertEquals(once.get(i), again.get(i));
    }
  }

  @Test
  void twoEndingsAreNotOneThatLooksLikeBoth() {
    AllowList two = endings(new Ending("email", "@aa"), new Ending("email", "@bb"));
    AllowList one = endings(new Ending("email", "@aa\nemail @bb"));
    assertFalse(DEFAULTS.with(one).digest().equals(DEFAULTS.with(two).digest()));
  }

  @Test
  void theOrderOfWhatIsAllowedDoesNotCount() {
    Ending one = new Ending("email", "@one.example");
    Ending two = new Ending("phone", ".two");
    assertEquals(
        DEFAULTS.with(endings(one, two)).digest(), DEFAULTS.with(endings(two, one)).digest());
    assertEquals(
        DEFAULTS.with(values("one", "two")).digest(), DEFAULTS.with(values("two", "one")).digest());
  }

  @Test
  void aChangeOfOneChoiceKeepsAllOthers() {
    OperatorLists lists = new OperatorLists(Set.of("a.example"), true, Set.of(), Set.of());
    GuardPolicy own =
        DEFAULTS
            .with(lists)
            .with(values("one"))
            .with(Channel.USER, Kind.HARM, Action.BLOCK)
            .with(Channel.DATA, Kind.HARM, Action.NOTE);
    assertEquals(lists, own.lists());
    assertTrue(own.channel(Channel.USER).allowed().allows("one"));
    assertEquals(Action.BLOCK, own.channel(Channel.USER).action(Kind.HARM));
    ChannelPolicy changed =
        own.channel(Channel.USER).shadowing(true).within(0.1, 0.2).with(values("two"));
    assertEquals(Action.BLOCK, changed.action(Kind.HARM));
    assertTrue(changed.shadow());
    assertEquals(0.1, changed.flagAt());
    assertEquals(0.2, changed.blockAt());
    assertFalse(changed.allowed().allows("one"));
    assertFalse(changed.shadowing(false).shadow());
  }

  @Test
  void boundsHoldAtTheirEnds() {
    assertEquals(1, USER.within(1, 1).flagAt());
    assertEquals(Double.MIN_VALUE, USER.within(Double.MIN_VALUE, 1).flagAt());
    for (double[] bounds :
        new double[][] {
          {0, 1},
          {-0.1, 1},
          {0.5, Math.nextDown(0.5)},
          {0.5, Math.nextUp(1.0)},
          {Double.NaN, 0.5},
          {0.5, Double.NaN},
          {Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY}
        }) {
      assertThrows(IllegalArgumentException.class, () -> USER.within(bounds[0], bounds[1]));
    }
  }

  @Test
  void onlyWhatIsAStretchOfTheTextCanBeReplaced() {
    for (Kind kind : Kind.values()) {
      for (Action action : List.of(Action.REDACT, Action.PSEUDONYM)) {
        if (kind.isReplaceable()) {
          GuardPolicy policy = DEFAULTS.with(Channel.USER, kind, action);
          assertEquals(action, policy.channel(Channel.USER).action(kind));
        } else {
          String message =
              String.valueOf(
                  assertThrows(
                          IllegalArgumentException.class,
                          () -> DEFAULTS.with(Channel.USER, kind, action))
                      .getMessage());
          assertEquals(
              kind.word() + ": cannot be replaced in a text; use pass, note, flag or block",
              message);
        }
      }
    }
  }

  @Test
  void namesTheTypeThatCannotBeReplaced() {
    for (String type : List.of("injection.override", "harm.hate", "leak.prompt")) {
      Map<String, Action> types = Map.of(type, Action.REDACT);
      String message =
          String.valueOf(
              assertThrows(IllegalArgumentException.class, () -> USER.with(USER.actions(), types))
                  .getMessage());
      assertTrue(message.startsWith(type + ": cannot be replaced"), message);
    }
  }

  @Test
  void whatItIsMadeOfMayChangeAndItDoesNot() {
    Map<Kind, Action> actions = new EnumMap<>(USER.actions());
    Map<Channel, ChannelPolicy> channels = new EnumMap<>(DEFAULTS.channels());
    ChannelPolicy policy = new ChannelPolicy(actions, 0.5, 0.85);
    GuardPolicy whole = new GuardPolicy(channels);
    actions.put(Kind.SECRET, Action.PASS);
    channels.clear();
    assertEquals(Action.REDACT, policy.action(Kind.SECRET));
    assertEquals(DEFAULTS, whole);
  }

  @Test
  void aTypeWithoutAnActionOfItsOwnHasThatOfItsKind() {
    ChannelPolicy own = USER.with(USER.actions(), Map.of("email", Action.PASS));
    assertEquals(Action.PASS, own.action("email"));
    assertEquals(Action.REDACT, own.action("phone"));
    assertEquals(Action.REDACT, own.action("github-token"));
    assertEquals(Action.BLOCK, own.action("injection.model"));
    assertEquals(Action.PASS, own.action("person"));
  }

  @Test
  void blocksWhereTheKindOrOneOfItsTypesDoes() {
    assertTrue(USER.blocks(Kind.INJECTION));
    assertFalse(USER.blocks(Kind.HARM));
    ChannelPolicy own = USER.with(USER.actions(), Map.of("harm.hate", Action.BLOCK));
    assertTrue(own.blocks(Kind.HARM));
    assertFalse(own.blocks(Kind.SECRET));
  }

  @Test
  void notingLooksForAllThatWouldPassAndKeepsTheRest() {
    GuardPolicy noting = DEFAULTS.noting();
    for (Channel channel : Channel.values()) {
      for (Kind kind : Kind.values()) {
        Action old = DEFAULTS.channel(channel).action(kind);
        Action expected = old == Action.PASS ? Action.NOTE : old;
        assertEquals(expected, noting.channel(channel).action(kind));
        assertTrue(noting.channel(channel).looksFor(kind));
      }
    }
    assertEquals(noting, noting.noting());
  }

  @Test
  void notingNotesTypesThatWouldPassToo() {
    Map<String, Action> types = Map.of("email", Action.PASS, "phone", Action.BLOCK);
    GuardPolicy policy = DEFAULTS.with(Channel.USER, USER.with(USER.actions(), types));
    Guard guard = Guard.of(policy.noting(), new HeadWeights().model());
    Verdict verdict = guard.judge(Channel.USER, "mail jane@example.org");
    assertEquals("pass", verdict.word());
    assertEquals(List.of(new Span("email", 5, 21)), verdict.spans());
    assertEquals(Action.BLOCK, policy.noting().channel(Channel.USER).action("phone"));
  }

  @Test
  void onlyWhatIsLookedAtIsActedOn() {
    ChannelPolicy own = USER.with(USER.actions(), Map.of("email", Action.BLOCK));
    ChannelPolicy secrets = own.only(kind -> kind == Kind.SECRET);
    assertEquals(Action.REDACT, secrets.action(Kind.SECRET));
    assertEquals(Action.PASS, secrets.action("email"));
    assertEquals(Action.PASS, secrets.action(Kind.INJECTION));
    assertTrue(own.only(_ -> false).passesAll());
    assertEquals(own, own.only(_ -> true));
  }
}
