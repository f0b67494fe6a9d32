package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Settings;
import dev.moat.guard.AllowList;
import dev.moat.guard.Channel;
import dev.moat.guard.Guard;
import dev.moat.guard.GuardPolicy;
import dev.moat.guard.Kind;
import dev.moat.trust.Project;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GuardSettingsTest {
  private static final Digest BUILT_IN = Guard.of(GuardPolicy.defaults()).policyDigest();
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final Project OTHER = Project.parse("other/one");
  private static final String TENANTS =
      """
      guard:
        default:
          user.harm: block
          conversation-bound: 2.5
        strict:
          user.secret: block
        shop:
          for: [project:acme/shop]
          user.personal: note
        acme:
          for: [organisation:acme]
          user.personal: block
      route:
        code:
          guard: strict
      """;

  static GuardSettings read(String yaml) {
    byte[] bytes = yaml.getBytes(StandardCharsets.UTF_8);
    Settings settings = Settings.parse(bytes, "moat.yaml", Map.of());
    GuardSettings read = GuardSettings.read(settings);
    settings.refuseUnknown();
    return read;
  }

  private static RoutePolicy policy(String yaml, String route) {
    return read(yaml)
        .policy(route, RoutePolicy.Guarding.defaults(), RoutePolicy.Caching.off(), Guard::of, NOW);
  }

  private static NamedGuard guard(String route, String project) {
    return policy(TENANTS, route).of(Project.parse(project), NOW).named();
  }

  private static String refusal(String yaml) {
    return assertThrows(Failure.class, () -> read(yaml).requireNear(NOW), yaml).getMessage();
  }

  private static String allow(String... lines) {
    return "guard-allow:\n  one:\n    " + String.join("\n    ", lines) + "\n";
  }

  @Test
  void withoutSettingsThePolicyIsTheBuiltIn() {
    RoutePolicy policy = policy("", "code");
    assertEquals(BUILT_IN, policy.guard().policyDigest());
    assertEquals("default", policy.named().name());
    assertTrue(policy.isFixed());
  }

  @Test
  void theMostSpecificPolicyWins() {
    assertEquals("shop", guard("code", "acme/shop").name());
    assertEquals("acme", guard("code", "acme/other").name());
    assertEquals("strict", guard("code", "other/shop").name());
    assertEquals("default", guard("chat", "other/shop").name());
  }

  @Test
  void everyTenantHasItsOwnDigest() {
    List<String> digests =
        List.of("acme/shop", "acme/other", "other/shop").stream()
            .map(project -> guard("code", project).guard().policyDigest().hex())
            .distinct()
            .toList();
    assertEquals(3, digests.size());
  }

  @Test
  void aSectionChangesWhatTheDefaultSays() {
    NamedGuard strict = guard("code", "other/shop");
    assertEquals("block", action(strict, Kind.HARM));
    assertEquals("block", action(strict, Kind.SECRET));
    assertEquals("redact", action(strict, Kind.PERSONAL));
    assertEquals(2.5, strict.rules().bound());
    assertEquals(Duration.ofMinutes(10), strict.rules().halfLife());
  }

  private static String action(NamedGuard guard, Kind kind) {
    return guard.guard().policy().channel(Channel.USER).action(kind).word();
  }

  @Test
  void refusesARouteWhosePolicyIsNot() {
    assertEquals(
        "route.code.guard: \"strickt\" names no section of guard; did you mean strict?",
        refusal("guard:\n  strict: {}\nroute:\n  code:\n    guard: strickt\n"));
  }

  @Test
  void refusesATenantThatIsNone() {
    String form = "guard:\n  a:\n    for: [%s]\n";
    assertEquals(
        "guard.a.for: \"key:k\" is no tenant; write project:ORG/NAME or organisation:ORG",
        refusal(form.formatted("'key:k'")));
    assertTrue(refusal(form.formatted("each-project")).contains("is no tenant"));
    assertTrue(refusal(form.formatted("somebody")).contains("names nobody"));
    String twice = form.formatted("'project:a/b'") + "  b:\n    for: ['project:a/b']\n";
    assertEquals(
        "guard.b.for: \"project:a/b\" has guard.a too; take it out of one", refusal(twice));
  }

  @Test
  void refusesANameThatIsNone() {
    assertTrue(refusal("guard:\n  'a b': {}\n").contains("is no name of a policy"));
  }

  @Test
  void refusesRulesOfConversationsThatAreNone() {
    String form = "guard:\n  a:\n    %s\n";
    assertTrue(refusal(form.formatted("conversation-bound: -1")).contains("from 0 to 1000"));
    assertTrue(refusal(form.formatted("conversation-floor: 1.1")).contains("from 0 to 1;"));
    assertTrue(refusal(form.formatted("conversation-floor: NaN")).contains("is not a number"));
    assertTrue(refusal(form.formatted("turns-characters: 10001")).contains("out of range"));
  }

  @Test
  void letsThroughWhatIsAllowedUntilItsLastDayIsOver() {
    RoutePolicy policy =
        policy(allow("match: help@example.com", "reason: our own", "until: 2026-12-01"), "code");
    Instant last = Instant.parse("2026-12-01T23:59:59Z");
    assertNotEquals(BUILT_IN, policy.of(OTHER, NOW).guard().policyDigest());
    assertEquals("pass", said(policy.of(OTHER, NOW)));
    assertEquals("pass", said(policy.of(OTHER, last)));
    assertEquals("redact", said(policy.of(OTHER, last.plusSeconds(1))));
    assertEquals(BUILT_IN, policy.of(OTHER, last.plusSeconds(1)).guard().policyDigest());
  }

  @Test
  void anExchangeKeepsItsGuardThoughTheDayEnds() {
    RoutePolicy policy =
        policy(allow("match: help@example.com", "reason: ours", "until: 2026-12-01"), "code");
    RoutePolicy begun = policy.of(OTHER, NOW);
    policy.of(OTHER, Instant.parse("2026-12-02T00:00:00Z"));
    assertEquals("pass", said(begun));
  }

  private static String said(RoutePolicy policy) {
    return policy.guard().judge(Channel.USER, "to help@example.com").word();
  }

  @Test
  void allowsByDigestAndByEnding() {
    String digest = AllowList.digest("help@example.com").hex();
    for (String[] lines :
        new String[][] {
          {"match: sha256:" + digest, "reason: r", "until: 2026-12-01"},
          {"type: email", "suffix: '@example.com'", "reason: r", "until: 2026-12-01"}
        }) {
      assertEquals("pass", said(policy(allow(lines), "code")));
    }
  }

  @Test
  void tellsWhatHasExpired() {
    GuardSettings settings = read(allow("match: x", "reason: r", "until: 2026-11-20"));
    assertEquals(List.of("guard-allow.one"), settings.expired(NOW));
    assertEquals(List.of(), settings.expired(NOW.minus(Duration.ofDays(1))));
  }

  @Test
  void anAllowanceSaysWhyAndForHowLong() {
    assertTrue(refusal(allow("match: x", "until: 2026-12-01")).contains("reason: is missing"));
    assertTrue(refusal(allow("match: x", "reason: r")).contains("until: is missing"));
    assertEquals(
        "guard-allow.one.until: \"soon\" is not a day; write one such as 2027-01-31",
        refusal(allow("match: x", "reason: r", "until: soon")));
    assertEquals(
        "guard-allow.one.until: \"2027-11-22\" is over a year ahead; write 2027-11-21 at most",
        refusal(allow("match: x", "reason: r", "until: 2027-11-22")));
    read(allow("match: x", "reason: r", "until: 2027-11-21")).requireNear(NOW);
    assertTrue(
        refusal(allow("match: x", "reason: ' '", "until: 2026-12-01")).contains("says nothing"));
  }

  @Test
  void anAllowanceSaysWhatItAllows() {
    String end = "until: 2026-12-01";
    for (String[] lines :
        new String[][] {
          {"reason: r", end},
          {"match: x", "suffix: '@a.b'", "type: email", "reason: r", end},
          {"type: email", "reason: r", end},
          {"suffix: '@a.b'", "reason: r", end}
        }) {
      assertTrue(refusal(allow(lines)).contains("says not what is allowed"));
    }
    assertTrue(
        refusal(allow("type: emial", "suffix: '@a.b'", "reason: r", end)).contains("email?"));
    assertTrue(refusal(allow("type: email", "suffix: a.b", "reason: r", end)).contains("begins"));
    assertTrue(refusal(allow("match: sha256:ab", "reason: r", end)).contains("64 hex digits"));
    assertTrue(refusal(allow("match: ' '", "reason: r", end)).contains("is empty"));
    assertTrue(
        refusal(allow("type: github-token", "suffix: '.ab'", "reason: r", end))
            .contains("only personal data"));
  }
}
