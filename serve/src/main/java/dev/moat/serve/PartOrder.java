package dev.moat.serve;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts the pieces of an answer into an order in which each part ends before the next begins.
 *
 * <p>Pieces come mixed: the guard holds the end of each text back until the answer is complete. So
 * the first part is told as it comes, and those that begin after it wait for that end; but thought,
 * which the guard completes before the answer begins, ends there.
 */
final class PartOrder {
  /** Who tells the parts. */
  interface Teller {
    /** A part begins; {@code first} says of what kind it is, and its text follows. */
    void begin(Piece first);

    /** More of the part that was begun last. */
    void more(Piece piece);

    /** The part is complete. */
    void end();
  }

  private final Teller teller;
  private final Map<Piece, List<Piece>> waiting = new LinkedHashMap<>();
  private @Nullable Piece open;

  PartOrder(Teller teller) {
    this.teller = teller;
  }

  /** Takes the next piece. */
  void accept(Piece piece) {
    Piece kind = OutputGuard.kind(piece);
    if (open instanceof Piece.Reasoning && !kind.equals(open)) {
      close();
    }
    if (open == null) {
      open = kind;
      teller.begin(piece);
    }
    if (kind.equals(open)) {
      teller.more(piece);
    } else {
      waiting.computeIfAbsent(kind, _ -> new ArrayList<>()).add(piece);
    }
  }

  /** Ends the part that is open, and forgets what waits. */
  void drop() {
    waiting.clear();
    close();
  }

  /** Tells all that waits: the answer is complete. */
  void finish() {
    close();
    waiting.forEach(
        (_, pieces) -> {
          teller.begin(pieces.getFirst());
          pieces.forEach(teller::more);
          teller.end();
        });
    waiting.clear();
  }

  private void close() {
    if (open != null) {
      open = null;
      teller.end();
    }
  }
}
