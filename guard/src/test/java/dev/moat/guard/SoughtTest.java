package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.guard.GuardPolicy.ChannelPolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SoughtTest {
  private static final ChannelPolicy USER = GuardPolicy.defaults().channel(Channel.USER);

  private static ChannelPolicy names(Action action) {
    return GuardPolicy.defaults().with(Channel.USER, Kind.NAME, action).channel(Channel.USER);
  }

  private static List<String> types(String text, Sought sought) {
    return InPieces.find(List.of(text), sought).stream().map(Span::type).toList();
  }

  @Test
  void namesAreOnlySoughtWherePolicyCares() {
    assertEquals(Optional.empty(), Sought.of(USER, UnsafeDetectors.NONE).names());
    assertFalse(Sought.of(USER, UnsafeDetectors.NONE).quasi());
    for (Action action : List.of(Action.NOTE, Action.FLAG, Action.REDACT, Action.BLOCK)) {
      Sought sought = Sought.of(names(action), UnsafeDetectors.NONE);
      assertTrue(sought.names().isPresent(), action.word());
      assertTrue(sought.quasi(), action.word());
    }
  }

  @Test
  void oneTypeOfNamesIsReasonEnough() {
    ChannelPolicy policy = USER.with(USER.actions(), Map.of("person", Action.FLAG));
    assertTrue(Sought.of(policy, UnsafeDetectors.NONE).names().isPresent());
    ChannelPolicy other = USER.with(USER.actions(), Map.of("person", Action.PASS));
    assertTrue(Sought.of(other, UnsafeDetectors.NONE).names().isEmpty());
  }

  @Test
  void secretsAndPersonalDataAreAlwaysSought() {
    assertEquals(List.of("email"), types("to jane@example.org ", Sought.NOTHING));
  }

  @Test
  void whatNarrowsDownIsFoundOnlyIfItIsWanted() {
    String text = "See https://www.example.org/menu today. ";
    assertEquals(List.of(), types(text, Sought.NOTHING));
    assertEquals(List.of("url"), types(text, Sought.NOTHING.withQuasi()));
  }

  @Test
  void aChangeLeavesTheRest() {
    Sought all = Sought.of(names(Action.FLAG), UnsafeDetectors.NONE);
    assertSame(SignDetectors.NONE, all.with(SignDetectors.NONE).signs());
    assertEquals(all.names(), all.with(SignDetectors.NONE).names());
    assertEquals(Optional.empty(), all.with(Optional.empty()).names());
    assertSame(all.signs(), all.with(Optional.empty()).signs());
    assertTrue(all.with(Optional.empty()).quasi());
    assertEquals(all.names(), all.withQuasi().names());
  }
}
