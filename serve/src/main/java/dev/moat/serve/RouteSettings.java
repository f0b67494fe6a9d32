package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.core.Settings;
import java.time.Duration;
import java.util.List;

/**
 * Which backends answer for one release, and how they are chosen, as {@code route.MODEL} says.
 *
 * @param backends names of those that share the calls
 * @param fallback names of those that are tried when none of the first can be
 * @param stickyBytes how much of a conversation decides where it goes, if the balance is sticky
 * @param retries how many more tries a call gets
 * @param retryBudgetPercent the share of recent calls that may be tried again
 * @param hedge after what time a second backend is asked as well; zero for never
 */
record RouteSettings(
    List<String> backends,
    List<String> fallback,
    Balance balance,
    int stickyBytes,
    int retries,
    int retryBudgetPercent,
    Duration hedge) {
  private static final int BACKENDS_MAX = 64;

  RouteSettings {
    backends = List.copyOf(backends);
    fallback = List.copyOf(fallback);
  }

  /** Reads the section {@code route.MODEL}. */
  static RouteSettings read(Settings.Section section) {
    List<String> backends =
        section.texts("backends", List.of(), "Backends that share the calls of this release.");
    List<String> fallback =
        section.texts("fallback", List.of(), "Backends tried when none of those can be.");
    String balance =
        section.text("balance", "least-loaded", "How to share: weighted, least-loaded, sticky.");
    if (backends.size() + fallback.size() > BACKENDS_MAX) {
      throw invalid(section, "backends", "has more than " + BACKENDS_MAX + " backends; use fewer");
    }
    return new RouteSettings(
        backends,
        fallback,
        Balance.parse(balance)
            .orElseThrow(
                () ->
                    invalid(
                        section,
                        "balance",
                        "\"" + balance + "\" is none; write weighted, least-loaded or sticky")),
        (int)
            section.integer(
                "sticky-bytes",
                1_024,
                16,
                65_536,
                "How much of a conversation decides its backend."),
        (int) section.integer("retries", 2, 0, 10, "Tries after the first; none once words came."),
        (int)
            section.integer(
                "retry-budget-percent",
                20,
                0,
                100,
                "Share of recent calls that may be tried again."),
        Duration.ofMillis(
            section.integer(
                "hedge-ms", 0, 0, 600_000, "When to ask a second backend too; 0 is never.")));
  }

  /** The route of a release for which the settings say nothing. */
  static RouteSettings standard() {
    return read(Settings.standard().section("route"));
  }

  /** The same over one backend. */
  RouteSettings over(String backend) {
    return new RouteSettings(
        List.of(backend), List.of(), balance, stickyBytes, retries, retryBudgetPercent, hedge);
  }

  static Failure invalid(Settings.Section section, String key, String why) {
    String place = section.path() + "." + key;
    return new Failure(new Problem.Invalid(place + ": " + why, place));
  }
}
