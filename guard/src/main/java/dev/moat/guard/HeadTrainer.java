package dev.moat.guard;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Learns the weights of the heads from examples: logistic regression for each head over hashed
 * n-grams, by stochastic gradient steps whose size AdaGrad sets for each weight (Duchi, Hazan and
 * Singer, JMLR 2011). A part of the features is left out of each step at random, so that no few
 * words carry a decision alone (blankout noise; Wager, Wang and Liang, NIPS 2013).
 *
 * <p>The same examples and the same seed give the same bytes: one thread, one order, and only
 * arithmetic that Java fixes to the bit.
 */
final class HeadTrainer {
  private static final int BUCKETS = 1 << TextFeatures.BITS;
  private static final float RATE = 0.3f;
  private static final float OFFSET_RATE = 0.05f;
  private static final float DROPPED = 0.15f;
  private static final float EPSILON = 1e-5f;
  private static final float GRADIENT_MIN = 1e-4f;
  private static final double RARE_WEIGHT_MAX = 8;
  private static final int WHOLE_SEGMENTS_MAX = 30;
  private static final int TRIES = 4;
  private static final int SEGMENTS_A_TEXT = 3;
  private static final List<Head> OF_SEGMENTS = List.of(Head.INSTRUCTION);
  private static final List<Head> OF_TEXTS =
      Head.ALL.stream().filter(head -> head != Head.INSTRUCTION).toList();

  /** The share of weights that keep their size; the few larger ones are cut to the largest. */
  private static final double KEPT = 0.9995;

  private static final int ZERO = 128;

  private final float[] weights = new float[BUCKETS * Head.COUNT];
  private final float[] squares = new float[BUCKETS * Head.COUNT];
  private final float[] offsets = new float[Head.COUNT];
  private final float[] offsetSquares = new float[Head.COUNT];
  private final float[] logits = new float[Head.COUNT];
  private final float[] rare = new float[Head.COUNT];
  private final TextFeatures features = new TextFeatures();
  private final Random random;
  private int[] buckets = new int[1 << 14];
  private int count;

  HeadTrainer(long seed) {
    random = new Random(seed);
  }

  /** Goes over all examples {@code epochs} times. */
  void train(List<PreparedExample> examples, int epochs) {
    weighRareLabels(examples);
    List<PreparedExample> order = new ArrayList<>(examples);
    for (int epoch = 0; epoch < epochs; epoch++) {
      Collections.shuffle(order, random);
      for (PreparedExample example : order) {
        learn(example, epoch);
      }
    }
  }

  /** A head with few examples of what it looks for takes each the more seriously. */
  private void weighRareLabels(List<PreparedExample> examples) {
    double[][] sums = new double[Head.COUNT][2];
    for (PreparedExample example : examples) {
      for (int head = 0; head < Head.COUNT; head++) {
        if (example.label(head) >= 0) {
          sums[head][example.label(head)] += example.weight();
        }
      }
    }
    for (int head = 0; head < Head.COUNT; head++) {
      double ratio = sums[head][1] == 0 ? 1 : sums[head][0] / sums[head][1];
      rare[head] = (float) Math.clamp(Math.sqrt(ratio), 1 / RARE_WEIGHT_MAX, RARE_WEIGHT_MAX);
    }
  }

  private void learn(PreparedExample example, int epoch) {
    int segments = example.segments();
    if (segments == 0) {
      return; // an empty text is like anything
    }
    int from = Math.max(0, random.nextInt(Math.max(1, segments - WHOLE_SEGMENTS_MAX + 1)));
    step(example, from, Math.min(segments, from + WHOLE_SEGMENTS_MAX), OF_TEXTS);
    learnOrders(example, epoch);
    if (segments > 2 && example.label(Head.INJECTION.lane()) != 1) {
      int start = random.nextInt(segments);
      int end = Math.min(segments, start + 1 + random.nextInt(Tally.WINDOW));
      step(example, start, end, OF_TEXTS);
    } else if (segments > Tally.WINDOW && epoch > 0) {
      int start = strongest(example, Head.INJECTION, Tally.WINDOW);
      step(example, start, start + Tally.WINDOW, OF_TEXTS);
    }
  }

  /** An order is one segment: of a text with orders the strongest, of others any. */
  private void learnOrders(PreparedExample example, int epoch) {
    int label = example.label(Head.INSTRUCTION.lane());
    if (label == 1) {
      int start = epoch == 0 ? 0 : strongest(example, Head.INSTRUCTION, 1);
      step(example, start, start + 1, OF_SEGMENTS);
    } else if (label == 0) {
      for (int i = 0; i < Math.min(SEGMENTS_A_TEXT, example.segments()); i++) {
        int start = random.nextInt(example.segments());
        step(example, start, start + 1, OF_SEGMENTS);
      }
    }
  }

  /** Of some places of a text, the one where it shows most: not every part of it attacks. */
  private int strongest(PreparedExample example, Head head, int length) {
    int best = 0;
    float most = Float.NEGATIVE_INFINITY;
    int places = example.segments() - length + 1;
    for (int i = 0; i < Math.min(TRIES, places); i++) {
      int start = places <= TRIES ? i : random.nextInt(places);
      gather(example, start, start + length);
      score();
      if (logits[head.lane()] > most) {
        most = logits[head.lane()];
        best = start;
      }
    }
    return best;
  }

  private void gather(PreparedExample example, int from, int to) {
    count = 0;
    for (int i = from; i < to; i++) {
      example.read(i, features);
      if (buckets.length < count + features.count()) {
        buckets = Arrays.copyOf(buckets, 2 * (count + features.count()));
      }
      for (int j = 0; j < features.count(); j++) {
        buckets[count++] = features.bucket(j);
      }
    }
  }

  private void leaveSomeOut() {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (random.nextFloat() >= DROPPED) {
        buckets[kept++] = buckets[i];
      }
    }
    count = kept;
  }

  private float norm(int head) {
    return (float) (1 / HeadModel.norm(Head.ALL.get(head), count));
  }

  private void score() {
    Arrays.fill(logits, 0);
    for (int i = 0; i < count; i++) {
      int at = buckets[i] * Head.COUNT;
      for (int head = 0; head < Head.COUNT; head++) {
        logits[head] += weights[at + head];
      }
    }
    for (int head = 0; head < Head.COUNT; head++) {
      logits[head] = logits[head] * norm(head) + offsets[head];
    }
  }

  private void step(PreparedExample example, int from, int to, List<Head> heads) {
    gather(example, from, to);
    leaveSomeOut();
    score();
    for (Head each : heads) {
      int head = each.lane();
      int label = example.label(head);
      if (label >= 0) {
        float probability = (float) (1 / (1 + StrictMath.exp(-logits[head])));
        float weight = example.weight() * (label == 1 ? rare[head] : 1);
        descend(head, (probability - label) * weight);
      }
    }
  }

  private void descend(int head, float gradient) {
    if (Math.abs(gradient) < GRADIENT_MIN) {
      return;
    }
    offsetSquares[head] += gradient * gradient;
    offsets[head] -= OFFSET_RATE * gradient / (float) Math.sqrt(offsetSquares[head] + EPSILON);
    float each = gradient * norm(head);
    float square = each * each;
    for (int i = 0; i < count; i++) {
      int at = buckets[i] * Head.COUNT + head;
      squares[at] += square;
      weights[at] -= RATE * each / (float) Math.sqrt(squares[at] + EPSILON);
    }
  }

  /** The model of the weights so far; its bounds are still to be set. */
  HeadModel model(ObjectNode card) {
    float[] scales = new float[Head.COUNT];
    for (int head = 0; head < Head.COUNT; head++) {
      scales[head] = scale(head);
    }
    ObjectNode described = card.deepCopy();
    ArrayNode words = described.putArray("heads");
    Head.ALL.forEach(head -> words.add(head.word()));
    numbers(described.putArray("scales"), scales);
    numbers(described.putArray("offsets"), offsets);
    numbers(described.putArray("flag-at"), new float[Head.COUNT]);
    float[] ones = new float[Head.COUNT];
    Arrays.fill(ones, 1);
    numbers(described.putArray("block-at"), ones);
    return HeadModel.of(described, table(scales));
  }

  private static void numbers(ArrayNode out, float[] values) {
    for (float value : values) {
      out.add(value);
    }
  }

  /** The largest weight of a head that is told apart from larger ones, over 127. */
  private float scale(int head) {
    float[] sizes = new float[BUCKETS];
    int used = 0;
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      float weight = Math.abs(weights[bucket * Head.COUNT + head]);
      if (weight > 0) {
        sizes[used++] = weight;
      }
    }
    if (used == 0) {
      return 0;
    }
    Arrays.sort(sizes, 0, used);
    return sizes[(int) ((used - 1) * KEPT)] / Byte.MAX_VALUE;
  }

  /** Each weight in whole units of its head's scale, plus 128. */
  private byte[] table(float[] scales) {
    byte[] table = new byte[BUCKETS * Head.COUNT];
    for (int i = 0; i < table.length; i++) {
      float scale = scales[i % Head.COUNT];
      int units = scale == 0 ? 0 : Math.round(weights[i] / scale);
      table[i] = (byte) (Math.clamp(units, -Byte.MAX_VALUE, Byte.MAX_VALUE) + ZERO);
    }
    return table;
  }
}
