package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.moat.core.Digest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RulesVersionTest {
  private static final List<String> TABLES = List.of("one", "two");
  private static final NumberRule RULE = rule("xx-id", "3-4", "D7", "id|identity");

  private static NumberRule rule(String type, String shapes, String form, String words) {
    return NumberRule.named(type, shapes, form, NumberRule.UNCHECKED, words);
  }

  private static String digest(NumberRule... numbers) {
    return RulesVersion.of(1, TABLES, List.of(numbers)).hex();
  }

  @Test
  void staysTheSameForTheSameRules() {
    assertEquals(RulesVersion.digest(), RulesVersion.digest());
    assertEquals(digest(RULE), digest(rule("xx-id", "3-4", "D7", "id|identity")));
  }

  @Test
  void theNumberOfTheCodeAndEveryTableDecide() {
    Set<String> digests = new HashSet<>();
    digests.add(RulesVersion.of(1, TABLES, List.of()).hex());
    digests.add(RulesVersion.of(2, TABLES, List.of()).hex());
    digests.add(RulesVersion.of(1, List.of("one", "three"), List.of()).hex());
    digests.add(RulesVersion.of(1, List.of("onetwo"), List.of()).hex());
    digests.add(RulesVersion.of(1, List.of("one"), List.of()).hex());
    assertEquals(5, digests.size());
  }

  @Test
  void everyPartOfARuleOfNumbersDecides() {
    Set<String> digests = new HashSet<>();
    digests.add(digest());
    digests.add(digest(RULE));
    digests.add(digest(RULE, RULE));
    digests.add(digest(rule("xx-tax", "3-4", "D7", "id|identity")));
    digests.add(digest(rule("xx-id", "4-3", "D7", "id|identity")));
    digests.add(digest(rule("xx-id", "3-4", "N7", "id|identity")));
    digests.add(digest(rule("xx-id", "3-4", "D7", "id|identities")));
    digests.add(digest(NumberRule.standing("xx-id", "3-4", "D7", NumberRule.UNCHECKED)));
    digests.add(digest(NumberRule.named("xx-id", "3-4", "D7", _ -> false, "id|identity")));
    assertEquals(9, digests.size());
  }

  @Test
  void theOrderOfRulesOfNumbersDecides() {
    NumberRule other = rule("yy-id", "3-4", "D7", "id");
    assertNotEquals(digest(RULE, other), digest(other, RULE), "the first that fits counts");
  }

  @Test
  void aShippedRuleOfNumbersLessIsAnotherVersion() {
    List<NumberRule> fewer = new ArrayList<>(NumberRules.all());
    fewer.removeLast();
    assertNotEquals(
        RulesVersion.of(RulesVersion.CODE, List.of(), NumberRules.all()),
        RulesVersion.of(RulesVersion.CODE, List.of(), fewer));
  }

  @Test
  void everyModelHasItsPlaceInTheDigestOfAGuard() {
    Digest policy = GuardPolicy.defaults().digest();
    Optional<Digest> one = Optional.of(Digest.of("one"));
    Optional<Digest> two = Optional.of(Digest.of("two"));
    Set<Digest> digests = new HashSet<>();
    digests.add(Guard.digest(policy, Optional.empty(), Optional.empty()));
    digests.add(Guard.digest(policy, one, Optional.empty()));
    digests.add(Guard.digest(policy, Optional.empty(), one));
    digests.add(Guard.digest(policy, one, two));
    digests.add(Guard.digest(policy, two, one));
    digests.add(Guard.digest(Digest.of("another"), one, two));
    assertEquals(6, digests.size());
  }

  @Test
  void theModelOfNamesDecidesWhereNamesAreLookedFor() {
    HeadModel heads = HeadModel.shipped();
    GuardPolicy deaf = GuardPolicy.defaults();
    GuardPolicy hears = deaf.with(Channel.OUTPUT, Kind.NAME, Action.FLAG);
    Optional<Digest> names = Optional.of(NameModel.bundled().digest());
    assertEquals(
        Guard.digest(hears.digest(), Optional.of(heads.digest()), names),
        Guard.of(hears, heads).policyDigest());
    assertEquals(
        Guard.digest(deaf.digest(), Optional.of(heads.digest()), Optional.empty()),
        Guard.of(deaf, heads).policyDigest());
  }

  @Test
  void anotherModelOfNamesHasAnotherDigest() {
    long[] rows = new long[NameModel.ROWS];
    NameModel empty = new NameModel(rows, new int[8], 1);
    NameModel cautious = new NameModel(rows, new int[8], 2);
    rows[NameModel.ROWS - 1] = 1;
    NameModel other = new NameModel(rows, new int[8], 1);
    assertEquals(3, Set.of(empty.digest(), cautious.digest(), other.digest()).size());
    assertEquals(empty.digest(), NameModel.of(empty.bytes()).digest());
  }
}
