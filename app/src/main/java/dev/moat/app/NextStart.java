package dev.moat.app;

import dev.moat.core.Failure;
import dev.moat.store.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Tells the launcher, by a file in the home, that the next start may leave out the vector module:
 * only the engine uses it, and with it the JVM cannot use most of what it keeps of earlier starts
 * (JEP 483: an archive of loaded classes has no incubator modules).
 */
final class NextStart {
  private static final String VECTORS = "jdk.incubator.vector";

  private final Path outsideOnly;

  NextStart(Path home) {
    this.outsideOnly = home.resolve("outside-only");
  }

  /** Takes note of what is served now. */
  void serves(boolean engine) {
    if (engine) {
      delete();
    } else {
      AtomicFile.writePrivate(outsideOnly, new byte[0]);
    }
  }

  /** Says that the engine is needed, now and next time. */
  void needsEngine() {
    delete();
    if (ModuleLayer.boot().findModule(VECTORS).isEmpty()) {
      throw Failure.invalid(
          "engine: this start was made without the JVM's vector module, since the last one only"
              + " served models of other services; run the same command again");
    }
  }

  private void delete() {
    try {
      Files.deleteIfExists(outsideOnly);
    } catch (IOException e) {
      throw Failure.broken(outsideOnly + ": cannot be deleted; delete it by hand", e);
    }
  }
}
