package dev.moat.serve;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** How the caller wants tokens to be chosen, as far as it says. */
record Sampling(
    OptionalInt tokensMax,
    OptionalDouble temperature,
    OptionalDouble topP,
    OptionalLong seed,
    List<String> stop) {

  /** How many stop strings there may be. */
  public static final int STOPS_MAX = 4;

  /** Copies the stop strings in. */
  public Sampling {
    stop = List.copyOf(stop);
  }

  Sampling withTokensMax(OptionalInt most) {
    return new Sampling(most, temperature, topP, seed, stop);
  }

  /** A caller that leaves everything to the model. */
  public static Sampling unsaid() {
    return new Sampling(
        OptionalInt.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalLong.empty(),
        List.of());
  }
}
