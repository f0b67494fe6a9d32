package dev.moat.serve;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What is remembered of the names that were used last, up to a number of them. Safe for several
 * threads: the work on an entry is done under the one lock, so it must be short.
 */
final class Recent<V> {
  private final int entriesMax;

  /** Guards the entries and all that is in them. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Map<String, V> entries = new LinkedHashMap<>(16, 0.75f, true);

  Recent(int entriesMax) {
    this.entriesMax = entriesMax;
  }

  /** Works on the entry of that name; on a fresh one, and without the oldest, if there is none. */
  <T> T with(String name, Supplier<V> fresh, Function<V, T> work) {
    lock.lock();
    try {
      V entry = entries.computeIfAbsent(name, _ -> fresh.get());
      if (entries.size() > entriesMax) {
        entries.remove(entries.keySet().iterator().next());
      }
      return work.apply(entry);
    } finally {
      lock.unlock();
    }
  }

  /** Works on the entry of that name if there is one. */
  <T> T ifKnown(String name, Function<V, T> work, T otherwise) {
    lock.lock();
    try {
      V entry = entries.get(name);
      return entry == null ? otherwise : work.apply(entry);
    } finally {
      lock.unlock();
    }
  }

  int size() {
    lock.lock();
    try {
      return entries.size();
    } finally {
      lock.unlock();
    }
  }
}
