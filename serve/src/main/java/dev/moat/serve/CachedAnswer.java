package dev.moat.serve;

import java.util.List;
import java.util.concurrent.Executor;

/**
 * An answer that was given before, and gives itself again as a model would: so it is guarded,
 * streamed or not, and recorded like any other, and no way leads round the guard.
 *
 * @param pieces what the caller read then
 * @param receipt the receipt of the exchange in which it was made
 */
record CachedAnswer(List<Piece> pieces, FinishReason reason, Usage usage, long receipt)
    implements ModelBackend {
  /** A piece, its list entry, and its text of two bytes a character. */
  private static final int PIECE_BYTES = 96;

  CachedAnswer {
    pieces = List.copyOf(pieces);
  }

  /** About how much memory a piece takes. */
  static long bytes(Piece piece) {
    return PIECE_BYTES + 2L * piece.length();
  }

  long bytes() {
    return PIECE_BYTES + pieces.stream().mapToLong(CachedAnswer::bytes).sum();
  }

  @Override
  public Answering begin(ModelCall call, AnswerSink sink, Executor loop) {
    loop.execute(
        () -> {
          pieces.forEach(sink::piece);
          sink.finished(reason, usage);
        });
    return new Whole();
  }

  /** It is there at once: nothing to stop or to slow down. */
  private static final class Whole implements Answering {
    @Override
    public void cancel() {}

    @Override
    public void pause() {}

    @Override
    public void resume() {}
  }
}
