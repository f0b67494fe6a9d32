package dev.moat.registry;

import dev.moat.core.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Gathers links: what fails to be proved becomes a broken link, and the rest is still looked at.
 */
final class Chain {
  private final List<Link> links = new ArrayList<>();

  /** A value that was proved, and one line of what was checked. */
  record Proved<T>(T value, String detail) {}

  /** Adds a link; gives the value if it was proved. */
  <T> Optional<T> prove(String what, Object subject, Supplier<Proved<T>> proof) {
    try {
      Proved<T> proved = proof.get();
      links.add(Link.holding(what, subject, proved.detail()));
      return Optional.of(proved.value());
    } catch (Failure failure) {
      links.add(Link.broken(what, subject, failure.problem().message()));
      return Optional.empty();
    }
  }

  /** Adds links that were made elsewhere. */
  void add(List<Link> more) {
    links.addAll(more);
  }

  /** Adds a link that holds. */
  void note(String what, Object subject, String detail) {
    links.add(Link.holding(what, subject, detail));
  }

  List<Link> links() {
    return List.copyOf(links);
  }
}
