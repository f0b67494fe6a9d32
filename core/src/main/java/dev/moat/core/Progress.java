package dev.moat.core;

/** Follows long work: takes its advance and can ask it to stop. */
public interface Progress {
  /** Work of {@code total} units stands at {@code done}; {@code detail} is a few words or empty. */
  void advance(long done, long total, String detail);

  /** Whether the work should end early, keeping what it can resume from. */
  boolean cancelled();

  /** Fails with {@link Problem.Busy} if the work was cancelled. */
  default void checkCancelled(String work) {
    if (cancelled()) {
      throw new Failure(
          new Problem.Busy(work + ": cancelled; run it again to resume", java.time.Duration.ZERO));
    }
  }

  /** A follower that shows nothing and never cancels. */
  static Progress none() {
    return new Progress() {
      @Override
      public void advance(long done, long total, String detail) {}

      @Override
      public boolean cancelled() {
        return false;
      }
    };
  }
}
