package dev.moat.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes a model of names from labelled texts and lists of names: the same bytes for the same input.
 *
 * <p>An averaged perceptron (Collins 2002): texts are tagged with the weights so far, and where a
 * tag is wrong, or right by too little, the weights of its features move by one towards the right
 * one. Averages over all moments are kept in whole numbers, so no order of sums matters. Texts are
 * also read in small letters or in capitals, and with half of the lists forgotten, so that the
 * model neither leans on letter case alone nor on lists alone.
 */
final class NameTrainer {
  static final NameModel UNTRAINED = new NameModel(new long[NameModel.ROWS], new int[1], 0);

  private static final int TAGS = NameTags.COUNT + 1;
  private static final int SMALL_PERCENT = 22;
  private static final int CAPITALS_PERCENT = 6;
  private static final int FORGETFUL_PERCENT = 35;
  private static final int SEEN_BITS = 24;
  private static final int WEIGHT_MAX = 127;

  private final int[] weights = new int[NameModel.ROWS * TAGS];
  private final long[] totals = new long[NameModel.ROWS * TAGS];
  private final byte[] seen = new byte[1 << SEEN_BITS];
  private final int[] scores = new int[TAGS];
  private final NameFeatures features = new NameFeatures();
  private final Settings settings;
  private final SplittableRandom random;
  private NameModel full = UNTRAINED;
  private NameModel forgetful = UNTRAINED;
  private long moment = 1;

  /**
   * How a model is trained.
   *
   * @param margin by how much the right tag must win
   * @param seenMin how often a feature must be seen to count
   * @param caution what the tag for outside has in advance, in the units of the model
   */
  public record Settings(int epochs, int margin, int seenMin, int caution, long seed) {
    /** The settings of the model that comes with the guard. */
    public static Settings defaults() {
      return new Settings(10, 100, 5, -20, 1);
    }
  }

  private NameTrainer(Settings settings) {
    this.settings = settings;
    this.random = new SplittableRandom(settings.seed());
  }

  /** The bytes of a model that learns from {@code texts} and {@code lists}. */
  public static byte[] train(List<LabelledText> texts, List<String> lists, Settings settings) {
    NameTrainer trainer = new NameTrainer(settings);
    NameLexicon lexicon = new NameLexicon(lists);
    lexicon.learnCommon(texts);
    int[] words = lexicon.table(true);
    trainer.full = new NameModel(new long[NameModel.ROWS], words, 0);
    trainer.forgetful = new NameModel(new long[NameModel.ROWS], lexicon.table(false), 0);
    List<LabelledText> order = new ArrayList<>(texts);
    texts.forEach(trainer::count);
    for (int epoch = 0; epoch < settings.epochs(); epoch++) {
      trainer.shuffle(order);
      order.forEach(trainer::learn);
    }
    return new NameModel(trainer.rows(), words, settings.caution()).bytes();
  }

  /** The detection copy of a whole text. */
  static Window window(String text) {
    Window window = new Window();
    Normaliser normaliser = new Normaliser(window);
    normaliser.accept(text, 0, text.length());
    normaliser.finish();
    return window;
  }

  private void shuffle(List<LabelledText> order) {
    for (int i = order.size() - 1; i > 0; i--) {
      java.util.Collections.swap(order, i, random.nextInt(i + 1));
    }
  }

  private void count(LabelledText text) {
    Window window = window(text.text());
    NameTokens tokens = new NameTokens(window, full);
    NameHistory history = new NameHistory();
    while (tokens.next() && !tokens.isPastEnd()) {
      features.collect(tokens, history);
      for (int i = 0; i < features.count(); i++) {
        int at = features.hash(i) >>> (Integer.SIZE - SEEN_BITS);
        seen[at] += (byte) (seen[at] < Byte.MAX_VALUE ? 1 : 0);
      }
      history.add(gold(text, window, tokens, history.last()));
    }
  }

  private void learn(LabelledText text) {
    int percent = random.nextInt(100);
    String read = text.text();
    if (percent < SMALL_PERCENT) {
      read = mapped(read, true);
    } else if (percent < SMALL_PERCENT + CAPITALS_PERCENT) {
      read = mapped(read, false);
    }
    Window window = window(read);
    boolean forgets = random.nextInt(100) < FORGETFUL_PERCENT;
    NameTokens tokens = new NameTokens(window, forgets ? forgetful : full);
    NameHistory history = new NameHistory();
    while (tokens.next() && !tokens.isPastEnd()) {
      if (NameTagger.isSettled(tokens, history)) {
        history.add(NameTags.OUTSIDE);
        continue;
      }
      features.collect(tokens, history);
      history.add(learn(gold(text, window, tokens, history.last()), history.last()));
      moment++;
    }
  }

  /** Moves the weights if need be, and says which tag was best before. */
  private int learn(int right, int before) {
    java.util.Arrays.fill(scores, 0);
    for (int i = 0; i < features.count(); i++) {
      int row = features.row(i) * TAGS;
      for (int tag = 0; tag < TAGS; tag++) {
        scores[tag] += weights[row + tag];
      }
    }
    int best = 0;
    int rival = right == 0 ? 1 : 0;
    for (int tag = 0; tag < TAGS; tag++) {
      if (NameTags.mayFollow(before, tag)) {
        best = scores[tag] > scores[best] ? tag : best;
        rival = tag != right && scores[tag] > scores[rival] ? tag : rival;
      }
    }
    if (scores[right] - scores[rival] <= settings.margin()) {
      move(right, 1);
      move(rival, -1);
    }
    return best;
  }

  private void move(int tag, int by) {
    for (int i = 0; i < features.count(); i++) {
      if (seen[features.hash(i) >>> (Integer.SIZE - SEEN_BITS)] >= settings.seenMin()) {
        int at = features.row(i) * TAGS + tag;
        weights[at] += by;
        totals[at] += by * moment;
      }
    }
  }

  private static int gold(LabelledText text, Window window, NameTokens tokens, int before) {
    if (tokens.field(0, NameTokens.CASE) == NameTokens.BREAK) {
      return NameTags.OUTSIDE;
    }
    int end = window.originEnd(tokens.end() - 1);
    return text.tag(window.originStart(tokens.start()), end, before);
  }

  private static String mapped(String text, boolean small) {
    char[] characters = text.toCharArray();
    for (int i = 0; i < characters.length; i++) {
      char c = characters[i];
      characters[i] = small ? Character.toLowerCase(c) : Character.toUpperCase(c);
    }
    return new String(characters);
  }

  /** The averages, relative to those for outside, as rows of signed bytes. */
  private long[] rows() {
    double[] averages = new double[NameModel.ROWS * NameTags.COUNT];
    for (int row = 0; row < NameModel.ROWS; row++) {
      double outside = average(row * TAGS);
      for (int tag = 1; tag < TAGS; tag++) {
        averages[row * NameTags.COUNT + tag - 1] = average(row * TAGS + tag) - outside;
      }
    }
    double unit = unit(averages);
    long[] rows = new long[NameModel.ROWS];
    for (int i = 0; i < averages.length; i++) {
      long weight = Math.round(averages[i] / unit);
      long kept = Math.max(-WEIGHT_MAX, Math.min(WEIGHT_MAX, weight));
      rows[i / NameTags.COUNT] |= (kept & 0xFF) << (Byte.SIZE * (i % NameTags.COUNT));
    }
    return rows;
  }

  private double average(int at) {
    return weights[at] - (double) totals[at] / moment;
  }

  /** What one step of a byte stands for: all but a few large weights fit. */
  private static double unit(double[] averages) {
    double[] sizes = java.util.Arrays.stream(averages).map(Math::abs).sorted().toArray();
    double large = sizes[sizes.length - 1 - sizes.length / 2000];
    return Math.max(large, 1) / WEIGHT_MAX;
  }
}
