package dev.moat.flow;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/** Keeps two runs at the same time from doing the same step in the same folder. */
final class UnderWay {
  private final ConcurrentMap<Path, CompletableFuture<Boolean>> ends = new ConcurrentHashMap<>();

  /** Does {@code work} when nobody else works in {@code folder} any more. */
  <T> T alone(Path folder, Supplier<T> work) {
    CompletableFuture<Boolean> end = new CompletableFuture<>();
    CompletableFuture<Boolean> other = ends.putIfAbsent(folder, end);
    while (other != null) {
      other.join();
      other = ends.putIfAbsent(folder, end);
    }
    try {
      return work.get();
    } finally {
      ends.remove(folder);
      end.complete(true);
    }
  }
}
