package dev.moat.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HistoryDocumentsTest {
  private static final Identity ANN = new Identity("Ann Lee", "ann@b.org");
  private static final Instant TIME = Instant.parse("2026-03-31T23:59:59Z");

  private final Redactor redactor =
      new Redactor(new Pseudonyms(new TestKeys("history")), Identities.of(List.of(ANN)));
  private final HistoryDocuments documents = new HistoryDocuments(redactor);

  @Test
  void saysUnknownWhereNoAuthorIsGiven() {
    String text = text(commit("Begin", new Identity("", ""), List.of("a.txt"), 1));
    assertTrue(text.contains("author unknown\n"), text);
  }

  @Test
  void namesAuthorByAddressWhereNameIsMissing() {
    Identity nameless = new Identity("", "someone@b.org");
    String text = text(commit("Begin", nameless, List.of(), 0));
    assertTrue(text.contains("author " + redactor.person(nameless) + "\n"), text);
    assertFalse(text.contains("someone"), text);
  }

  @Test
  void saysHowManyPathsItLeavesOut() {
    assertTrue(text(commit("Begin", ANN, List.of("a", "b"), 9)).contains("b\nand 7 more\n"));
    assertFalse(text(commit("Begin", ANN, List.of("a", "b"), 2)).contains("more"));
  }

  @Test
  void takesSecretsOutOfSubjectsAndPaths() {
    for (Planted planted : Planted.ofOneLine()) {
      String words = planted.inContext();
      Redacted redacted =
          documents
              .text(group(commit("Rotate " + words, ANN, List.of("keys/" + words), 1)))
              .orElseThrow();
      assertFalse(redacted.text().contains(planted.trace()), redacted.text());
      assertTrue(redacted.text().contains("    Rotate "), redacted.text());
      assertEquals(1, redacted.counts().get("PERSON"));
      assertTrue(redacted.counts().size() > 1, redacted.counts().toString());
    }
  }

  @Test
  void pathWithLineFeedCannotForgeCommit() {
    String forged = "a\n\ncommit 0123456789ab\nauthor me";
    String text = text(commit("Begin", ANN, List.of(forged), 1));
    assertEquals(1, text.lines().filter(line -> line.startsWith("commit ")).count(), text);
  }

  @Test
  void putsCommitIntoTheMonthOfUtc() {
    GitHistory.Commit last = commit("Last", ANN, List.of(), 0);
    assertEquals("2026-03-31", dateOf(text(last)));
  }

  @Test
  void fingerprintTellsCommitsApart() {
    HistoryDocuments.Group one = group(commit("a", ANN, List.of(), 0));
    HistoryDocuments.Group two =
        new HistoryDocuments.Group(
            "p", List.of(commit("a", ANN, List.of(), 0), commit("b", ANN, List.of(), 0)));
    assertNotEquals(one.fingerprint(), two.fingerprint());
    assertEquals(one.fingerprint(), group(commit("a", ANN, List.of(), 0)).fingerprint());
  }

  @Test
  void survivesTimesFarOutside() {
    for (Instant time : List.of(Instant.EPOCH, Instant.ofEpochSecond(253_402_300_800L))) {
      GitHistory.Commit commit =
          new GitHistory.Commit(
              "f".repeat(40), ANN, time, "Far", new GitHistory.Changes(List.of(), 0));
      assertTrue(text(commit).contains("    Far\n"));
    }
  }

  private static String dateOf(String text) {
    return text.lines()
        .filter(line -> line.startsWith("date "))
        .map(line -> line.substring(5))
        .findFirst()
        .orElseThrow();
  }

  private String text(GitHistory.Commit commit) {
    return documents.text(group(commit)).orElseThrow().text();
  }

  private static HistoryDocuments.Group group(GitHistory.Commit commit) {
    return new HistoryDocuments.Group("p", List.of(commit));
  }

  private static GitHistory.Commit commit(
      String subject, Identity author, List<String> paths, int count) {
    return new GitHistory.Commit(
        dev.moat.core.Digest.of(subject).hex().substring(0, 40),
        author,
        TIME,
        subject,
        new GitHistory.Changes(paths, count));
  }
}
