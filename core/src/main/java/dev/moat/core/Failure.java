package dev.moat.core;

/** The one exception for expected failures: it carries the {@link Problem}. */
public final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  /** Fails because of {@code problem}. */
  public Failure(Problem problem) {
    super(problem.message(), problem instanceof Problem.Broken(_, Throwable cause) ? cause : null);
    this.problem = problem;
  }

  /** The message of the problem: one line for the caller. */
  @Override
  public String getMessage() {
    return problem.message();
  }

  /** What went wrong. */
  public Problem problem() {
    return problem;
  }

  /** A failure of bad input. */
  public static Failure invalid(String message) {
    return new Failure(new Problem.Invalid(message));
  }

  /** A failure of something under us. */
  public static Failure broken(String message, Throwable cause) {
    return new Failure(new Problem.Broken(message, cause));
  }
}
