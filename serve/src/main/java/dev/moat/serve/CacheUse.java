package dev.moat.serve;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** What the cache has to do with one exchange: it gives the answer, or takes it. */
sealed interface CacheUse {
  /** The answer is there. */
  record Hit(CachedAnswer answer) implements CacheUse {}

  /** The answer is to be kept if it turns out well. */
  final class Miss implements CacheUse {
    /** A longer answer is not kept. */
    static final long BYTES_MAX = 1 << 20;

    private final Consumer<CachedAnswer> cache;
    private final List<Piece> pieces = new ArrayList<>();
    private long bytes;

    Miss(Consumer<CachedAnswer> cache) {
      this.cache = cache;
    }

    private void add(Piece piece) {
      bytes += CachedAnswer.bytes(piece);
      if (bytes > BYTES_MAX) {
        pieces.clear();
      } else {
        pieces.add(piece);
      }
    }

    private void keep(FinishReason reason, Usage usage, long receipt) {
      if (bytes <= BYTES_MAX && reason != FinishReason.CONTENT_FILTER) {
        cache.accept(new CachedAnswer(pieces, reason, usage, receipt));
      }
    }
  }

  /** What the caller is told. */
  default String word() {
    return this instanceof Hit ? "hit" : "miss";
  }

  /** Who answers, where otherwise that model would. */
  default ModelBackend backend(ModelBackend model) {
    return this instanceof Hit(CachedAnswer answer) ? answer : model;
  }

  /** The receipt of the exchange that made the answer, if it is given again. */
  default OptionalLong source() {
    return this instanceof Hit(CachedAnswer answer)
        ? OptionalLong.of(answer.receipt())
        : OptionalLong.empty();
  }

  /** Told each part that goes to the caller. */
  default void said(Piece piece) {
    if (this instanceof Miss miss) {
      miss.add(piece);
    }
  }

  /** Told that the answer is complete and recorded. */
  default void settled(FinishReason reason, Usage usage, long receipt) {
    if (this instanceof Miss miss) {
      miss.keep(reason, usage, receipt);
    }
  }
}
