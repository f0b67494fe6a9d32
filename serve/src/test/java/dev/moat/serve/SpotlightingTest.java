package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.guard.Guard;
import dev.moat.guard.GuardPolicy;
import dev.moat.guard.Spotlight;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Retrieved texts are marked before the model reads them, where the route says so. */
class SpotlightingTest {
  private static final String QUESTION =
      """
      {"model":"other","messages":[{"role":"user","content":"read it"},
        {"content":"one two","role":"tool","tool_call_id":"call_0123456789_abcdefghijklmnop"}]}
      """;

  private final TestGateway gateway = TestGateway.start();

  @AfterEach
  void stop() {
    gateway.close();
  }

  private List<ChatMessage> read(Spotlight spotlight) {
    RoutePolicy.Guarding guarding =
        new RoutePolicy.Guarding(
            RoutePolicy.OnFailure.CLOSED,
            Duration.ofSeconds(5),
            RoutePolicy.OnBlock.ANSWER,
            spotlight);
    gateway.models.replace(
        List.of(
            new Served(
                TestGateway.MODEL,
                TestGateway.RELEASE,
                TestGateway.NOW,
                gateway.backend,
                new RoutePolicy(
                    Guard.of(GuardPolicy.defaults()), guarding, RoutePolicy.Caching.off()))));
    gateway.post("/v1/chat/completions", QUESTION.replace("other", TestGateway.MODEL));
    return gateway.backend.nextMessages();
  }

  @Test
  void aToolsTextStandsBetweenDelimiters() {
    List<ChatMessage> messages = read(Spotlight.DELIMIT);
    assertEquals("read it", messages.getFirst().content());
    String data = messages.get(1).content();
    assertTrue(data.matches("(?s)<<data [0-9a-f]{16}>>\\none two\\n<<end [0-9a-f]{16}>>"), data);
  }

  @Test
  void equalQuestionsGetEqualMarks() {
    assertEquals(read(Spotlight.DELIMIT), read(Spotlight.DELIMIT));
  }

  @Test
  void aToolsWordsAreJoined() {
    assertEquals("one\uE000two", read(Spotlight.MARK).get(1).content());
  }

  @Test
  void nothingChangesWhereItIsOff() {
    assertEquals("one two", read(Spotlight.OFF).get(1).content());
  }
}
