package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OperatorListsTest {
  private static OperatorLists hosts(String... hosts) {
    return new OperatorLists(Set.of(hosts), false, Set.of(), Set.of());
  }

  @Test
  void aHostIsAllowedAsItStands() {
    OperatorLists lists = hosts("Docs.Example.org");
    assertTrue(lists.allows("docs.example.org"));
    assertFalse(lists.allows("example.org"));
    assertFalse(lists.allows("a.docs.example.org"));
  }

  @Test
  void aStarAllowsAllBelowAHostAndNotItself() {
    OperatorLists lists = hosts("*.example.org");
    assertTrue(lists.allows("a.example.org"));
    assertTrue(lists.allows("a.b.example.org"));
    assertFalse(lists.allows("example.org"));
    assertFalse(lists.allows("aexample.org"));
    assertFalse(lists.allows(""));
  }

  @Test
  void everyListHasItsOwnDigest() {
    Set<String> digests = new HashSet<>();
    List<OperatorLists> all =
        List.of(
            OperatorLists.NONE,
            hosts("a.org"),
            hosts("a.org", "b.org"),
            new OperatorLists(Set.of(), true, Set.of(), Set.of()),
            new OperatorLists(Set.of(), false, Set.of("a.org"), Set.of()),
            new OperatorLists(Set.of(), false, Set.of(), Set.of("a-long-canary")));
    all.forEach(lists -> digests.add(GuardPolicy.defaults().with(lists).digest().hex()));
    assertEquals(all.size(), digests.size());
  }

  @Test
  void otherChoicesKeepTheLists() {
    GuardPolicy policy = GuardPolicy.defaults().with(hosts("a.org"));
    assertEquals(policy.lists(), policy.noting().lists());
    assertEquals(policy.lists(), policy.with(Channel.DATA, Kind.UNSAFE, Action.PASS).lists());
  }

  @Test
  void listsHaveABound() {
    Set<String> many =
        IntStream.rangeClosed(0, OperatorLists.ENTRIES_MAX)
            .mapToObj(i -> i + ".org")
            .collect(Collectors.toSet());
    assertThrows(
        IllegalArgumentException.class, () -> new OperatorLists(many, false, Set.of(), Set.of()));
  }
}
