package dev.moat.trust;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A ledger as it stood when it was opened, for reading only: also beside the process that writes
 * it, or in a copied folder.
 */
public final class LedgerReader implements LedgerView {
  private static final int TRIES_MAX = 100;

  private final LedgerTree tree;

  private LedgerReader(LedgerTree tree) {
    this.tree = tree;
  }

  /** Opens the ledger in {@code directory} that {@code key} signs. */
  public static LedgerReader open(Path directory, VerifyKey key) {
    LedgerFolder folder = new LedgerFolder(directory);
    for (int tries = 1; ; tries++) {
      Optional<Checkpoint> before = folder.checkpoint();
      try {
        LedgerTree tree = load(directory, key);
        if (tries == TRIES_MAX || folder.checkpoint().equals(before)) {
          return new LedgerReader(tree);
        }
      } catch (Failure e) {
        if (tries == TRIES_MAX || folder.checkpoint().equals(before)) {
          throw e;
        }
      }
      // The writer has published: files read before and after that do not fit. Look again.
    }
  }

  /** The tree of the last signed checkpoint, that of the journal included. */
  static LedgerTree load(Path directory, VerifyKey key) {
    LedgerFolder folder = new LedgerFolder(directory);
    Checkpoint published =
        folder
            .checkpoint()
            .orElseThrow(
                () ->
                    new Failure(
                        new Problem.Missing(
                            "ledger " + directory + ": has no checkpoint; give a ledger's folder",
                            "checkpoint")));
    requireSigned(published, key, LedgerFolder.CHECKPOINT);
    LedgerTree tree = new LedgerTree(folder, published);
    try {
      for (Frame frame : Journal.read(directory, published.size())) {
        Checkpoint checkpoint = Checkpoint.parse(frame.note());
        requireSigned(checkpoint, key, Journal.FOLDER);
        tree.add(tree.growth(frame.entries()), checkpoint);
      }
      return tree;
    } catch (IOException e) {
      throw Failure.broken("ledger " + directory + ": it cannot be read; check the disk", e);
    }
  }

  private static void requireSigned(Checkpoint checkpoint, VerifyKey key, String file) {
    if (!checkpoint.isSignedBy(key)) {
      throw LedgerFolder.tampered(
          file, "the checkpoint of size " + checkpoint.size() + " is not signed by " + key.name());
    }
  }

  @Override
  public long size() {
    return tree.head().size();
  }

  @Override
  public Checkpoint checkpoint() {
    return tree.head();
  }

  @Override
  public LedgerEvent event(long index) {
    return LedgerEvent.parse(tree.provedEntry(index), index);
  }

  @Override
  public InclusionProof prove(long index, long size) {
    return tree.prove(index, size);
  }

  @Override
  public ConsistencyProof consistency(long first, long second) {
    return tree.consistency(first, second);
  }
}
