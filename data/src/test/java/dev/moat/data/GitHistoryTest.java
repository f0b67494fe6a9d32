package dev.moat.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.eclipse.jgit.api.MergeCommand.FastForwardMode;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GitHistoryTest {
  private static final Identity ANN = new Identity("Ann Lee", "ann@b.org");
  private static final Identity BEN = new Identity("Ben Ott", "ben@b.org");

  @TempDir private Path root;
  private TestRepository repository;

  @BeforeEach
  void initialise() {
    repository = new TestRepository(root);
  }

  @AfterEach
  void close() {
    repository.close();
  }

  @Test
  void knowsLastCommitTimeAndAuthorsOfEachFile() {
    repository.write("a.txt", "1").write("b.txt", "1");
    String first = commit(ANN, "one");
    Instant firstTime = repository.time();
    repository.write("a.txt", "2");
    String second = commit(BEN, "two");
    GitHistory history = history(100);
    GitHistory.FileFacts a = history.file("a.txt").orElseThrow();
    assertEquals(second, a.commit());
    assertEquals(repository.time(), a.time());
    assertEquals(List.of(BEN, ANN), a.authors());
    GitHistory.FileFacts b = history.file("b.txt").orElseThrow();
    assertEquals(first, b.commit());
    assertEquals(firstTime, b.time());
    assertEquals(List.of(ANN), b.authors());
    assertTrue(history.file("c.txt").isEmpty());
    assertTrue(history.complete());
  }

  @Test
  void listsCommitsNewestFirstWithWhatTheyChanged() throws IOException {
    repository.write("a.txt", "1").write("d/b.txt", "1");
    String first = commit(ANN, "Begin\n\nWith a long explanation.");
    Files.delete(root.resolve("a.txt"));
    String second = commit(BEN, "Remove a");
    List<GitHistory.Commit> commits = history(100).commits();
    assertEquals(List.of(second, first), commits.stream().map(GitHistory.Commit::id).toList());
    assertEquals(List.of("a.txt"), commits.get(0).changes().paths());
    assertEquals(List.of("a.txt", "d/b.txt"), commits.get(1).changes().paths());
    assertEquals("Begin", commits.get(1).subject());
    assertEquals(ANN, commits.get(1).author());
  }

  @Test
  void holdsOnlyTheFirstPathsOfLargeCommit() {
    for (int i = 0; i < 60; i++) {
      repository.write("f" + (100 + i) + ".txt", "x");
    }
    commit(ANN, "many");
    GitHistory.Commit commit = history(100).commits().getFirst();
    assertEquals(60, commit.changes().count());
    assertEquals(40, commit.changes().paths().size());
    assertTrue(history(100).file("f159.txt").isPresent());
  }

  @Test
  void stopsAtTheLimitAndSaysSo() {
    for (int i = 0; i < 5; i++) {
      repository.write("a.txt", "" + i);
      commit(ANN, "commit " + i);
    }
    assertEquals(3, history(3).commits().size());
    assertFalse(history(3).complete());
    assertTrue(history(5).complete());
    assertEquals("commit 4", history(3).commits().getFirst().subject());
    assertTrue(history(0).commits().isEmpty());
  }

  @Test
  void mergeChangesOnlyWhatNoParentHas() throws Exception {
    repository.write("base.txt", "1");
    commit(ANN, "base");
    repository.git().checkout().setCreateBranch(true).setName("side").call();
    repository.write("side.txt", "1");
    String side = commit(BEN, "side");
    repository.git().checkout().setName("main").call();
    repository.write("main.txt", "1");
    commit(ANN, "main");
    ObjectId other = repository.git().getRepository().resolve("side");
    repository.git().merge().include(other).setFastForward(FastForwardMode.NO_FF).call();
    GitHistory history = history(100);
    assertEquals(4, history.commits().size());
    GitHistory.Commit merge =
        history.commits().stream().filter(c -> c.subject().startsWith("Merge")).findFirst().get();
    assertEquals(List.of(), merge.changes().paths());
    assertEquals(side, history.file("side.txt").orElseThrow().commit());
  }

  @Test
  void meetsEveryoneInTrailers() {
    repository.write("a.txt", "1");
    commit(
        ANN,
        """
        Do it

        Co-authored-by: Cy Moe <cy@b.org>
        Reviewed-by: Di Poe <di@b.org>
        Fixes: #1 <not@a.person>
        Signed-off-by: nobody at all
        """);
    assertEquals(
        List.of(ANN, new Identity("Cy Moe", "cy@b.org"), new Identity("Di Poe", "di@b.org")),
        history(9).people().stream()
            .sorted(java.util.Comparator.comparing(Identity::name))
            .toList());
  }

  @Test
  void leavesOutSubjectsThatAreTooLong() {
    repository.write("a.txt", "1");
    commit(ANN, "x".repeat(2000));
    repository.write("a.txt", "2");
    commit(ANN, "x".repeat(2001));
    List<GitHistory.Commit> commits = history(9).commits();
    assertEquals("", commits.get(0).subject());
    assertEquals(2000, commits.get(1).subject().length());
  }

  @Test
  void groupsCommitsByMonthOldestFirst() {
    repository.write("a.txt", "1");
    commit(ANN, "march");
    for (int i = 0; i < 40; i++) {
      repository.write("a.txt", "b" + i);
      repository.commitAt(
          new org.eclipse.jgit.lib.PersonIdent(
              "Ben Ott",
              "ben@b.org",
              Instant.parse("2026-04-02T00:00:00Z").plusSeconds(i),
              java.time.ZoneOffset.UTC),
          "april " + i);
    }
    List<HistoryDocuments.Group> groups = HistoryDocuments.groups(history(100));
    assertEquals(
        List.of(
            "git-history/2026-03-00.txt",
            "git-history/2026-04-00.txt",
            "git-history/2026-04-01.txt"),
        groups.stream().map(HistoryDocuments.Group::path).toList());
    assertEquals("april 0", groups.get(1).commits().getFirst().subject());
    assertEquals("april 39", groups.get(2).newest().subject());
  }

  @Test
  void newCommitChangesOnlyTheLastGroup() {
    for (int i = 0; i < 33; i++) {
      repository.write("a.txt", "" + i);
      commit(ANN, "commit " + i);
    }
    List<HistoryDocuments.Group> before = HistoryDocuments.groups(history(100));
    repository.write("a.txt", "more");
    commit(ANN, "more");
    List<HistoryDocuments.Group> after = HistoryDocuments.groups(history(100));
    assertEquals(2, after.size());
    assertEquals(before.getFirst().fingerprint(), after.getFirst().fingerprint());
    assertFalse(before.getLast().fingerprint().equals(after.getLast().fingerprint()));
  }

  @Test
  void textsSayWhoWroteWhatWhenWithoutNamingThem() {
    repository.write("core/Digest.java", "1").write("home/ann.lee/x.txt", "1");
    String id = commit(ANN, "Name things by digest, as Ben Ott asked");
    Redactor redactor =
        new Redactor(new Pseudonyms(new TestKeys("k")), Identities.of(List.of(ANN, BEN)));
    HistoryDocuments.Group group = HistoryDocuments.groups(history(9)).getFirst();
    Redacted redacted = new HistoryDocuments(redactor).text(group).orElseThrow();
    assertEquals(
        """
        commit %s
        author %s
        date 2026-03-01

            Name things by digest, as %s asked

        core/Digest.java
        home/%s/x.txt

        """
            .formatted(
                id.substring(0, 12),
                redactor.person(ANN),
                redactor.person(BEN),
                redactor.person(ANN)),
        redacted.text());
    assertEquals(3, redacted.counts().get("PERSON"));
  }

  private String commit(Identity author, String message) {
    return repository.commit(author.name(), author.email(), message);
  }

  private GitHistory history(int commitsMax) {
    try (GitSource source = GitSource.open(root)) {
      return source.history(commitsMax);
    }
  }
}
