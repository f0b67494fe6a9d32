package dev.moat.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The records of limits refuse what would switch a limit off. */
class LimitsTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** One limit of a server: its name, and limits in which it has that value. */
  private record Limit(String name, IntFunction<ServerLimits> with) {}

  private static Duration seconds(int count) {
    return Duration.ofSeconds(count);
  }

  private static List<Limit> serverLimits() {
    return List.of(
        new Limit("body-bytes-max", n -> counts(n, 1, 1, 1)),
        new Limit("bodies-bytes-max", LimitsTest::room),
        new Limit("head-bytes-max", n -> counts(1, n, 1, 1)),
        new Limit("connections-max", n -> counts(1, 1, n, 1)),
        new Limit("blocking-max", n -> counts(1, 1, 1, n)),
        new Limit("head-timeout", n -> times(seconds(n), SECOND, SECOND, SECOND, SECOND)),
        new Limit("body-timeout", n -> times(SECOND, seconds(n), SECOND, SECOND, SECOND)),
        new Limit("idle-timeout", n -> times(SECOND, SECOND, seconds(n), SECOND, SECOND)),
        new Limit("write-timeout", n -> times(SECOND, SECOND, SECOND, seconds(n), SECOND)),
        new Limit("exchange-timeout", n -> times(SECOND, SECOND, SECOND, SECOND, seconds(n))));
  }

  private static ServerLimits counts(int body, int head, int connections, int blocking) {
    return new ServerLimits(
        body, 1, head, connections, blocking, SECOND, SECOND, SECOND, SECOND, SECOND);
  }

  private static ServerLimits room(int bytes) {
    return new ServerLimits(1, bytes, 1, 1, 1, SECOND, SECOND, SECOND, SECOND, SECOND);
  }

  private static ServerLimits times(
      Duration head, Duration body, Duration idle, Duration write, Duration exchange) {
    return new ServerLimits(1, 1, 1, 1, 1, head, body, idle, write, exchange);
  }

  private static void refuses(String name, Supplier<?> making) {
    Failure failure = assertThrows(Failure.class, making::get, name);
    Problem.Invalid problem = assertInstanceOf(Problem.Invalid.class, failure.problem());
    assertEquals(name, problem.field());
    assertTrue(problem.message().contains(name), problem.message());
  }

  @Test
  void everyLimitOfAServerIsPositive() {
    for (Limit limit : serverLimits()) {
      refuses(limit.name(), () -> limit.with().apply(0));
      refuses(limit.name(), () -> limit.with().apply(-1));
      assertEquals(limit.with().apply(1), limit.with().apply(1), limit.name());
    }
  }

  @Test
  void everyLimitOfAClientIsPositive() {
    for (int n : new int[] {0, -1}) {
      Duration bad = seconds(n);
      refuses("connections-max", () -> new ClientSettings(n, 1, SECOND, SECOND, SECOND));
      refuses("waiting-max", () -> new ClientSettings(1, n, SECOND, SECOND, SECOND));
      refuses("connect-timeout", () -> new ClientSettings(1, 1, bad, SECOND, SECOND));
      refuses("head-timeout", () -> new ClientSettings(1, 1, SECOND, bad, SECOND));
      refuses("idle-timeout", () -> new ClientSettings(1, 1, SECOND, SECOND, bad));
    }
    assertEquals(1, new ClientSettings(1, 1, SECOND, SECOND, SECOND).waitingMax());
  }

  @Test
  void theDefaultsKeepOtherMachinesOut() {
    assertEquals("127.0.0.1", ServerSettings.loopback(8080).host());
    assertEquals(ServerLimits.defaults(), ServerSettings.loopback(8080).limits());
  }

  @Test
  void theBodyLimitCanBeSetAlone() {
    ServerLimits changed = ServerLimits.defaults().withBodyBytesMax(77);
    assertEquals(77, changed.bodyBytesMax());
    int standard = ServerLimits.defaults().bodyBytesMax();
    assertEquals(ServerLimits.defaults(), changed.withBodyBytesMax(standard));
    assertEquals(changed, ServerSettings.loopback(1).with(changed).limits());
  }

  @Test
  void thereIsRoomForAtLeastOneBody() {
    ServerLimits limits = ServerLimits.defaults().withBodyBytesMax(77);
    assertEquals(77, limits.withBodiesBytesMax(77).bodiesBytesMax());
    refuses("bodies-bytes-max", () -> limits.withBodiesBytesMax(76));
    assertEquals(1 << 30, limits.withBodyBytesMax(1 << 30).bodiesBytesMax());
  }

  @Test
  void statusesFollowTheKindOfProblem() {
    assertEquals(400, ErrorForm.status(new Problem.Invalid("x")));
    assertEquals(403, ErrorForm.status(new Problem.Denied("x", "r")));
    assertEquals(404, ErrorForm.status(new Problem.Missing("x", "n")));
    assertEquals(429, ErrorForm.status(new Problem.Busy("x", SECOND)));
    assertEquals(500, ErrorForm.status(new Problem.Tampered("x", "l")));
    assertEquals(500, ErrorForm.status(new Problem.Broken("x")));
  }

  @Test
  void responsesHaveAFinalStatus() {
    for (int status : new int[] {199, 100, 600, 0, -1}) {
      assertThrows(IllegalArgumentException.class, () -> Response.empty(status));
    }
    assertEquals(599, Response.empty(599).status());
    assertEquals(0, Response.empty(200).headers().size());
  }
}
