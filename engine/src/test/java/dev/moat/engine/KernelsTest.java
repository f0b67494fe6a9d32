package dev.moat.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.engine.Generation.Request;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Small parts at their edges: single loops, extreme values, hostile numbers. */
class KernelsTest {
  private final SplittableRandom random = new SplittableRandom(37);

  private float[] randoms(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @Test
  void everyRegisterTileComputesItsChains() {
    int depth = 19;
    float[] right = randoms(depth * GemmKernel.PANEL);
    for (int rows : new int[] {1, 4, 12}) {
      for (boolean transposed : new boolean[] {false, true}) {
        float[] left = randoms(600);
        int stride = transposed ? 30 : 40;
        float[] result = randoms(12 * 70);
        float[] before = result.clone();
        RegisterTile tile = new RegisterTile();
        tile.left(left, stride);
        tile.right(right, 0);
        tile.result(result, 70);
        tile.sum(depth, true);
        tile.tile(transposed, rows, 3, 2);
        for (int at = 0; at < result.length; at++) {
          int row = (at - 2) / 70;
          int column = (at - 2) % 70;
          boolean inside = at >= 2 && row < rows && column < GemmKernel.PANEL;
          float expected = before[at];
          for (int k = 0; inside && k < depth; k++) {
            float x = left[3 + (transposed ? k * stride + row : row * stride + k)];
            expected = Math.fma(x, right[k * GemmKernel.PANEL + column], expected);
          }
          assertEquals(expected, result[at]);
        }
      }
    }
  }

  @Test
  void aTileThatDoesNotAddStartsFromZero() {
    float[] result = {7, 7, 7, 7};
    float[] wide = new float[GemmKernel.PANEL];
    System.arraycopy(result, 0, wide, 0, Math.min(4, wide.length));
    RegisterTile tile = new RegisterTile();
    tile.left(new float[] {2}, 1);
    tile.right(new float[GemmKernel.PANEL], 0);
    tile.result(wide, GemmKernel.PANEL);
    tile.sum(1, false);
    tile.tile(false, 1, 0, 0);
    assertArrayEquals(new float[GemmKernel.PANEL], wide);
  }

  @Test
  void productsAreTheSameBitsForAnyCrew() {
    for (int rows : new int[] {1, 7, 50, 400}) {
      float[] left = randoms(rows * 90);
      float[] right = randoms(90 * 130);
      List<float[]> results = new ArrayList<>();
      for (int threads = 1; threads <= 5; threads++) {
        try (Workers workers = new Workers(threads)) {
          Gemm gemm = new Gemm(workers);
          PackedMatrix packed = new PackedMatrix();
          gemm.packRows(Matrix.of(right, 130), 90, 130, packed);
          float[] result = new float[rows * 130];
          gemm.multiply(Matrix.of(left, 90), packed, Matrix.of(result, 130), rows, false);
          results.add(result);
        }
      }
      for (float[] result : results) {
        assertArrayEquals(results.getFirst(), result);
      }
    }
  }

  @Test
  void theCacheKeepsLayersAndHeadsApart() {
    ModelConfig config = Models.config(9, 8, 8, 3).heads(4, 2).headSize(6).build();
    KeyValueCache cache = new KeyValueCache(config);
    cache.clear(10);
    float mark = 1;
    for (int layer = 0; layer < 3; layer++) {
      for (int group = 0; group < 2; group++) {
        float[] row = new float[6];
        java.util.Arrays.fill(row, mark++);
        AttentionTile.Memory memory = cache.memory(layer, group);
        memory.keysTransposed().packTransposed(Matrix.of(row, 6), Range.of(1), 4);
        memory.values().packRows(Matrix.of(row, 6), Range.of(1), 4);
      }
    }
    mark = 1;
    for (int layer = 0; layer < 3; layer++) {
      for (int group = 0; group < 2; group++) {
        AttentionTile.Memory memory = cache.memory(layer, group);
        PackedMatrix keys = memory.keysTransposed();
        assertEquals(mark, keys.panels()[keys.offset(0, 5) + 4]);
        assertEquals(mark, memory.values().panels()[memory.values().offset(0, 4) + 5]);
        mark++;
      }
    }
  }

  @Test
  void aCallerWhoIsInterruptedStillGetsAllTasksDone() {
    try (Workers workers = new Workers(3)) {
      Thread.currentThread().interrupt();
      int[] done = new int[500];
      workers.forEach(done.length, (index, _) -> done[index]++);
      assertTrue(Thread.interrupted());
      for (int count : done) {
        assertEquals(1, count);
      }
    }
  }

  @Test
  void activationsStayFiniteForHugeGates() {
    float[] gateUp = {200, -200, 3e38f, -3e38f, 1, 1, 1, 1};
    float[] out = new float[4];
    new SwiGlu(4).forward(gateUp, out, Range.of(1));
    assertEquals(200f, out[0]);
    assertEquals(0f, out[1], 1e-30f);
    assertEquals(3e38f, out[2], 1e32f);
    assertEquals(0f, out[3], 10f);
    new SwiGlu(4).backward(gateUp, new float[] {1, 1, 0, 0}, Range.of(1));
    for (float value : gateUp) {
      assertTrue(Float.isFinite(value), "gradient " + value);
    }
  }

  @Test
  void aVectorOfZerosHasANorm() {
    RmsNorm norm = new RmsNorm(20, 1e-6f);
    float[] zeros = new float[20];
    float[] out = randoms(20);
    float reciprocal = norm.forward(zeros, 0, randoms(20), out, 0);
    assertArrayEquals(new float[20], out, 0f);
    assertEquals(1e3, reciprocal, 1);
  }

  @Test
  void theNormMayWriteOverItsInput() {
    for (int size : new int[] {6, 16, 40}) {
      RmsNorm norm = new RmsNorm(size, 1e-6f);
      float[] weight = randoms(size);
      float[] in = randoms(size);
      float[] apart = new float[size];
      norm.forward(in, 0, weight, apart, 0);
      norm.forward(in, 0, weight, in, 0);
      assertArrayEquals(apart, in);
    }
  }

  @Test
  void theLargestOfNumbersAndNoNumberIsNoNumber() {
    for (int place : new int[] {0, 15, 16, 20}) {
      float[] x = randoms(21);
      x[place] = Float.NaN;
      assertTrue(Float.isNaN(VectorMath.max(x, 0, 21)), "at " + place);
    }
  }

  private static Request request(double temperature, int topK, double topP, long seed) {
    return new Request(new int[] {0}, 1, temperature, topK, topP, seed, List.of(), false);
  }

  /** The tokens that may be drawn, by sorting everything. */
  private static List<Integer> allowed(float[] logits, Request request) {
    List<Integer> tokens = new ArrayList<>();
    for (int i = 0; i < logits.length; i++) {
      tokens.add(i);
    }
    tokens.sort(
        Comparator.comparingDouble((Integer token) -> -logits[token])
            .thenComparing(Comparator.naturalOrder()));
    if (request.topK() > 0) {
      tokens = tokens.subList(0, Math.min(request.topK(), tokens.size()));
    }
    double total = 0;
    for (int token : tokens) {
      total += Math.exp(logits[token] / request.temperature());
    }
    List<Integer> kept = new ArrayList<>();
    double reached = 0;
    for (int token : tokens) {
      if (reached >= request.topP() * total * (1 + 1e-6)) {
        break;
      }
      kept.add(token);
      reached += Math.exp(logits[token] / request.temperature());
    }
    return kept;
  }

  @Test
  void drawsOnlyWhatSortingEverythingWouldAllow() {
    for (int round = 0; round < 300; round++) {
      float[] logits = randoms(1 + random.nextInt(80));
      Request request =
          request(
              random.nextDouble(0.2, 3),
              random.nextInt(10),
              random.nextDouble(0.05, 1),
              random.nextLong());
      Sampler sampler = new Sampler(request);
      List<Integer> allowed = allowed(logits, request);
      for (int draw = 0; draw < 50; draw++) {
        int token = sampler.next(logits, 0, logits.length);
        assertTrue(allowed.contains(token), token + " is not among " + allowed);
      }
    }
  }

  @Test
  void theBestOfOneIsTheLikeliest() {
    for (int round = 0; round < 100; round++) {
      float[] logits = randoms(50);
      int likeliest = new Sampler(request(0, 0, 1, 1)).next(logits, 0, 50);
      assertEquals(likeliest, new Sampler(request(1, 1, 1, round)).next(logits, 0, 50));
      assertEquals(likeliest, new Sampler(request(1, 0, 1e-6, round)).next(logits, 0, 50));
      assertEquals(likeliest, new Sampler(request(1e-4, 0, 1, round)).next(logits, 0, 50));
      assertEquals(likeliest, new Sampler(request(1e-300, 9, 1, round)).next(logits, 0, 50));
      assertEquals(likeliest, new Sampler(request(1e-300, 0, 1, round)).next(logits, 0, 50));
    }
  }

  @Test
  void samplersOfDifferentSizesOfVocabularyCanShareOne() {
    Sampler sampler = new Sampler(request(1, 3, 1, 1));
    assertTrue(sampler.next(randoms(5), 0, 5) < 5);
    assertTrue(sampler.next(randoms(500), 0, 500) < 500);
    assertTrue(sampler.next(randoms(2), 0, 2) < 2);
  }

  @Test
  void requestsOfAnyNumbersAreAcceptedOrRefusedClearly() {
    double[] numbers = {
      -1, -0.0, 0, 1e-300, 0.5, 1, 1.0000001, 100, 101, Double.NaN, Double.POSITIVE_INFINITY
    };
    int accepted = 0;
    for (double temperature : numbers) {
      for (double topP : numbers) {
        boolean valid = temperature >= 0 && temperature <= 100 && topP > 0 && topP <= 1;
        if (valid) {
          accepted++;
          int token = new Sampler(request(temperature, 0, topP, 1)).next(randoms(9), 0, 9);
          assertTrue(token >= 0 && token < 9);
        } else {
          assertThrows(Failure.class, () -> request(temperature, 0, topP, 1));
        }
      }
    }
    assertEquals(7 * 3, accepted);
  }

  @Test
  void batchesOfRandomIdsAreReadOrRefusedClearly() {
    ModelConfig config = Models.config(20, 8, 8, 1).heads(2, 1).context(6).build();
    int refused = 0;
    for (int round = 0; round < 500; round++) {
      int[] tokens = random.ints(1 + random.nextInt(7), -1, 21).toArray();
      int[] targets = random.ints(tokens.length, -2, 21).toArray();
      boolean valid = tokens.length <= 6;
      for (int i = 0; i < tokens.length; i++) {
        valid &= tokens[i] >= 0 && tokens[i] < 20 && targets[i] >= -1 && targets[i] < 20;
      }
      Batch batch = new Batch(new int[][] {tokens}, new int[][] {targets});
      if (valid) {
        batch.requireFits(config);
      } else {
        refused++;
        assertThrows(Failure.class, () -> batch.requireFits(config));
      }
    }
    assertTrue(refused > 50 && refused < 450, refused + " refused");
  }
}
