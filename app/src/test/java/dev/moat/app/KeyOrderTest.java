package dev.moat.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Network;
import dev.moat.core.Problem;
import dev.moat.trust.Project;
import dev.moat.trust.Scope;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class KeyOrderTest {
  private static final String FULL =
      """
      {"name":"ci","principal":"robot","project":"acme/search","models":["m"],
      "endpoints":["/v1/models"],"tools":[],"networks":["10.0.0.0/8"],"days":7}
      """;

  private static KeyOrder parse(String single) {
    return KeyOrder.parse(Json.parse(single.replace('\'', '"'), "order"));
  }

  @Test
  void anOrderSaysAllOfAKey() {
    KeyOrder order = parse(FULL);
    assertEquals("ci", order.name());
    assertEquals(Optional.of("robot"), order.principal());
    assertEquals(new Project("acme", "search"), order.project());
    assertEquals(Set.of("m"), order.scope().models());
    assertEquals(Set.of("/v1/models"), order.scope().endpoints());
    assertEquals(Set.of(), order.scope().tools());
    assertEquals(Set.of(Network.parse("10.0.0.0/8")), order.scope().networks());
    assertEquals(Optional.of(Duration.ofDays(7)), order.lifetime());
    assertEquals(
        Optional.of(Instant.EPOCH.plus(Duration.ofDays(7))),
        order.scopeFrom(Instant.EPOCH).expires());
  }

  @Test
  void anOrderSurvivesTheAdminApi() {
    for (KeyOrder order : List.of(parse(FULL), KeyOrder.everything("x"), parse("{'name':'y'}"))) {
      assertEquals(order, KeyOrder.parse(order.toJson()));
    }
    Duration overlap = Duration.ofHours(7);
    assertEquals(overlap, KeyOrder.overlap(KeyOrder.overlapJson(overlap)));
    assertEquals(Duration.ofHours(24), KeyOrder.overlap(Json.object()));
  }

  @Test
  void whatIsNotSaidIsNotNarrowed() {
    assertEquals(Scope.everything(), parse("{'name':'x'}").scope());
    assertEquals(Project.standard(), parse("{'name':'x'}").project());
    assertEquals(KeyOrder.everything("x"), parse("{'name':'x'}"));
  }

  @Test
  void whatMayHaveMeantToNarrowIsRefused() {
    refused("{'name':'x','network':['10.0.0.0/8']}", "did you mean \"networks\"?");
    refused("{'name':'x','networks':'10.0.0.0/8'}", "key networks: must be an array");
    refused("{'name':'x','networks':null}", "key networks: must be an array");
    refused("{'name':'x','networks':[10]}", "key networks: must be an array");
    refused("{'name':'x','networks':{'a':'10.0.0.0/8'}}", "key networks: must be an array");
    refused("{'name':'x','networks':['10.0.0.1/8']}", "has bits set behind its prefix");
    refused("{'name':'x','models':[]}", "API key models");
    refused("{'name':'x','endpoints':['v1']}", "API key endpoints");
    refused("{'name':'x','tools':['a b']}", "API key tools");
    refused("{'name':'x','project':'acme'}", "ORGANISATION/PROJECT");
    refused("{'name':'x','principal':7}", "key principal: must be a string");
    refused("{'name':'x','days':'7'}", "key days: must be a whole number");
    refused("{'name':'x','days':7.5}", "key days: must be a whole number");
    refused("{'name':'x','days':3651}", "key days: must be 1 to 3650");
    refused("{'name':''}", "key name");
    refused("{}", "key name");
    refused("[]", "not a JSON object");
  }

  private static void refused(String order, String why) {
    Failure failure = assertThrows(Failure.class, () -> parse(order), order);
    Problem.Invalid problem = assertInstanceOf(Problem.Invalid.class, failure.problem());
    assertTrue(problem.message().contains(why), problem.message());
  }

  @Test
  void anOverlapIsAWholeNumberOfHours() {
    for (String bad : List.of("{\"overlapHours\":\"1\"}", "{\"overlapHours\":1.5}", "{\"x\":1}")) {
      assertThrows(Failure.class, () -> KeyOrder.overlap(Json.parse(bad, "order")), bad);
    }
  }

  @Test
  void noBodyMakesItFailOtherwiseThanByRefusing() {
    Random random = new Random(61);
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = FULL.getBytes(StandardCharsets.UTF_8);
      for (int n = random.nextInt(3); n >= 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) (' ' + random.nextInt(95));
      }
      try {
        KeyOrder order = KeyOrder.parse(Json.parse(bytes, "order"));
        assertEquals(order, KeyOrder.parse(order.toJson()));
        read++;
      } catch (Failure failure) {
        assertInstanceOf(Problem.Invalid.class, failure.problem());
      }
    }
    assertTrue(read > 1_000, "read " + read);
  }
}
