package dev.moat.data;

import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.PersonIdent;

/** A git repository in the making, with exact authors and times. */
final class TestRepository implements AutoCloseable {
  static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  private final Path root;
  private final Git git;
  private Instant time = START;

  TestRepository(Path root) {
    GitEnvironment.install();
    this.root = root;
    try {
      this.git = Git.init().setDirectory(root.toFile()).setInitialBranch("main").call();
    } catch (GitAPIException e) {
      throw new AssertionError(e);
    }
  }

  Path root() {
    return root;
  }

  Git git() {
    return git;
  }

  TestRepository write(String path, String text) {
    Workshop.write(root, path, text);
    return this;
  }

  /** Commits everything in the working tree, a minute after the last commit; gives its id. */
  String commit(String author, String email, String message) {
    time = time.plusSeconds(60);
    return commitAt(new PersonIdent(author, email, time, ZoneOffset.UTC), message);
  }

  String commitAt(PersonIdent author, String message) {
    try {
      git.add().addFilepattern(".").call();
      git.add().setUpdate(true).addFilepattern(".").call();
      return git.commit()
          .setAuthor(author)
          .setCommitter(author)
          .setMessage(message)
          .setSign(false)
          .call()
          .name();
    } catch (GitAPIException e) {
      throw new AssertionError(e);
    }
  }

  Instant time() {
    return time;
  }

  @Override
  public void close() {
    git.close();
  }
}
