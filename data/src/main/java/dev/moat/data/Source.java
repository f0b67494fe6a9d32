package dev.moat.data;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.core.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** A place that documents come from. */
sealed interface Source extends AutoCloseable permits FolderSource, GitSource {
  /** The kind in manifests. */
  String kind();

  /** Its folder, without links. */
  Path root();

  /** The files in it that {@code settings} ask for. */
  Listing list(CollectSettings settings);

  /** The bytes of one of its files; fails if there are more than {@code bytesMax}. */
  byte[] read(Entry entry, int bytesMax) throws IOException;

  /** Where its history is cut off, as a text that changes when more of it is fetched. */
  default String horizon() {
    return "";
  }

  /** The full id of the commit it stands at, if it has a history. */
  Optional<String> head();

  @Override
  void close();

  /** Opens a folder, or a git repository, which is recognised by itself. */
  static Source open(String place) {
    Path root = real(place);
    return GitSource.isRepository(root) ? GitSource.open(root) : new FolderSource(root);
  }

  private static Path real(String place) {
    String shown = "source " + Text.shortened(place, 200);
    try {
      Path root = Path.of(place).toRealPath();
      if (!Files.isDirectory(root)) {
        throw Failure.invalid(shown + ": not a folder; give a folder or a git repository");
      }
      if (!Files.isReadable(root) || !Files.isExecutable(root)) {
        throw Failure.invalid(shown + ": may not be read; grant access to it");
      }
      return root;
    } catch (InvalidPathException e) {
      throw Failure.invalid(shown + ": not a path; give a folder or a git repository");
    } catch (IOException e) {
      String why = Files.notExists(Path.of(place)) ? "does not exist" : "may not be read";
      throw new Failure(
          new Problem.Missing(shown + ": " + why + "; give an existing, readable folder", place));
    }
  }
}
