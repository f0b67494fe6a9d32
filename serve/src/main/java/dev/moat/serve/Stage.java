package dev.moat.serve;

/** One step on the way of an exchange. */
@FunctionalInterface
interface Stage {
  /** Does its part, at once or later, and then lets the exchange proceed; or throws. */
  void enter(Exchange exchange);
}
