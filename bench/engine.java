import dev.moat.engine.AdamW;
import dev.moat.engine.Batch;
import dev.moat.engine.Differentiation;
import dev.moat.engine.Model;
import dev.moat.engine.ModelConfig;
import dev.moat.engine.RopeConfig;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * CPU cost of training; the floor is the same number of multiply-adds done in registers by one
 * thread with the vectors this JVM offers.
 */
final class engine {
  private static final int ROWS = 4;
  private static final int LENGTH = 512;
  private static final int LANES = 16;
  private static final int CHAINS = 12;

  private engine() {}

  public static void main(String[] arguments) {
    ModelConfig config =
        new ModelConfig(
            "LlamaForCausalLM", 4096, 256, 704, 4, 8, 4, 32, 1e-5f, RopeConfig.of(10_000), 512,
            true, false, false, -1, List.of(0));
    Model model = Model.random(config, 1);
    Batch batch = batch();
    long weights = model.parameters().values().stream().mapToLong(t -> t.values().length).sum();
    try (Differentiation pass = new Differentiation(model, Optional.empty(), 1)) {
      AdamW adam = new AdamW(pass.trainable(), new AdamW.Settings(0.9, 0.999, 1e-8, 0));
      double[] cpu =
          Measure.inTurns(() -> step(pass, adam, batch), () -> multiplyAdds(100_000_000L));
      int tokens = ROWS * LENGTH;
      Measure.line("full training, 1 thread", tokens / cpu[0], "tokens/cpu-s");
      Measure.line(
          "  of it multiply-adds of the weights", 6.0 * weights * tokens / cpu[0] / 1e9, "GFLOP/s");
      Measure.line(
          "floor: multiply-adds in registers", 2.0 * 100_000_000L / cpu[1] / 1e9, "GFLOP/s");
    }
  }

  private static double step(Differentiation pass, AdamW adam, Batch batch) {
    pass.zeroGradients();
    double loss = pass.gradients(batch).mean();
    adam.step(pass.gradients(), 1e-4);
    pass.weightsChanged();
    return loss;
  }

  private static Batch batch() {
    Random random = new Random(1);
    int[][] tokens = new int[ROWS][LENGTH];
    for (int[] row : tokens) {
      for (int i = 0; i < LENGTH; i++) {
        row[i] = random.nextInt(4096);
      }
    }
    return Batch.shifted(tokens);
  }

  /** Independent chains of fused multiply-adds, which the compiler vectorises. */
  private static double multiplyAdds(long count) {
    float[] sums = new float[LANES * CHAINS];
    long rounds = count / sums.length;
    for (long round = 0; round < rounds; round++) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] = Math.fma(sums[i], 0.999f, 0.001f);
      }
    }
    double sum = 0;
    for (float value : sums) {
      sum += value;
    }
    return sum;
  }
}
