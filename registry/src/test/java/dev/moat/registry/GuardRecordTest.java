package dev.moat.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Json;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a receipt says of the guards. */
class GuardRecordTest {
  @TempDir Path folder;
  private Home home;
  private Digest release;

  @BeforeEach
  void open() {
    home = new Home(folder);
    release =
        Home.output(
            home.run(
                """
                pipeline: outside
                steps:
                  release:
                    uses: registry/upstream
                    with: {name: tiny, url: "http://models.example/v1"}
                """,
                0),
            "release");
  }

  @AfterEach
  void close() {
    home.close();
  }

  private long exchange(ObjectNode input, ObjectNode output) {
    ObjectNode opened = Json.object().put("id", "one").put("model", Home.NAME);
    opened.put("release", release.hex()).put("policy", Home.POLICY.hex());
    opened.put("request", Digest.of("question").hex()).set("input", input);
    long receipt = home.ledger().append(ReceiptVerifier.OPENED, "client", opened);
    ObjectNode closed = Json.object().put("opened", receipt).put("id", "one");
    closed.put("finish", "stop").put("answer", Digest.of("answer").hex()).set("output", output);
    home.ledger().append(ReceiptVerifier.CLOSED, "client", closed);
    return receipt;
  }

  private Link link(long receipt, String what) {
    List<Link> links = home.receipts().verify(receipt);
    return links.stream().filter(link -> link.what().equals(what)).findFirst().orElseThrow();
  }

  @Test
  void saysWhichGuardsRanHowOnWhat() {
    long receipt =
        exchange(
            Home.judged("redact", ",\"redacted\":true,\"found\":{\"personal.email\":2}"),
            Home.judged("block", ",\"rule\":\"guard-failed\""));
    Link input = link(receipt, "input guard");
    assertTrue(input.holds(), input.detail());
    assertEquals("redact", input.subject());
    assertEquals(
        "guard rules, policy "
            + Home.POLICY.brief()
            + ", fails closed; 2 texts judged, "
            + Digest.of("texts")
            + "; redacted; 2 x personal.email",
        input.detail());
    Link output = link(receipt, "output guard");
    assertEquals("block", output.subject());
    assertTrue(output.detail().endsWith("; rule guard-failed"), output.detail());
  }

  @Test
  void givesTheRecordsToMachines() {
    long receipt = exchange(Home.judged("pass", ""), Home.judged("flag", ""));
    JsonNode guards = home.receipts().guards(receipt);
    assertEquals("pass", guards.at("/input/verdict").stringValue());
    assertEquals("closed", guards.at("/input/guards/0/mode").stringValue());
    assertEquals("flag", guards.at("/output/verdict").stringValue());
    assertEquals(0, home.receipts().guards(0).size(), "another event has none");
  }

  @Test
  void anExchangeThatIsNotClosedHasNoOutput() {
    ObjectNode opened = Json.object().put("id", "one").put("model", Home.NAME);
    opened.put("release", release.hex()).put("policy", Home.POLICY.hex());
    opened.put("request", Digest.of("question").hex()).set("input", Home.judged("pass", ""));
    long receipt = home.ledger().append(ReceiptVerifier.OPENED, "client", opened);
    assertEquals("input guard", home.receipts().verify(receipt).getLast().what());
    assertFalse(home.receipts().guards(receipt).has("output"));
  }

  @Test
  void anExchangeOfOlderTimesHasNoLinkForGuards() {
    long receipt = home.exchange(release);
    assertEquals("guard policy", home.receipts().verify(receipt).getLast().what());
  }

  @Test
  void aGuardOfAnotherPolicyBreaksTheChain() {
    ObjectNode other = Home.judged("pass", "");
    ((ObjectNode) other.path("guards").path(0)).put("policy", Digest.of("other").hex());
    Link broken = link(exchange(other, Home.judged("pass", "")), "input guard");
    assertFalse(broken.holds());
    assertTrue(broken.detail().contains("it ran by policy"), broken.detail());
  }

  @Test
  void aDamagedRecordBreaksTheChain() {
    for (String field : List.of("texts", "judged")) {
      ObjectNode damaged = Home.judged("pass", "");
      damaged.remove(field);
      Link broken = link(exchange(Home.judged("pass", ""), damaged), "output guard");
      assertFalse(broken.holds());
      assertTrue(broken.detail().contains(field), broken.detail());
    }
  }
}
