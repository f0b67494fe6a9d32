package dev.moat.engine;

/**
 * The rotary position embedding of a decoder (Su et al. 2021): its base and how it is stretched
 * beyond the length it was trained on.
 */
public record RopeConfig(double theta, Scaling scaling) {

  /** How the rotation frequencies are changed for contexts longer than the trained one. */
  public sealed interface Scaling {
    /** Frequencies as trained. */
    record None() implements Scaling {}

    /** Every frequency divided by one factor (position interpolation, Chen et al. 2023). */
    record Linear(double factor) implements Scaling {
      public Linear {
        requireAtLeastOne("factor", factor);
      }
    }

    /**
     * Low frequencies divided by the factor, high ones kept, those between blended (Llama 3.1).
     *
     * @param originalContextLength the length the model was first trained on
     */
    record Llama3(double factor, double lowFactor, double highFactor, int originalContextLength)
        implements Scaling {
      public Llama3 {
        requireAtLeastOne("factor", factor);
        if (!(lowFactor > 0) || !(highFactor > lowFactor) || originalContextLength < 1) {
          throw new IllegalArgumentException(
              "low_freq_factor must be above 0 and below high_freq_factor, and"
                  + " original_max_position_embeddings at least 1");
        }
      }
    }
  }

  public RopeConfig {
    if (!(theta > 0) || Double.isInfinite(theta)) {
      throw new IllegalArgumentException("rope_theta must be a positive number: " + theta);
    }
  }

  /** The plain rotation with the given base. */
  public static RopeConfig of(double theta) {
    return new RopeConfig(theta, new Scaling.None());
  }

  /** The angle per position of each of the {@code headSize / 2} rotated pairs. */
  public double[] inverseFrequencies(int headSize) {
    double[] frequencies = new double[headSize / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = scaled(StrictMath.pow(theta, -2.0 * i / headSize));
    }
    return frequencies;
  }

  private double scaled(double frequency) {
    return switch (scaling) {
      case Scaling.None() -> frequency;
      case Scaling.Linear(double factor) -> frequency / factor;
      case Scaling.Llama3 llama3 -> blended(frequency, llama3);
    };
  }

  private static double blended(double frequency, Scaling.Llama3 scaling) {
    double wavelength = 2 * Math.PI / frequency;
    double turns = scaling.originalContextLength() / wavelength;
    if (turns > scaling.highFactor()) {
      return frequency;
    }
    if (turns < scaling.lowFactor()) {
      return frequency / scaling.factor();
    }
    double kept = (turns - scaling.lowFactor()) / (scaling.highFactor() - scaling.lowFactor());
    return (1 - kept) * frequency / scaling.factor() + kept * frequency;
  }

  private static void requireAtLeastOne(String name, double value) {
    if (!(value >= 1) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(name + " must be at least 1: " + value);
    }
  }
}
