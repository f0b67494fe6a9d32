package dev.moat.data;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.FooterLine;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.TreeFilter;
import org.jspecify.annotations.Nullable;

/**
 * What the commits of a repository say, from one walk over them, newest first: of each path who
 * changed it and when, and of each commit what it did. As {@code git log} does, a merge is taken to
 * change only what differs from all its parents; renames are not followed.
 */
final class GitHistory {
  private static final int AUTHORS_OF_FILE_MAX = 32;
  private static final int FILES_OF_COMMIT_MAX = 40;
  private static final int PEOPLE_MAX = 50_000;

  /** A longer subject is left out whole: half a secret would not be recognised. */
  private static final int SUBJECT_CHARACTERS_MAX = 2000;

  private static final Instant UNKNOWN_TIME = Instant.EPOCH;

  /** A commit. */
  record Commit(String id, Identity author, Instant time, String subject, Changes changes) {}

  /** What a commit changed: the first few of {@code count} paths. */
  record Changes(List<String> paths, int count) {
    Changes {
      paths = List.copyOf(paths);
    }
  }

  /** A path's last commit and its authors, the latest first. */
  record FileFacts(String commit, Instant time, List<Identity> authors) {}

  private static final class Touched {
    private final Commit last;
    private final Set<Identity> authors = new LinkedHashSet<>();

    Touched(Commit last) {
      this.last = last;
    }
  }

  private final List<Commit> commits = new ArrayList<>();
  private final Map<String, Touched> files = new HashMap<>();
  private final Set<Identity> people = new LinkedHashSet<>();
  private boolean complete = true;

  private GitHistory() {}

  static GitHistory none() {
    return new GitHistory();
  }

  static GitHistory read(Repository repository, Optional<ObjectId> head, int commitsMax)
      throws IOException {
    GitHistory history = new GitHistory();
    history.complete = repository.getObjectDatabase().getShallowCommits().isEmpty();
    if (head.isEmpty()) {
      return history;
    }
    try (RevWalk walk = new RevWalk(repository);
        TreeWalk trees = new TreeWalk(repository)) {
      trees.setRecursive(true);
      walk.markStart(walk.parseCommit(head.get()));
      for (RevCommit commit = walk.next(); commit != null; commit = walk.next()) {
        if (history.commits.size() >= commitsMax) {
          history.complete = false;
          break;
        }
        history.add(commit, changedPaths(walk, trees, commit));
        commit.disposeBody();
      }
    }
    return history;
  }

  /** All commits read, newest first. */
  List<Commit> commits() {
    return List.copyOf(commits);
  }

  /** Everyone who wrote, committed or is thanked in a trailer. */
  Set<Identity> people() {
    return Set.copyOf(people);
  }

  /** Whether the walk reached the first commit. */
  boolean complete() {
    return complete;
  }

  Optional<FileFacts> file(String path) {
    return Optional.ofNullable(files.get(path))
        .map(
            touched ->
                new FileFacts(
                    touched.last.id(), touched.last.time(), List.copyOf(touched.authors)));
  }

  private void add(RevCommit commit, List<String> paths) {
    Identity author = identity(commit.getAuthorIdent());
    Commit facts =
        new Commit(
            commit.name(),
            author,
            time(commit),
            subject(commit),
            new Changes(
                paths.subList(0, Math.min(paths.size(), FILES_OF_COMMIT_MAX)), paths.size()));
    commits.add(facts);
    meet(author);
    meet(identity(commit.getCommitterIdent()));
    commit.getFooterLines().forEach(this::meet);
    for (String path : paths) {
      Touched touched = files.computeIfAbsent(path, _ -> new Touched(facts));
      if (touched.authors.size() < AUTHORS_OF_FILE_MAX) {
        touched.authors.add(author);
      }
    }
  }

  private void meet(Identity person) {
    if (people.size() < PEOPLE_MAX && !(person.name().isEmpty() && person.email().isEmpty())) {
      people.add(person);
    }
  }

  /** A trailer such as {@code Co-authored-by: Name <address>}. */
  private void meet(FooterLine trailer) {
    String value = trailer.getValue();
    int open = value.indexOf('<');
    int close = value.indexOf('>', open + 1);
    if (trailer.getKey().endsWith("-by") && open >= 0 && close > open) {
      meet(new Identity(shown(value.substring(0, open)), shown(value.substring(open + 1, close))));
    }
  }

  private static List<String> changedPaths(RevWalk walk, TreeWalk trees, RevCommit commit)
      throws IOException {
    trees.reset();
    trees.addTree(commit.getTree());
    for (RevCommit parent : commit.getParents()) {
      walk.parseHeaders(parent);
      trees.addTree(parent.getTree());
    }
    trees.setFilter(commit.getParentCount() == 0 ? TreeFilter.ALL : TreeFilter.ANY_DIFF);
    List<String> out = new ArrayList<>();
    while (trees.next()) {
      if (differsFromAllParents(trees)) {
        out.add(trees.getPathString());
      }
    }
    return out;
  }

  private static boolean differsFromAllParents(TreeWalk trees) {
    for (int parent = 1; parent < trees.getTreeCount(); parent++) {
      if (trees.getRawMode(0) == trees.getRawMode(parent) && trees.idEqual(0, parent)) {
        return false;
      }
    }
    return true;
  }

  private static Identity identity(@Nullable PersonIdent person) {
    return person == null
        ? new Identity("", "")
        : new Identity(shown(person.getName()), shown(person.getEmailAddress()));
  }

  private static String shown(String written) {
    return Decoder.clean(written).strip();
  }

  private static Instant time(RevCommit commit) {
    try {
      PersonIdent author = commit.getAuthorIdent();
      return author == null ? UNKNOWN_TIME : author.getWhenAsInstant();
    } catch (DateTimeException e) {
      return UNKNOWN_TIME;
    }
  }

  private static String subject(RevCommit commit) {
    String line = Decoder.clean(commit.getShortMessage()).replace('\n', ' ').strip();
    return line.length() > SUBJECT_CHARACTERS_MAX ? "" : line;
  }
}
