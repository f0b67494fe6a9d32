package dev.moat.serve;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The releases that are served now; they may be exchanged while requests run. */
public final class ServedModels {
  private volatile Map<String, Served> byName = Map.of();

  /** Serves these from now on; exchanges that have begun keep the release they began with. */
  public void replace(List<Served> models) {
    Map<String, Served> next = new TreeMap<>();
    for (Served model : models) {
      if (next.put(model.name(), model) != null) {
        throw new IllegalArgumentException("two releases are called " + model.name());
      }
    }
    byName = next;
  }

  /** The release of that name. */
  public Optional<Served> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** All releases, by name. */
  public List<Served> list() {
    return List.copyOf(byName.values());
  }
}
