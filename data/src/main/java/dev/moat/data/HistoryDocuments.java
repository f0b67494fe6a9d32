package dev.moat.data;

import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Makes texts of a version history: who wrote what, when. The commits of a calendar month go
 * together, a few dozen to a text, oldest first, so that a new commit changes only the last text.
 */
final class HistoryDocuments {
  private static final int COMMITS_OF_TEXT = 32;
  private static final int HASH_CHARACTERS = 12;
  private static final String WITHHELD = "(withheld)";

  /** Commits that make one text. */
  record Group(String path, List<GitHistory.Commit> commits) {
    Group {
      commits = List.copyOf(commits);
    }

    GitHistory.Commit newest() {
      return commits.getLast();
    }

    /** Changes when any of the commits does. */
    String fingerprint() {
      StringBuilder out = new StringBuilder();
      commits.forEach(commit -> out.append(commit.id()).append('\n'));
      return out.toString();
    }
  }

  private final Redactor redactor;

  HistoryDocuments(Redactor redactor) {
    this.redactor = redactor;
  }

  static List<Group> groups(GitHistory history) {
    SortedMap<YearMonth, List<GitHistory.Commit>> months = new TreeMap<>();
    for (GitHistory.Commit commit : history.commits().reversed()) {
      YearMonth month = YearMonth.from(commit.time().atOffset(ZoneOffset.UTC));
      months.computeIfAbsent(month, _ -> new ArrayList<>()).add(commit);
    }
    List<Group> out = new ArrayList<>();
    months.forEach((month, commits) -> split(month, commits, out));
    return out;
  }

  /** The text of a group; empty if something sensitive could not be taken out. */
  Optional<Redacted> text(Group group) {
    SortedMap<String, Integer> counts = new TreeMap<>();
    Draft draft = new Draft();
    for (GitHistory.Commit commit : group.commits()) {
      append(draft, commit, counts);
    }
    return redactor.redact(draft).map(done -> done.plus(counts));
  }

  private void append(Draft draft, GitHistory.Commit commit, SortedMap<String, Integer> counts) {
    draft.append("commit " + commit.id().substring(0, HASH_CHARACTERS) + "\nauthor ");
    if (commit.author().canonical().isEmpty()) {
      draft.append("unknown");
    } else {
      draft.appendPseudonym(redactor.person(commit.author()));
      counts.merge(Pseudonyms.label(Identities.PERSON), 1, Integer::sum);
    }
    draft.append("\ndate " + commit.time().atOffset(ZoneOffset.UTC).toLocalDate() + "\n\n    ");
    append(draft, redactor.redact(commit.subject()), counts);
    draft.append("\n\n");
    for (String path : commit.changes().paths()) {
      append(draft, redactor.redactPath(path), counts);
      draft.append("\n");
    }
    int more = commit.changes().count() - commit.changes().paths().size();
    draft.append(more > 0 ? "and " + more + " more\n\n" : "\n");
  }

  private static void append(
      Draft draft, Optional<Redacted> piece, SortedMap<String, Integer> counts) {
    if (piece.isEmpty()) {
      draft.append(WITHHELD);
      return;
    }
    draft.append(piece.get().draft());
    piece.get().counts().forEach((type, count) -> counts.merge(type, count, Integer::sum));
  }

  private static void split(YearMonth month, List<GitHistory.Commit> commits, List<Group> out) {
    for (int from = 0; from < commits.size(); from += COMMITS_OF_TEXT) {
      int to = Math.min(commits.size(), from + COMMITS_OF_TEXT);
      String path =
          String.format(Locale.ROOT, "git-history/%s-%02d.txt", month, from / COMMITS_OF_TEXT);
      out.add(new Group(path, commits.subList(from, to)));
    }
  }
}
