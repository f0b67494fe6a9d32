package dev.moat.guard;

import java.util.List;

/** The detectors in the order in which they are asked. */
final class Detectors {
  static final List<Detector> SENSITIVE = List.of(new EmailDetector());

  private Detectors() {}
}
