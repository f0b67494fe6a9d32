package dev.moat.serve;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.guard.Guard;
import dev.moat.registry.PromptTemplate;
import dev.moat.trust.Project;
import java.time.Instant;
import java.util.Optional;

/**
 * A release that is served: the name that callers put into {@code model}, the digest of the release
 * behind it, who answers, how its exchanges are treated, and the prompt before all messages.
 */
public record Served(
    String name,
    Digest release,
    Instant created,
    ModelBackend backend,
    RoutePolicy policy,
    Optional<PromptTemplate> prompt) {
  private static final int NAME_CHARACTERS_MAX = 128;

  /** Checks that the name can stand in a URL and a log. */
  public Served {
    if (name.isEmpty()
        || name.length() > NAME_CHARACTERS_MAX
        || !name.chars().allMatch(Served::isNameCharacter)) {
      throw Failure.invalid(
          "model name \"" + name + "\": not 1 to 128 letters, digits or . _ - : / @; rename it");
    }
  }

  /** A release without a prompt. */
  public Served(
      String name, Digest release, Instant created, ModelBackend backend, RoutePolicy policy) {
    this(name, release, created, backend, policy, Optional.empty());
  }

  /** The same under another name. */
  Served as(String otherName) {
    return new Served(otherName, release, created, backend, policy, prompt);
  }

  /** The same as that caller's project gets it. */
  Served of(Project project, Instant now) {
    return policy.isFixed()
        ? this
        : new Served(name, release, created, backend, policy.of(project, now), prompt);
  }

  /** The guard that judges what goes in and out. */
  Guard guard() {
    return policy.guard();
  }

  private static boolean isNameCharacter(int c) {
    return c < 0x80 && (Character.isLetterOrDigit(c) || "._-:/@".indexOf(c) >= 0);
  }
}
