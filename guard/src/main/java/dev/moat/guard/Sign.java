package dev.moat.guard;

/** A rule about what attacks and leaks look like, and how much one occurrence weighs in [0, 1). */
record Sign(String rule, double weight) {
  Sign {
    if (!(weight > 0 && weight < 1)) {
      throw new IllegalArgumentException(rule + ": weight " + weight + " is not between 0 and 1");
    }
  }
}
