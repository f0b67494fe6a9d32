package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.trust.ApiKey;
import dev.moat.trust.Principal;
import dev.moat.trust.Project;
import dev.moat.trust.Role;
import dev.moat.trust.Scope;
import dev.moat.wire.Headers;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExperimentUnitTest {
  private static final String HEADER = "x-moat-unit";
  private static final ExperimentUnit NAMED = ExperimentUnit.parse("e", "header:" + HEADER);

  private static ApiKey key(String id, String principal) {
    Principal owner = new Principal(principal, "name", Role.CLIENT);
    ApiKey.Life life = ApiKey.Life.from(TestGateway.NOW);
    return new ApiKey(id, id, "test", owner, Project.standard(), Scope.everything(), life);
  }

  private static Optional<String> named(String value) {
    return NAMED.of(key("k", "p"), Headers.of(HEADER, value));
  }

  @Test
  void readsWhoStaysTogether() {
    assertEquals(ExperimentUnit.Kind.PRINCIPAL, ExperimentUnit.parse("e", "principal").kind());
    assertEquals(ExperimentUnit.Kind.KEY, ExperimentUnit.parse("e", "key").kind());
    assertEquals(new ExperimentUnit(ExperimentUnit.Kind.HEADER, HEADER), NAMED);
    String longest = "x-" + "a".repeat(62);
    assertEquals(longest, ExperimentUnit.parse("e", "header:" + longest).header());
  }

  @Test
  void refusesOtherWords() {
    for (String by :
        List.of(
            "",
            "user",
            "Principal",
            "header:",
            "header:authorization",
            "header:cookie",
            "header:X-Unit",
            "header:x-",
            "header:x-a b",
            "header:x-" + "a".repeat(63))) {
      Failure failure = assertThrows(Failure.class, () -> ExperimentUnit.parse("e", by), by);
      assertEquals("experiment.e.by", ((Problem.Invalid) failure.problem()).field());
    }
  }

  @Test
  void keepsAPrincipalOrAKeyTogether() {
    ExperimentUnit principal = ExperimentUnit.parse("e", "principal");
    ExperimentUnit key = ExperimentUnit.parse("e", "key");
    Headers none = Headers.none();
    assertEquals(principal.of(key("k1", "p"), none), principal.of(key("k2", "p"), none));
    assertNotEquals(principal.of(key("k1", "p"), none), principal.of(key("k1", "q"), none));
    assertEquals(key.of(key("k1", "p"), none), key.of(key("k1", "q"), none));
    assertNotEquals(key.of(key("k1", "p"), none), key.of(key("k2", "p"), none));
    assertNotEquals(
        principal.of(key("same", "same"), none), key.of(key("same", "same"), none), "two kinds");
  }

  @Test
  void takesAPlainNameWithinItsPrincipal() {
    assertEquals(named("u1"), named("u1"));
    assertNotEquals(named("u1"), named("u2"));
    assertNotEquals(named("u1"), NAMED.of(key("k", "q"), Headers.of(HEADER, "u1")));
    assertEquals(
        named("u1"), NAMED.of(key("k2", "p"), Headers.of(HEADER, "u1")), "any key of its owner");
    assertTrue(named("a".repeat(128)).isPresent());
    assertTrue(named("Az09._:@-").isPresent());
    assertTrue(NAMED.of(key("k", "p"), Headers.none()).isEmpty());
  }

  @Test
  void refusesWhatIsNoPlainName() {
    Random random = new Random(19);
    for (int round = 0; round < 2_000; round++) {
      StringBuilder value = new StringBuilder();
      for (int i = random.nextInt(6); i > 0; i--) {
        value.append((char) (' ' + random.nextInt('~' - ' ')));
      }
      boolean plain = value.toString().matches("[A-Za-z0-9._:@-]{1,128}");
      if (plain) {
        assertTrue(named(value.toString()).isPresent(), value.toString());
      } else {
        Failure failure =
            assertThrows(Failure.class, () -> named(value.toString()), value.toString());
        assertEquals(HEADER, ((Problem.Invalid) failure.problem()).field());
      }
    }
    assertThrows(Failure.class, () -> named("a".repeat(129)));
  }
}
