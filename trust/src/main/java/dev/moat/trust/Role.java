package dev.moat.trust;

/** What a principal is to this installation; {@link Permissions} says what each may do. */
public enum Role {
  /** Runs the installation: everything, and the only one who manages users. */
  ADMIN,
  /** Makes models: pipelines, promotion, own keys. */
  ENGINEER,
  /** Uses models. */
  CLIENT
}
