package dev.moat.guard;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** An example that is cut into segments, folded and searched by rules as a guard would do it. */
final class PreparedExample {
  private static final SignDetectors RULES =
      SignDetectors.of(
          GuardPolicy.defaults().with(Channel.USER, Kind.LEAK, Action.PASS).channel(Channel.USER));

  private final GuardExample example;
  private final String folded;
  private final int[] ends;
  private final List<List<String>> rules = new ArrayList<>();
  private final byte[] labels = new byte[Head.COUNT];

  PreparedExample(GuardExample example) {
    this.example = example;
    Arrays.fill(labels, (byte) -1);
    example.labels().forEach((word, is) -> labels[Head.of(word).lane()] = (byte) (is ? 1 : 0));
    StringBuilder out = new StringBuilder();
    List<String> segments = Segments.of(example.text());
    int[] cuts = new int[segments.size()];
    ends = new int[cuts.length];
    for (int i = 0; i < cuts.length; i++) {
      cuts[i] = (i == 0 ? 0 : cuts[i - 1]) + segments.get(i).length();
      out.append(Folded.text(segments.get(i)));
      ends[i] = out.length();
      rules.add(new ArrayList<>(0));
    }
    folded = out.toString();
    search(example.text(), cuts);
  }

  private void search(String text, int[] cuts) {
    Sensitive.signs(
        text,
        RULES,
        (sign, start) -> {
          int at = Arrays.binarySearch(cuts, start + 1);
          int segment = at < 0 ? -at - 1 : at;
          List<String> all = rules.get(segment);
          if (!all.contains(sign.rule())) {
            all.add(sign.rule());
          }
        });
  }

  GuardExample example() {
    return example;
  }

  float weight() {
    return (float) example.weight();
  }

  /** 1 if it is what the head looks for, 0 if it is not, and less if nobody knows. */
  int label(int head) {
    return labels[head];
  }

  int segments() {
    return ends.length;
  }

  /** Gives the features of one segment. */
  void read(int segment, TextFeatures features) {
    features.read(folded, segment == 0 ? 0 : ends[segment - 1], ends[segment]);
    rules.get(segment).forEach(features::add);
  }

  /** What the heads of {@code model} say of it. */
  Tally tally(HeadModel model) {
    Tally tally = new Tally(model);
    TextFeatures features = new TextFeatures();
    for (int i = 0; i < ends.length; i++) {
      read(i, features);
      tally.add(features);
    }
    tally.finish();
    return tally;
  }

  /** The strongest logit of each head, in the text and in every view of it. */
  float[] strongest(HeadModel model) {
    float[] strongest = tally(model).logits();
    TextFeatures features = new TextFeatures();
    Tally tally = new Tally(model);
    for (String part : ViewBlocks.of(Segments.of(example.text()))) {
      for (View view : Views.of(part)) {
        tally.judge(view.text(), features);
        float[] logits = tally.logits();
        for (int head = 0; head < Head.COUNT; head++) {
          strongest[head] = Math.max(strongest[head], logits[head]);
        }
      }
    }
    return strongest;
  }
}
