package dev.moat.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** A plain folder. */
final class FolderSource implements Source {
  /** Folders that hold what tools made or keep, never what people wrote. */
  private static final Set<String> SKIPPED_FOLDERS =
      Set.of(
          ".git",
          ".gradle",
          ".hg",
          ".idea",
          ".moat",
          ".mypy_cache",
          ".svn",
          ".tox",
          ".venv",
          ".vscode",
          "__pycache__",
          "node_modules",
          "target");

  private final Path root;

  FolderSource(Path root) {
    this.root = root;
  }

  @Override
  public String kind() {
    return "folder";
  }

  @Override
  public Path root() {
    return root;
  }

  @Override
  public Listing list(CollectSettings settings) {
    return new FolderWalk(root, settings, FolderSource::enters, _ -> true).walk();
  }

  @Override
  public byte[] read(Entry entry, int bytesMax) throws IOException {
    return readFile(root, entry, bytesMax);
  }

  @Override
  public Optional<String> head() {
    return Optional.empty();
  }

  @Override
  public void close() {
    // nothing is held open
  }

  /** Reads a regular file that really lies below {@code root}. */
  static byte[] readFile(Path root, Entry entry, int bytesMax) throws IOException {
    if (!(entry.content() instanceof Entry.Content.OnDisk(Path file, _, _))) {
      throw new IllegalArgumentException("not a file on disk");
    }
    Path folder = file.getParent();
    if (folder == null || !folder.toRealPath().startsWith(root)) {
      throw new IOException("outside of the source");
    }
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      byte[] bytes = in.readNBytes(bytesMax + 1);
      if (bytes.length > bytesMax) {
        throw new IOException("more than " + bytesMax + " bytes");
      }
      return bytes;
    }
  }

  private static boolean enters(String folder) {
    return !SKIPPED_FOLDERS.contains(folder.substring(folder.lastIndexOf('/') + 1));
  }
}
