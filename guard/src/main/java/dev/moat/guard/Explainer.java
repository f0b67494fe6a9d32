package dev.moat.guard;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Finds out which words made a model say what it says, by leaving each out in turn (occlusion;
 * Zeiler and Fergus, ECCV 2014) of the segment that says most.
 */
final class Explainer {
  private static final int WORDS_MAX = 200;
  private static final int TOLD_MAX = 12;
  private static final double WEIGHT_MIN = 0.05;

  private final HeadModel model;
  private final List<Head> heads;
  private final TextFeatures features = new TextFeatures();
  private final HeadSums sums = new HeadSums();

  /** A segment, and the head that it says most to. */
  private record Strongest(String segment, Head head, double score) {}

  Explainer(HeadModel model, List<Head> heads) {
    this.model = model;
    this.heads = heads;
  }

  /** The words that weigh most in {@code text} and its {@code views}. */
  List<Explanation.WordWeight> words(String text, List<View> views) {
    List<String> texts = new ArrayList<>(List.of(text));
    views.forEach(view -> texts.add(view.text()));
    Optional<Strongest> strongest =
        texts.stream()
            .flatMap(each -> Segments.of(each).stream())
            .map(this::strongest)
            .max(Comparator.comparingDouble(Strongest::score));
    return strongest.map(this::withoutEach).orElse(List.of());
  }

  private Strongest strongest(String segment) {
    return heads.stream()
        .map(head -> new Strongest(segment, head, model.score(head, logit(head, segment))))
        .max(Comparator.comparingDouble(Strongest::score))
        .orElseThrow();
  }

  private List<Explanation.WordWeight> withoutEach(Strongest of) {
    double whole = logit(of.head(), of.segment());
    String[] words = of.segment().split("(?<=\\s)(?=\\S)");
    List<Explanation.WordWeight> weights = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < Math.min(words.length, WORDS_MAX); i++) {
      int end = start + words[i].length();
      String without = of.segment().substring(0, start) + of.segment().substring(end);
      double weight = whole - logit(of.head(), without);
      if (Math.abs(weight) >= WEIGHT_MIN) {
        weights.add(new Explanation.WordWeight(words[i].strip(), of.head().word(), weight));
      }
      start = end;
    }
    weights.sort(
        Comparator.comparingDouble((Explanation.WordWeight weight) -> -Math.abs(weight.weight())));
    return weights.subList(0, Math.min(TOLD_MAX, weights.size()));
  }

  private float logit(Head head, String segment) {
    String folded = Folded.text(segment);
    features.read(folded, 0, folded.length());
    sums.clear();
    model.add(features, sums);
    return model.logit(head, sums);
  }
}
