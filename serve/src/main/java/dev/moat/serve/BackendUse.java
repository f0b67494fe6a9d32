package dev.moat.serve;

/**
 * One backend and how many exchanges use it: when nothing new is to use it, it is closed after its
 * last exchange. Guarded by its own monitor.
 */
final class BackendUse {
  private final ModelBackend backend;
  private int users;
  private boolean retired;

  BackendUse(ModelBackend backend) {
    this.backend = backend;
  }

  /** Counts one more user; false if it is too late for that. */
  synchronized boolean enter() {
    if (!retired) {
      users++;
    }
    return !retired;
  }

  /** The last one closes it on a thread of its own: to close may take long, and this may not. */
  void leave() {
    if (left()) {
      Thread.ofVirtual().name("backend-close").start(backend::close);
    }
  }

  /** Says that nobody new will come; closes it at once if nobody is there. */
  void retire() {
    if (retired()) {
      backend.close();
    }
  }

  private synchronized boolean left() {
    users--;
    return retired && users == 0;
  }

  private synchronized boolean retired() {
    boolean first = !retired;
    retired = true;
    return first && users == 0;
  }
}
