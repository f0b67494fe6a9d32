package dev.moat.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Attention against its definition in doubles, whole and position by position. */
class AttentionTest {
  private final SplittableRandom random = new SplittableRandom(19);

  /** The shapes of one case, and its inputs. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Case(ModelConfig config, Layout layout, float[] inputs) {
    int size() {
      return config.headSize();
    }

    int stride() {
      return (config.heads() + 2 * config.keyValueHeads()) * config.headSize();
    }

    int outStride() {
      return config.heads() * config.headSize();
    }

    int group(int head) {
      return head / (config.heads() / config.keyValueHeads());
    }

    int query(int position, int head) {
      return position * stride() + head * size();
    }

    int key(int position, int head) {
      return position * stride() + (config.heads() + group(head)) * size();
    }

    int value(int position, int head) {
      return key(position, head) + config.keyValueHeads() * size();
    }
  }

  private Case newCase(int heads, int groups, int headSize, int... lengths) {
    ModelConfig config = Models.config(9, 8, 8, 1).heads(heads, groups).headSize(headSize).build();
    int[][] rows = new int[lengths.length][];
    for (int row = 0; row < rows.length; row++) {
      rows[row] = new int[lengths[row]];
    }
    Layout layout = Layout.of(rows);
    Case it = new Case(config, layout, new float[0]);
    return new Case(config, layout, randoms(layout.positions() * it.stride()));
  }

  private float[] randoms(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private List<Case> cases() {
    return List.of(
        newCase(1, 1, 2, 1),
        newCase(2, 1, 6, 5, 1, 3),
        newCase(4, 2, 16, 47, 48, 49),
        newCase(3, 3, 32, 97, 2),
        newCase(4, 1, 34, 33, 64),
        newCase(2, 2, 8, 300));
  }

  /** The probabilities that one position gives to those up to itself. */
  private static double[] probabilities(Case it, int start, int place, int head) {
    double[] weights = new double[place + 1];
    double max = Double.NEGATIVE_INFINITY;
    for (int t = 0; t <= place; t++) {
      double score = 0;
      for (int i = 0; i < it.size(); i++) {
        score +=
            (double) it.inputs[it.query(start + place, head) + i]
                * it.inputs[it.key(start + t, head) + i];
      }
      weights[t] = score / Math.sqrt(it.size());
      max = Math.max(max, weights[t]);
    }
    double sum = 0;
    for (int t = 0; t <= place; t++) {
      weights[t] = Math.exp(weights[t] - max);
      sum += weights[t];
    }
    for (int t = 0; t <= place; t++) {
      weights[t] /= sum;
    }
    return weights;
  }

  private interface Visitor {
    void visit(int start, int place, int head);
  }

  private static void eachQuery(Case it, Visitor visitor) {
    for (int row = 0; row < it.layout.rows(); row++) {
      for (int place = 0; place < it.layout.length(row); place++) {
        for (int head = 0; head < it.config.heads(); head++) {
          visitor.visit(it.layout.starts()[row], place, head);
        }
      }
    }
  }

  private static Attention.Pass forward(Case it, int threads) {
    int positions = it.layout.positions();
    Attention.Pass pass =
        new Attention.Pass(
            it.layout,
            it.inputs,
            new float[positions * it.outStride()],
            new float[positions * it.config.heads()]);
    try (Workers workers = new Workers(threads)) {
      new Attention(it.config, new Gemm(workers)).forward(pass);
    }
    return pass;
  }

  @Test
  void weighsTheValuesOfPositionsUpToItself() {
    for (Case it : cases()) {
      Attention.Pass pass = forward(it, 2);
      eachQuery(
          it,
          (start, place, head) -> {
            double[] weights = probabilities(it, start, place, head);
            for (int i = 0; i < it.size(); i++) {
              double expected = 0;
              for (int t = 0; t <= place; t++) {
                expected += weights[t] * it.inputs[it.value(start + t, head) + i];
              }
              int at = (start + place) * it.outStride() + head * it.size() + i;
              assertEquals(expected, pass.out()[at], 1e-4);
            }
          });
    }
  }

  @Test
  void passesGradientsBack() {
    for (Case it : cases()) {
      Attention.Pass pass = forward(it, 2);
      float[] outGradient = randoms(pass.out().length);
      float[] actual = randoms(it.inputs.length);
      try (Workers workers = new Workers(2)) {
        Attention attention = new Attention(it.config, new Gemm(workers));
        attention.backward(pass, outGradient, actual);
      }
      double[] expected = expectedGradient(it, outGradient);
      for (int i = 0; i < expected.length; i++) {
        assertEquals(expected[i], actual[i], 2e-3 + 1e-3 * Math.abs(expected[i]));
      }
    }
  }

  /** The chain rule through values, softmax and scores, one query at a time. */
  private static double[] expectedGradient(Case it, float[] outGradient) {
    double[] gradient = new double[it.inputs.length];
    eachQuery(
        it,
        (start, place, head) -> {
          double[] weights = probabilities(it, start, place, head);
          int out = (start + place) * it.outStride() + head * it.size();
          double[] weightGradient = new double[place + 1];
          double mean = 0;
          for (int t = 0; t <= place; t++) {
            int value = it.value(start + t, head);
            for (int i = 0; i < it.size(); i++) {
              weightGradient[t] += (double) outGradient[out + i] * it.inputs[value + i];
              gradient[value + i] += weights[t] * outGradient[out + i];
            }
            mean += weights[t] * weightGradient[t];
          }
          for (int t = 0; t <= place; t++) {
            double score = weights[t] * (weightGradient[t] - mean) / Math.sqrt(it.size());
            int query = it.query(start + place, head);
            int key = it.key(start + t, head);
            for (int i = 0; i < it.size(); i++) {
              gradient[query + i] += score * it.inputs[key + i];
              gradient[key + i] += score * it.inputs[query + i];
            }
          }
        });
    return gradient;
  }

  @Test
  void givesTheSameBitsForAnyNumberOfThreads() {
    for (Case it : cases()) {
      Attention.Pass one = forward(it, 1);
      Attention.Pass four = forward(it, 4);
      assertArrayEquals(one.out(), four.out());
      assertArrayEquals(one.logSums(), four.logSums());
    }
  }

  @Test
  void survivesScoresFarFromZero() {
    Case it = newCase(1, 1, 4, 60);
    for (int i = 0; i < it.inputs.length; i++) {
      it.inputs[i] *= 60;
    }
    Attention.Pass pass = forward(it, 1);
    for (float value : pass.out()) {
      assertEquals(value, value, "finite");
    }
    eachQuery(
        it,
        (start, place, head) -> {
          double[] weights = probabilities(it, start, place, head);
          double expected = 0;
          for (int t = 0; t <= place; t++) {
            expected += weights[t] * it.inputs[it.value(start + t, head)];
          }
          int at = (start + place) * it.outStride() + head * it.size();
          assertEquals(expected, pass.out()[at], 1e-2 * Math.abs(expected) + 0.05);
        });
  }

  @Test
  void givesTheSameBitsFromACacheHoweverTheSequenceIsCut() {
    for (Case it : cases()) {
      Attention.Pass whole = forward(it, 1);
      float[] out = new float[whole.out().length];
      try (Workers workers = new Workers(2)) {
        CachedAttention cached = new CachedAttention(it.config, new Gemm(workers));
        for (int row = 0; row < it.layout.rows(); row++) {
          KeyValueCache cache = new KeyValueCache(it.config);
          cache.clear(it.layout.length(row));
          int place = 0;
          while (place < it.layout.length(row)) {
            int end = Math.min(it.layout.length(row), place + 1 + random.nextInt(70));
            attend(it, cached, cache, new int[] {it.layout.starts()[row], place, end}, out);
            place = end;
          }
        }
      }
      assertArrayEquals(whole.out(), out);
    }
  }

  private static void attend(
      Case it, CachedAttention cached, KeyValueCache cache, int[] startFromTo, float[] out) {
    Range places = new Range(startFromTo[1], startFromTo[2]);
    CachedAttention.Slice slice =
        new CachedAttention.Slice(cache, startFromTo[0] + places.from(), places);
    cached.attend(List.of(slice), new CachedAttention.Step(0, it.inputs, out));
  }

  @Test
  void keepsSequencesInOneBatchApart() {
    Case it = newCase(4, 2, 16, 20, 31, 7, 1);
    Attention.Pass whole = forward(it, 1);
    float[] out = new float[whole.out().length];
    List<CachedAttention.Slice> slices = new ArrayList<>();
    for (int row = 0; row < it.layout.rows(); row++) {
      KeyValueCache cache = new KeyValueCache(it.config);
      cache.clear(40);
      Range places = Range.of(it.layout.length(row));
      slices.add(new CachedAttention.Slice(cache, it.layout.starts()[row], places));
    }
    try (Workers workers = new Workers(3)) {
      new CachedAttention(it.config, new Gemm(workers))
          .attend(slices, new CachedAttention.Step(0, it.inputs, out));
    }
    assertArrayEquals(whole.out(), out);
  }
}
