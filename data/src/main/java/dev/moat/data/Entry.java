package dev.moat.data;

import java.nio.file.Path;
import org.eclipse.jgit.lib.ObjectId;

/**
 * A file of a source that may become a document.
 *
 * @param path its place inside the source, parts joined by {@code /}
 * @param size in bytes
 */
record Entry(String path, long size, Content content) {
  /** Where the bytes are. */
  sealed interface Content {
    /**
     * On disk. Whoever changes the bytes changes the stamp, unless within the same tick of the
     * clock that {@code changedMillis} tells.
     */
    record OnDisk(Path file, String stamp, long changedMillis) implements Content {}

    /** In the object store of a git repository. */
    record InGit(ObjectId id) implements Content {}
  }
}
