package dev.moat.serve;

import dev.moat.trust.Project;
import java.time.Instant;
import java.util.Map;

/** The guards of one route: that of everybody, and those that tenants have of their own. */
final class GuardChoice {
  private final TimedGuard standard;
  private final Map<Subject, TimedGuard> own;

  GuardChoice(TimedGuard standard, Map<Subject, TimedGuard> own) {
    this.standard = standard;
    this.own = Map.copyOf(own);
  }

  /** That guard for everybody. */
  static GuardChoice only(NamedGuard guard) {
    return new GuardChoice(TimedGuard.fixed(guard), Map.of());
  }

  /** Whether it is the same guard for everybody at all times. */
  boolean isFixed() {
    return own.isEmpty() && standard.isFixed();
  }

  /** The guard of everybody. */
  NamedGuard standard() {
    return standard.last();
  }

  /** The guard of a caller: that of the project, else of the organisation, else of everybody. */
  NamedGuard of(Project project, Instant now) {
    TimedGuard found = own.get(new Subject(Subject.Kind.PROJECT, project.toString()));
    if (found == null) {
      found = own.get(new Subject(Subject.Kind.ORGANISATION, project.organisation()));
    }
    return (found == null ? standard : found).at(now);
  }
}
