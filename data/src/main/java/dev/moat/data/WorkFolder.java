package dev.moat.data;

import dev.moat.core.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder for the parts of an artifact in the making: empty when opened, gone when closed. */
final class WorkFolder implements AutoCloseable {
  private final Path path;

  private WorkFolder(Path path) {
    this.path = path;
  }

  /** Creates it, and removes what a run that was killed may have left there. */
  static WorkFolder create(Path path) {
    WorkFolder folder = new WorkFolder(path);
    folder.close();
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw Failure.broken("folder " + path + ": it could not be made; check the disk", e);
    }
    return folder;
  }

  Path path() {
    return path;
  }

  void write(String name, byte[] bytes) {
    try {
      Files.write(path.resolve(name), bytes);
    } catch (IOException e) {
      throw Failure.broken("file " + name + " in " + path + ": not written; free disk space", e);
    }
  }

  @Override
  public void close() {
    if (Files.notExists(path)) {
      return;
    }
    try (Stream<Path> walk = Files.walk(path)) {
      List<Path> all = walk.sorted(Comparator.reverseOrder()).toList();
      for (Path each : all) {
        Files.delete(each);
      }
    } catch (IOException | UncheckedIOException e) {
      throw Failure.broken("folder " + path + ": it could not be removed; check its mode", e);
    }
  }
}
