package dev.moat.serve;

import java.time.Duration;

/** Runs things later, without a thread that waits for each. */
interface Timers {
  /** Something that will be run. */
  interface Timer {
    /** Something that is not waited for. */
    Timer NONE = () -> {};

    /** Sees to it that it is not run, if it has not begun. */
    void cancel();
  }

  /** Runs {@code work} once; it must be short. */
  Timer after(Duration delay, Runnable work);
}
