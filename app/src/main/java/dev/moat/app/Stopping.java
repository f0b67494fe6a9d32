package dev.moat.app;

import java.util.concurrent.CountDownLatch;

/**
 * What is done when the process is told to end by Ctrl-C or SIGTERM: the act runs, and the process
 * stays until this is closed, so that work under way ends in order. Guarded by its own monitor.
 */
final class Stopping implements AutoCloseable {
  private final CountDownLatch closed = new CountDownLatch(1);
  private Runnable act = () -> {};
  private boolean told;

  private Stopping() {}

  /** From now on the process waits for {@link #close} when it is told to end. */
  static Stopping inOrder() {
    Stopping stopping = new Stopping();
    Thread hook = Thread.ofPlatform().name("moat-stop").unstarted(stopping::stop);
    Runtime.getRuntime().addShutdownHook(hook);
    return stopping;
  }

  /** Says what is to be done then; it is done at once if the process was told already. */
  synchronized void act(Runnable todo) {
    act = todo;
    if (told) {
      todo.run();
    }
  }

  private void stop() {
    synchronized (this) {
      told = true;
      act.run();
    }
    try {
      closed.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
