package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.trust.Principal;
import dev.moat.trust.Role;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AnswerIdsTest {
  private static final Instant NOW = TestGateway.NOW;
  private static final Principal ANN = new Principal("p-1", "ann", Role.CLIENT);
  private static final Principal BOB = new Principal("p-2", "bob", Role.CLIENT);

  private final AnswerIds ids = new AnswerIds(new KeyedDigest(new FakeKeys(), "answers"));

  @Test
  void tellsItsOwnIdsAgain() {
    for (long receipt : new long[] {0, 1, 4711, (1L << 48) - 1}) {
      String id = ids.make(NOW, receipt, ANN);
      assertEquals(46, id.length());
      assertTrue(id.matches("[0-9a-f]+"), id);
      for (String prefix : new String[] {"", "chatcmpl-", "cmpl-", "resp_", "msg_"}) {
        assertEquals(Optional.of(receipt), ids.receipt(prefix + id, ANN, NOW), prefix + id);
      }
    }
  }

  @Test
  void knowsNoIdOfAnotherPrincipalOrInstallation() {
    String id = ids.make(NOW, 7, ANN);
    assertEquals(Optional.empty(), ids.receipt(id, BOB, NOW));
    AnswerIds elsewhere = new AnswerIds(new KeyedDigest(new FakeKeys("elsewhere"), "answers"));
    assertEquals(Optional.empty(), elsewhere.receipt(id, ANN, NOW));
    assertNotEquals(id, elsewhere.make(NOW, 7, ANN));
  }

  @Test
  void forgetsAfterSevenDays() {
    String id = ids.make(NOW, 7, ANN);
    Instant last = NOW.plus(AnswerIds.AGE_MAX);
    assertEquals(Optional.of(7L), ids.receipt(id, ANN, last));
    assertEquals(Optional.empty(), ids.receipt(id, ANN, last.plusMillis(1)));
  }

  @Test
  void knowsNoIdThatWasChangedAnywhere() {
    String id = ids.make(NOW, 7, ANN);
    Random random = new Random(3);
    for (int at = 0; at < id.length(); at++) {
      char other = Character.forDigit((Character.digit(id.charAt(at), 16) + 1) % 16, 16);
      String changed = id.substring(0, at) + other + id.substring(at + 1);
      assertEquals(Optional.empty(), ids.receipt(changed, ANN, NOW), changed);
    }
    for (int round = 0; round < 5_000; round++) {
      StringBuilder made = new StringBuilder();
      for (int i = random.nextInt(60); i > 0; i--) {
        made.append("0123456789abcdef-_\u00e4A".charAt(random.nextInt(20)));
      }
      assertEquals(Optional.empty(), ids.receipt(made.toString(), ANN, NOW), made.toString());
    }
    for (String wrong : new String[] {"", "chatcmpl-", id + "0", id.substring(1), "A-" + id}) {
      assertEquals(Optional.empty(), ids.receipt(wrong, ANN, NOW), wrong);
    }
  }

  @Test
  void givesEachAnswerItsOwn() {
    Set<String> all = new HashSet<>();
    for (long receipt = 0; receipt < 1_000; receipt++) {
      all.add(ids.make(NOW, receipt, receipt % 2 == 0 ? ANN : BOB));
    }
    assertEquals(1_000, all.size());
  }
}
