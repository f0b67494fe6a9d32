package dev.moat.data;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.core.Text;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.RepositoryCache;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.util.FS;

/**
 * A git repository: the tracked files of its working tree, or of its newest commit if it is bare.
 */
final class GitSource implements Source {
  private static final String DOT_GIT = ".git";

  private final Path root;
  private final Repository repository;
  private final boolean bare;
  private final Optional<ObjectId> head;

  private GitSource(Path root, Repository repository, boolean bare) {
    this.root = root;
    this.repository = repository;
    this.bare = bare;
    this.head = guarded(root, () -> Optional.ofNullable(repository.resolve(Constants.HEAD)));
  }

  /** Whether a repository has its working tree at {@code root}, or is bare there. */
  static boolean isRepository(Path root) {
    Path dotGit = root.resolve(DOT_GIT);
    return Files.isRegularFile(dotGit, LinkOption.NOFOLLOW_LINKS)
        || Files.isDirectory(dotGit, LinkOption.NOFOLLOW_LINKS)
        || isBare(root);
  }

  static GitSource open(Path root) {
    GitEnvironment.install();
    boolean bare = !Files.exists(root.resolve(DOT_GIT), LinkOption.NOFOLLOW_LINKS);
    FileRepositoryBuilder builder = new FileRepositoryBuilder().setMustExist(true);
    if (bare) {
      builder.setGitDir(root.toFile()).setBare();
    } else {
      builder.setWorkTree(root.toFile());
    }
    return new GitSource(root, guarded(root, builder::build), bare);
  }

  @Override
  public String kind() {
    return "git";
  }

  @Override
  public Path root() {
    return root;
  }

  /** The newest commit when it was opened; empty in a repository without commits. */
  @Override
  public Optional<String> head() {
    return head.map(ObjectId::name);
  }

  @Override
  public String horizon() {
    return guarded(
        root,
        () ->
            repository.getObjectDatabase().getShallowCommits().stream()
                .map(ObjectId::name)
                .sorted()
                .collect(Collectors.joining(" ")));
  }

  /** What the commits say. */
  GitHistory history(int commitsMax) {
    return guarded(root, () -> GitHistory.read(repository, head, commitsMax));
  }

  /** The blob ids of the files of the newest commit, by path. */
  Map<String, ObjectId> committed() {
    Map<String, ObjectId> out = new HashMap<>();
    guarded(root, () -> eachCommitted((path, _, id) -> out.put(path, id)));
    return out;
  }

  @Override
  public Listing list(CollectSettings settings) {
    return guarded(root, () -> bare ? listCommitted(settings) : listTracked(settings));
  }

  @Override
  public byte[] read(Entry entry, int bytesMax) throws IOException {
    if (entry.content() instanceof Entry.Content.InGit(ObjectId id)) {
      return readBlob(id, bytesMax);
    }
    return FolderSource.readFile(root, entry, bytesMax);
  }

  private byte[] readBlob(ObjectId id, int bytesMax) throws IOException {
    ObjectLoader blob = repository.open(id, Constants.OBJ_BLOB);
    if (blob.getSize() > bytesMax) {
      throw new IOException("more than " + bytesMax + " bytes");
    }
    return blob.getCachedBytes(bytesMax);
  }

  @Override
  public void close() {
    repository.close();
  }

  private Listing listTracked(CollectSettings settings) throws IOException {
    Map<String, FileMode> tracked = tracked(settings.limits());
    Set<String> folders = foldersOf(tracked.keySet());
    Listing found = new FolderWalk(root, settings, folders::contains, tracked::containsKey).walk();
    Set<String> seen = new HashSet<>();
    found.entries().forEach(entry -> seen.add(entry.path()));
    List<Listing.Skipped> skipped = new ArrayList<>(found.skipped());
    skipped.forEach(each -> seen.add(each.path()));
    tracked.forEach(
        (path, mode) -> {
          if (!seen.contains(path) && settings.lists(path)) {
            skipped.add(new Listing.Skipped(path, reason(path, mode).orElse(DropReason.MISSING)));
          }
        });
    skipped.sort(Comparator.comparing(Listing.Skipped::path));
    return new Listing(found.entries(), skipped);
  }

  private Map<String, FileMode> tracked(CollectLimits limits) throws IOException {
    DirCache index = repository.readDirCache();
    if (index.getEntryCount() > limits.filesMax()) {
      throw Failure.invalid(
          place(root)
              + ": tracks more than "
              + limits.filesMax()
              + " files; give a smaller repository or raise files-max");
    }
    Map<String, FileMode> out = new HashMap<>();
    for (int i = 0; i < index.getEntryCount(); i++) {
      out.put(index.getEntry(i).getPathString(), index.getEntry(i).getFileMode());
    }
    return out;
  }

  private Listing listCommitted(CollectSettings settings) throws IOException {
    List<Entry> entries = new ArrayList<>();
    List<Listing.Skipped> skipped = new ArrayList<>();
    long[] bytes = {0};
    eachCommitted(
        (path, mode, id) -> {
          if (!settings.lists(path)) {
            return;
          }
          Optional<DropReason> dropped = reason(path, mode).or(() -> TextRules.byName(path));
          long size = dropped.isPresent() ? 0 : open(id).getSize();
          bytes[0] += size <= settings.limits().fileBytesMax() ? size : 0;
          if (dropped.isPresent() || size > settings.limits().fileBytesMax()) {
            skipped.add(new Listing.Skipped(path, dropped.orElse(DropReason.TOO_LARGE)));
          } else {
            entries.add(new Entry(path, size, new Entry.Content.InGit(id)));
          }
          checkLimits(settings.limits(), entries.size() + skipped.size(), bytes[0]);
        });
    entries.sort(Comparator.comparing(Entry::path));
    return new Listing(entries, skipped);
  }

  private void checkLimits(CollectLimits limits, int files, long bytes) {
    if (files > limits.filesMax() || bytes > limits.bytesMax()) {
      throw Failure.invalid(
          place(root)
              + ": more than "
              + limits.filesMax()
              + " files or "
              + limits.bytesMax()
              + " bytes; give a smaller repository or raise files-max or bytes-max");
    }
  }

  private ObjectLoader open(ObjectId id) {
    try {
      return repository.open(id, Constants.OBJ_BLOB);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private interface CommittedFile {
    void visit(String path, FileMode mode, ObjectId id);
  }

  private int eachCommitted(CommittedFile visitor) throws IOException {
    if (head.isEmpty()) {
      return 0;
    }
    int count = 0;
    try (RevWalk commits = new RevWalk(repository);
        TreeWalk files = new TreeWalk(repository)) {
      files.addTree(commits.parseCommit(head.get()).getTree());
      files.setRecursive(true);
      while (files.next()) {
        visitor.visit(files.getPathString(), files.getFileMode(), files.getObjectId(0));
        count++;
      }
    }
    return count;
  }

  /** Why an entry is no file; a path may not lead out of the tree, whoever wrote it there. */
  private static Optional<DropReason> reason(String path, FileMode mode) {
    if (mode.equals(FileMode.SYMLINK)) {
      return Optional.of(DropReason.SYMBOLIC_LINK);
    }
    if (mode.equals(FileMode.GITLINK)) {
      return Optional.of(DropReason.SUBMODULE);
    }
    boolean leadsOut = ("/" + path + "/").contains("/../") || path.startsWith("/");
    return leadsOut ? Optional.of(DropReason.NOT_A_FILE) : Optional.empty();
  }

  private static Set<String> foldersOf(Set<String> paths) {
    Set<String> out = new HashSet<>();
    for (String path : paths) {
      int slash = path.lastIndexOf('/');
      while (slash > 0 && out.add(path.substring(0, slash))) {
        slash = path.lastIndexOf('/', slash - 1);
      }
    }
    return out;
  }

  private static boolean isBare(Path root) {
    return Files.isRegularFile(root.resolve(Constants.HEAD), LinkOption.NOFOLLOW_LINKS)
        && Files.isDirectory(root.resolve("objects"), LinkOption.NOFOLLOW_LINKS)
        && RepositoryCache.FileKey.isGitRepository(root.toFile(), FS.DETECTED);
  }

  /**
   * Runs {@code work} on the repository. Its bytes come from outside and JGit meets damage with
   * unchecked exceptions of many kinds, so that this is one of the few places that catch them all.
   */
  private static <T> T guarded(Path root, Callable<T> work) {
    try {
      return work.call();
    } catch (Failure failure) {
      throw failure;
    } catch (Exception e) {
      throw new Failure(
          new Problem.Broken(
              place(root)
                  + ": not a readable git repository ("
                  + Text.shortened(String.valueOf(e.getMessage()), 160)
                  + "); run git fsck there",
              e));
    }
  }

  private static String place(Path root) {
    return "source " + Text.shortened(root.toString(), 200);
  }
}
