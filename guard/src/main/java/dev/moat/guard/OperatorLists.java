package dev.moat.guard;

import dev.moat.core.Digest;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What an operator knows of his own surroundings and no rule could: the hosts that texts may lead
 * to, the packages that there are, and the canaries he has laid out.
 *
 * @param linkHosts hosts, in lower case; {@code *.example.org} is every host below that one
 * @param everyImage whether any image of another host is unsafe, not only one that carries data
 * @param packages names of packages; where there are none, no package is unknown
 * @param canaries words or sentences that only appear where an answer repeats what it must not
 */
public record OperatorLists(
    Set<String> linkHosts, boolean everyImage, Set<String> packages, Set<String> canaries) {
  /** Knows nothing. */
  public static final OperatorLists NONE = new OperatorLists(Set.of(), false, Set.of(), Set.of());

  /** How many entries each list may have but for packages. */
  static final int ENTRIES_MAX = 10_000;

  /** How many packages there may be. */
  static final int PACKAGES_MAX = 10_000_000;

  /** Copies the sets in and checks their sizes. */
  public OperatorLists {
    linkHosts =
        linkHosts.stream()
            .map(host -> host.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
    packages =
        packages.stream().map(PackageDetector::normalised).collect(Collectors.toUnmodifiableSet());
    canaries = Set.copyOf(canaries);
    if (linkHosts.size() > ENTRIES_MAX || canaries.size() > ENTRIES_MAX) {
      throw new IllegalArgumentException("more than " + ENTRIES_MAX + " hosts or canaries");
    }
    if (packages.size() > PACKAGES_MAX) {
      throw new IllegalArgumentException("more than " + PACKAGES_MAX + " packages");
    }
    canaries.forEach(Canary::check);
  }

  /** What these lists and {@code others} hold together. */
  public OperatorLists and(OperatorLists others) {
    return new OperatorLists(
        joined(linkHosts, others.linkHosts),
        everyImage || others.everyImage,
        joined(packages, others.packages),
        joined(canaries, others.canaries));
  }

  /** The same with these packages. */
  public OperatorLists withPackages(Set<String> names) {
    return new OperatorLists(linkHosts, everyImage, names, canaries);
  }

  private static Set<String> joined(Set<String> some, Set<String> others) {
    if (some.isEmpty() || others.isEmpty()) {
      return some.isEmpty() ? others : some;
    }
    Set<String> all = new TreeSet<>(some);
    all.addAll(others);
    return all;
  }

  /** Whether texts may lead to {@code host}, which is in lower case. */
  boolean allows(String host) {
    if (linkHosts.contains(host)) {
      return true;
    }
    for (int dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
      if (linkHosts.contains("*" + host.substring(dot))) {
        return true;
      }
    }
    return false;
  }

  /** Adds all that decides to what names a policy. */
  void addTo(Digest.Hasher hasher) {
    hasher.field(Boolean.toString(everyImage));
    add(hasher, linkHosts);
    add(hasher, packages);
    add(hasher, canaries);
  }

  private static void add(Digest.Hasher hasher, Set<String> list) {
    hasher.field(Integer.toString(list.size()));
    new TreeSet<>(list).forEach(hasher::field);
  }
}
