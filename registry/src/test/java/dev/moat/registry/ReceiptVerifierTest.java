package dev.moat.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Json;
import dev.moat.flow.RunOutcome;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReceiptVerifierTest {
  @TempDir Path folder;
  private Home home;

  @BeforeEach
  void open() {
    home = new Home(folder);
  }

  @AfterEach
  void close() {
    home.close();
  }

  @Test
  void chainLeadsFromTheAnswerToTheSources() {
    long receipt = home.exchange(home.release());
    List<Link> links = home.receipts().verify(receipt);
    assertTrue(links.stream().allMatch(Link::holds), links.toString());
    assertEquals(
        List.of("answer", "ledger", "release", "adapter"),
        links.stream().map(Link::what).limit(4).toList());
    assertEquals("guard policy", links.getLast().what());
    Link answer = links.getFirst();
    assertTrue(answer.detail().contains("answer " + Digest.of("answer")), answer.detail());
    assertTrue(answer.detail().contains("request " + Digest.of("question")), answer.detail());
    assertTrue(answer.detail().endsWith("with stop"), answer.detail());
  }

  @Test
  void receiptVerifiesBesideTheProcessThatWrites() {
    long receipt = home.exchange(home.release());
    List<Link> beside = home.receiptsBeside().verify(receipt);
    assertEquals(home.receipts().verify(receipt), beside);
    assertTrue(beside.stream().allMatch(Link::holds), beside.toString());
  }

  @Test
  void ofTwoExchangesEachFindsItsOwnClosing() {
    Digest release = upstream("");
    long first = home.open("one", release);
    long second = home.open("two", release);
    long secondClosed = home.close("two", second);
    long firstClosed = home.close("one", first);
    assertTrue(answer(first).detail().contains("closed in entry " + firstClosed));
    assertTrue(answer(second).detail().contains("closed in entry " + secondClosed));
  }

  @Test
  void answerThatWasCutOffIsSaidToBe() {
    long receipt = home.open("one", upstream(""));
    Link answer = answer(receipt);
    assertTrue(answer.holds());
    assertTrue(answer.detail().contains("not closed"), answer.detail());
  }

  @Test
  void closingOfAnotherExchangeBreaksTheAnswer() {
    long receipt = home.open("one", upstream(""));
    home.close("two", receipt);
    assertFalse(answer(receipt).holds());
    assertTrue(answer(receipt).detail().contains("closes exchange two, not one"));
  }

  @Test
  void entryOfAnotherTypeIsNoReceipt() {
    upstream("");
    List<Link> links = home.receipts().verify(0);
    assertFalse(links.getFirst().holds());
    assertTrue(links.getFirst().detail().contains("not an exchange"));
    assertEquals(2, links.size());
  }

  @Test
  void indexBeyondTheLedgerIsNamed() {
    upstream("");
    Link answer = answer(home.ledger().size());
    assertFalse(answer.holds());
    assertTrue(answer.detail().contains("ledger event " + home.ledger().size()));
    assertFalse(answer(-1).holds());
  }

  @Test
  void openingWithoutAReleaseIsBroken() {
    long index =
        home.ledger().append(ReceiptVerifier.OPENED, "client", Json.object().put("id", "one"));
    assertFalse(answer(index).holds());
    assertTrue(answer(index).detail().contains("release"), answer(index).detail());
  }

  @Test
  void policyMustBeTheOneTheReleaseDemands() {
    long right = home.open("one", upstream(", guard-policy: " + Home.POLICY.hex()));
    Link held = home.receipts().verify(right).getLast();
    assertTrue(held.holds(), held.detail());
    assertEquals("as the release demands", held.detail());
    long wrong = home.open("two", upstream(", guard-policy: " + Digest.of("other").hex()));
    Link broken = home.receipts().verify(wrong).getLast();
    assertEquals("guard policy", broken.what());
    assertFalse(broken.holds());
  }

  @Test
  void modelThatShipsWithTheProgramIsNamed() {
    Digest model = Digest.of("built in");
    long receipt = home.exchange(model);
    assertFalse(home.receipts().verify(receipt).stream().allMatch(Link::holds));
    List<Link> links = home.receipts(Map.of(model, "small")).verify(receipt);
    assertTrue(links.stream().allMatch(Link::holds), links.toString());
    assertEquals(
        List.of("answer", "ledger", "built-in model", "guard policy"),
        links.stream().map(Link::what).toList());
    assertTrue(links.get(2).detail().startsWith("\"small\" ships"), links.get(2).detail());
  }

  private Link answer(long receipt) {
    return home.receipts().verify(receipt).getFirst();
  }

  private Digest upstream(String more) {
    RunOutcome outcome =
        home.run(
            """
            pipeline: outside
            steps:
              release:
                uses: registry/upstream
                with: {name: tiny, url: "http://models.example/v1"%s}
            """
                .formatted(more),
            0);
    return Home.output(outcome, "release");
  }
}
