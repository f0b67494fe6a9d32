package dev.moat.guard;

import java.util.Map;
import java.util.Optional;

/**
 * A text of which it is known what it is: what a {@link HeadTrainer} learns from.
 *
 * @param source where it comes from, such as the name of a collection
 * @param family what sort of text or attack it is; tests by family hold whole families out
 * @param labels by the word of a head, whether the text is what that head looks for; a head that is
 *     not named learns nothing from it
 * @param weight how much it counts beside others; 1 is usual
 */
public record GuardExample(
    String text, String source, String family, Map<String, Boolean> labels, double weight) {
  /** Checks the weight and copies the labels in. */
  public GuardExample {
    labels = Map.copyOf(labels);
    if (!(weight > 0 && weight <= 100)) {
      throw new IllegalArgumentException("a weight of " + weight + " is not over 0 and up to 100");
    }
    labels.keySet().forEach(Head::of);
  }

  /**
   * A text with one of the labels of {@link ExampleLabel}.
   *
   * @throws IllegalArgumentException if there is no such label
   */
  public static GuardExample labelled(
      String text, String source, String family, String label, double weight) {
    return new GuardExample(
        text, source, family, ExampleLabel.labels(label, text.length()), weight);
  }

  /** Whether the head of that word looks for such a text; nothing if nobody knows. */
  Optional<Boolean> is(Head head) {
    return Optional.ofNullable(labels.get(head.word()));
  }

  /** The same example with another text. */
  GuardExample with(String other, double otherWeight) {
    return new GuardExample(other, source, family, labels, otherWeight);
  }
}
