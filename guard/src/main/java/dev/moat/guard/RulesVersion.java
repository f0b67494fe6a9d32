package dev.moat.guard;

/** The version of the detectors' code and tables; raise it when either changes what is found. */
final class RulesVersion {
  static final String TEXT = "1";

  private RulesVersion() {}
}
