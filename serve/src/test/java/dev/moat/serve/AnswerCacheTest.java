package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Settings;
import dev.moat.guard.Action;
import dev.moat.guard.Channel;
import dev.moat.guard.Guard;
import dev.moat.guard.GuardPolicy;
import dev.moat.guard.Kind;
import dev.moat.trust.ApiKey;
import dev.moat.trust.Principal;
import dev.moat.trust.Project;
import dev.moat.trust.Role;
import dev.moat.trust.Scope;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AnswerCacheTest {
  private static final Guard GUARD = Guard.of(GuardPolicy.defaults());
  private static final Guard OTHER_GUARD =
      Guard.of(GuardPolicy.defaults().with(Channel.OUTPUT, Kind.PERSONAL, Action.BLOCK));
  private static final String BODY = "{'model':'m','messages':[{'role':'user','content':'hi'}]}";

  /** Everything that tells one question from another. */
  private record Case(String principal, Guard guard, String release, String body) {
    Digest name() {
      Served served =
          new Served(
              "m", Digest.of(release), TestGateway.NOW, new FakeBackend(), new RoutePolicy(guard));
      return AnswerCache.name(key(principal), served, call(body));
    }

    private static ApiKey key(String principal) {
      Principal owner = new Principal(principal, "same", Role.CLIENT);
      ApiKey.Life life = ApiKey.Life.from(TestGateway.NOW);
      Project project = Project.standard();
      return new ApiKey("same", "same", "test", owner, project, Scope.everything(), life);
    }

    private static ModelCall call(String body) {
      byte[] json = TestGateway.json(body).getBytes(StandardCharsets.UTF_8);
      return new ModelCall(RequestParser.parse(Endpoint.CHAT, json), Map.of());
    }
  }

  private static Settings settings(String lines) {
    return Settings.parse(lines.getBytes(StandardCharsets.UTF_8), "moat.yaml", Map.of());
  }

  @Test
  void givesOneNameOnlyToWhatIsTheSameInEverything() {
    Random random = new Random(41);
    Map<Digest, Case> named = new HashMap<>();
    List<String> principals = List.of("a", "b", "ab", "");
    List<String> releases = List.of("r1", "r2");
    List<String> texts = List.of("hi", "ho", "h", "i", "a");
    for (int round = 0; round < 3_000; round++) {
      String fields = random.nextBoolean() ? "" : ",'seed':" + random.nextInt(3);
      Case made =
          new Case(
              principals.get(random.nextInt(4)),
              random.nextBoolean() ? GUARD : OTHER_GUARD,
              releases.get(random.nextInt(2)),
              BODY.replace("hi", texts.get(random.nextInt(5))).replace("]}", "]" + fields + "}"));
      Case other = named.put(made.name(), made);
      assertTrue(other == null || other.equals(made), made + " and " + other);
    }
    assertTrue(named.size() > 200, "many were made: " + named.size());
  }

  @Test
  void sharesNothingBetweenPrincipalsPoliciesAndReleases() {
    Case base = new Case("a", GUARD, "r", BODY);
    assertEquals(base.name(), new Case("a", Guard.of(GuardPolicy.defaults()), "r", BODY).name());
    assertNotEquals(base.name(), new Case("b", GUARD, "r", BODY).name());
    assertNotEquals(base.name(), new Case("a", OTHER_GUARD, "r", BODY).name());
    assertNotEquals(base.name(), new Case("a", GUARD, "s", BODY).name());
    assertNotEquals(base.name(), new Case("a", GUARD, "r", BODY.replace("hi", "hj")).name());
  }

  @Test
  void takesNoHeedOfHowTheAnswerIsSent() {
    Case base = new Case("a", GUARD, "r", BODY);
    for (String same :
        List.of(
            "{ 'messages' : [ { 'content':'hi' , 'role':'user' } ] , 'model':'m' }",
            BODY.replace("]}", "],'stream':true}"),
            BODY.replace("]}", "],'stream':false}"),
            BODY.replace("]}", "],'stream':true,'stream_options':{'include_usage':true}}"),
            BODY.replace("'m'", "'another name of it'"))) {
      assertEquals(base.name(), new Case("a", GUARD, "r", same).name(), same);
    }
  }

  @Test
  void namesTheQuestionAsTheModelReadsIt() {
    ModelCall plain = Case.call(BODY);
    ModelCall prompted = plain.with(List.of(new ChatMessage("system", "be brief")));
    byte[] json = TestGateway.json(BODY).getBytes(StandardCharsets.UTF_8);
    ModelCall redacted =
        new ModelCall(RequestParser.parse(Endpoint.CHAT, json), Map.of(0, "redacted"));
    Served served = TestGateway.served("m", new FakeBackend());
    ApiKey key = Case.key("a");
    Set<Digest> names =
        Set.of(
            AnswerCache.name(key, served, plain),
            AnswerCache.name(key, served, prompted),
            AnswerCache.name(key, served, redacted));
    assertEquals(3, names.size());
  }

  @Test
  void keepsOnlyWhatEndedWell() {
    for (FinishReason reason : FinishReason.values()) {
      List<CachedAnswer> kept = new ArrayList<>();
      CacheUse miss = new CacheUse.Miss(kept::add);
      miss.said(new Piece.Text("a"));
      miss.settled(reason, Usage.none(), 7);
      assertEquals(reason == FinishReason.CONTENT_FILTER ? 0 : 1, kept.size(), reason.word());
    }
  }

  @Test
  void keepsNoAnswerThatIsTooLong() {
    int most = (int) (CacheUse.Miss.BYTES_MAX - CachedAnswer.bytes(new Piece.Text(""))) / 2;
    for (int more : List.of(0, 1)) {
      List<CachedAnswer> kept = new ArrayList<>();
      CacheUse miss = new CacheUse.Miss(kept::add);
      miss.said(new Piece.Text("x".repeat(most + more)));
      miss.settled(FinishReason.STOP, Usage.none(), 7);
      assertEquals(1 - more, kept.size());
    }
  }

  @Test
  void readsItsSettings() {
    Settings settings =
        settings(
            """
            route:
              code/assistant:1:
                cache-seconds: 60
                cache-entries-max: 10
                cache-bytes-max: 4096
                cache-sampled: true
              other: {}
            """);
    Map<String, RoutePolicy.Caching> read = RoutePolicy.Caching.read(settings);
    settings.refuseUnknown();
    assertEquals(
        new RoutePolicy.Caching(Duration.ofMinutes(1), 10, 4096, true),
        read.get("code/assistant:1"));
    List<Boolean> on = read.values().stream().map(RoutePolicy.Caching::on).toList();
    assertEquals(List.of(true, false), on, "off by default");
    assertTrue(!RoutePolicy.Caching.off().on());
    assertTrue(!new RoutePolicy(GUARD).caching().on());
    for (String wrong :
        List.of(
            "cache-seconds: -1",
            "cache-seconds: 604801",
            "cache-entries-max: 0",
            "cache-bytes-max: 1023",
            "cache-sampled: maybe")) {
      Settings bad = settings("route:\n  m:\n    " + wrong);
      assertThrows(Failure.class, () -> RoutePolicy.Caching.read(bad), wrong);
    }
  }
}
