package dev.moat.wire;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that the bodies of all requests of one server may take together; safe for all its
 * loops. Without it many callers with bodies of allowed length could fill the heap.
 */
final class BodyRoom {
  private final long bytesMax;
  private final AtomicLong taken = new AtomicLong();

  BodyRoom(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** Takes so many bytes more; false, and none taken, if there is no room for all of them. */
  boolean take(long bytes) {
    if (taken.addAndGet(bytes) <= bytesMax) {
      return true;
    }
    taken.addAndGet(-bytes);
    return false;
  }

  void give(long bytes) {
    taken.addAndGet(-bytes);
  }

  long taken() {
    return taken.get();
  }

  long bytesMax() {
    return bytesMax;
  }
}
