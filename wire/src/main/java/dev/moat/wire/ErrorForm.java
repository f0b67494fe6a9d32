package dev.moat.wire;

import dev.moat.core.Problem;

/** How a refusal looks on the wire. */
@FunctionalInterface
public interface ErrorForm {
  /** The answer of that status that tells the caller of {@code problem}. */
  Response render(int status, Problem problem);

  /** The status for a problem that nobody gave another one. */
  static int status(Problem problem) {
    return switch (problem) {
      case Problem.Invalid _ -> 400;
      case Problem.Missing _ -> 404;
      case Problem.Denied _ -> 403;
      case Problem.Busy _ -> 429;
      case Problem.Tampered _ -> 500;
      case Problem.Broken _ -> 500;
    };
  }
}
