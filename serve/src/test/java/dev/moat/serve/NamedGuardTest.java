package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.moat.core.Digest;
import dev.moat.guard.Action;
import dev.moat.guard.Channel;
import dev.moat.guard.Guard;
import dev.moat.guard.GuardPolicy;
import dev.moat.guard.Kind;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NamedGuardTest {
  private static final Guard GUARD = FixedModel.nothing().apply(GuardPolicy.defaults());
  private static final Duration TEN = Duration.ofMinutes(10);

  private static Digest with(ConversationRules rules) {
    return new NamedGuard("default", GUARD, rules).digest();
  }

  @Test
  void everyRuleOfConversationsDecides() {
    Set<Digest> digests = new HashSet<>();
    digests.add(with(new ConversationRules(1.5, 0.4, TEN, 1_000)));
    digests.add(with(new ConversationRules(1.6, 0.4, TEN, 1_000)));
    digests.add(with(new ConversationRules(1.5, 0.5, TEN, 1_000)));
    digests.add(with(new ConversationRules(1.5, 0.4, TEN.plusSeconds(1), 1_000)));
    digests.add(with(new ConversationRules(1.5, 0.4, TEN, 1_001)));
    assertEquals(5, digests.size());
    assertEquals(with(ConversationRules.standard()), NamedGuard.of(GUARD).digest());
  }

  @Test
  void theGuardDecides() {
    GuardPolicy strict = GuardPolicy.defaults().with(Channel.DATA, Kind.INJECTION, Action.BLOCK);
    Guard other = FixedModel.nothing().apply(strict);
    Guard retrained = FixedModel.attack(0.1).apply(GuardPolicy.defaults());
    assertNotEquals(NamedGuard.of(GUARD).digest(), NamedGuard.of(other).digest());
    assertNotEquals(NamedGuard.of(GUARD).digest(), NamedGuard.of(retrained).digest());
  }

  @Test
  void theNameOfAPolicyDecidesNothing() {
    NamedGuard other = new NamedGuard("other", GUARD, ConversationRules.standard());
    assertEquals(NamedGuard.of(GUARD).digest(), other.digest());
  }
}
