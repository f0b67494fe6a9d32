package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.guard.AllowList;
import dev.moat.guard.Channel;
import dev.moat.guard.Guard;
import dev.moat.guard.GuardPolicy;
import dev.moat.trust.Project;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Guards that change as days end, and the choice among them. */
class TimedGuardTest {
  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
  private static final Instant FIRST_END = Instant.parse("2026-12-02T00:00:00Z");
  private static final Instant SECOND_END = Instant.parse("2026-12-11T00:00:00Z");
  private static final TimedGuard.Recipe RECIPE =
      new TimedGuard.Recipe("shop", GuardPolicy.defaults(), ConversationRules.standard());

  private final List<GuardPolicy> made = new ArrayList<>();

  private Guard make(GuardPolicy policy) {
    made.add(policy);
    return FixedModel.nothing().apply(policy);
  }

  private static Allowance allowance(String value, String until) {
    return new Allowance(
        "guard-allow." + value,
        Optional.of(AllowList.digest(value)),
        Optional.empty(),
        LocalDate.parse(until));
  }

  private TimedGuard timed(Instant now, Allowance... allowances) {
    return new TimedGuard(RECIPE, List.of(allowances), this::make, now);
  }

  private TimedGuard two(Instant now) {
    return timed(now, allowance("later", "2026-12-10"), allowance("soon", "2026-12-01"));
  }

  private static Set<Digest> allowed(NamedGuard guard) {
    return guard.guard().policy().channel(Channel.USER).allowed().values();
  }

  private static Set<Digest> values(String... values) {
    return Set.of(values).stream()
        .map(AllowList::digest)
        .collect(java.util.stream.Collectors.toSet());
  }

  @Test
  void isMadeOnceAndStays() {
    TimedGuard guard = two(NOW);
    NamedGuard first = guard.at(NOW);
    assertSame(first, guard.at(FIRST_END.minusNanos(1)));
    assertSame(first, guard.last());
    assertEquals(1, made.size());
    assertEquals("shop", first.name());
    assertEquals(ConversationRules.standard(), first.rules());
  }

  @Test
  void changesAtTheVeryEndOfEachDay() {
    TimedGuard guard = two(NOW);
    assertEquals(values("soon", "later"), allowed(guard.at(FIRST_END.minusNanos(1))));
    assertEquals(values("later"), allowed(guard.at(FIRST_END)));
    assertEquals(values("later"), allowed(guard.at(SECOND_END.minusNanos(1))));
    assertEquals(values(), allowed(guard.at(SECOND_END)));
    assertEquals(3, made.size());
  }

  @Test
  void skipsDaysInWhichNobodyAsked() {
    TimedGuard guard = two(NOW);
    assertEquals(values(), allowed(guard.at(SECOND_END.plusSeconds(1))));
    assertEquals(2, made.size());
  }

  @Test
  void whatHasEndedBeforeTheStartIsNeverAllowed() {
    assertEquals(values("later"), allowed(two(FIRST_END).at(FIRST_END)));
    assertEquals(values(), allowed(two(SECOND_END).at(SECOND_END)));
  }

  @Test
  void anExchangeKeepsTheGuardThatItWasGiven() {
    TimedGuard guard = two(NOW);
    NamedGuard given = guard.at(NOW);
    assertNotSame(given, guard.at(FIRST_END));
    assertEquals(values("soon", "later"), allowed(given));
  }

  @Test
  void whatAllowsNothingIsTheSameForever() {
    TimedGuard guard = timed(NOW);
    assertTrue(guard.isFixed());
    assertSame(guard.at(Instant.MIN), guard.at(Instant.MAX.minusNanos(1)));
    assertEquals(1, made.size());
    assertFalse(two(NOW).isFixed());
  }

  @Test
  void aFixedGuardIsTheOneGiven() {
    Guard given = make(GuardPolicy.defaults());
    NamedGuard named = new NamedGuard("shop", given, ConversationRules.standard());
    TimedGuard guard = TimedGuard.fixed(named);
    assertSame(given, guard.at(NOW).guard());
    assertEquals(named, guard.last());
    assertTrue(guard.isFixed());
  }

  @Test
  void aProjectGoesBeforeItsOrganisationAndThatBeforeEverybody() {
    TimedGuard everybody = TimedGuard.fixed(named("everybody"));
    GuardChoice choice =
        new GuardChoice(
            everybody,
            Map.of(
                new Subject(Subject.Kind.PROJECT, "acme/shop"), TimedGuard.fixed(named("shop")),
                new Subject(Subject.Kind.ORGANISATION, "acme"), TimedGuard.fixed(named("acme"))));
    assertEquals("shop", choice.of(Project.parse("acme/shop"), NOW).name());
    assertEquals("acme", choice.of(Project.parse("acme/shop2"), NOW).name());
    assertEquals("everybody", choice.of(Project.parse("acme2/shop"), NOW).name());
    assertEquals("everybody", choice.standard().name());
    assertFalse(choice.isFixed());
  }

  @Test
  void theGuardOfATenantChangesWithTimeToo() {
    GuardChoice choice =
        new GuardChoice(
            TimedGuard.fixed(named("everybody")),
            Map.of(new Subject(Subject.Kind.PROJECT, "acme/shop"), two(NOW)));
    Project shop = Project.parse("acme/shop");
    assertEquals(values("soon", "later"), allowed(choice.of(shop, NOW)));
    assertEquals(values("later"), allowed(choice.of(shop, FIRST_END)));
  }

  @Test
  void aChoiceIsFixedOnlyWhereNeitherTimeNorCallerMatters() {
    assertTrue(GuardChoice.only(named("one")).isFixed());
    assertFalse(new GuardChoice(two(NOW), Map.of()).isFixed());
  }

  private static NamedGuard named(String name) {
    Guard guard = FixedModel.nothing().apply(GuardPolicy.defaults());
    return new NamedGuard(name, guard, ConversationRules.standard());
  }
}
