package dev.moat.guard;

import java.util.HashMap;
import java.util.Map;

/**
 * The words by which collections and grammars say what a text is, and what each means to the heads.
 *
 * <ul>
 *   <li>{@code attack}: somebody tries to break an assistant's instructions;
 *   <li>{@code benign}: what people honestly type;
 *   <li>{@code task}: the same, and it would be an order if it stood in a document;
 *   <li>{@code document}: what stands in documents;
 *   <li>{@code instruction}: an order to an assistant that stands in a document;
 *   <li>{@code harm.CATEGORY}: a text of that category of harm;
 *   <li>{@code unknown}: nothing is learned from it.
 * </ul>
 */
final class ExampleLabel {
  /** A longer text is no single order: it holds sentences that are none. */
  private static final int ORDER_CHARACTERS_MAX = 500;

  private ExampleLabel() {}

  /**
   * What the heads learn from a text with that label.
   *
   * @throws IllegalArgumentException if there is no such label
   */
  static Map<String, Boolean> labels(String label, int characters) {
    Map<String, Boolean> labels = new HashMap<>();
    boolean order = characters <= ORDER_CHARACTERS_MAX;
    switch (label) {
      case "attack" -> {
        labels.put(Head.INJECTION.word(), true);
        if (order) {
          labels.put(Head.INSTRUCTION.word(), true);
        }
      }
      case "benign" -> honest(labels);
      case "task" -> {
        honest(labels);
        if (order) {
          labels.put(Head.INSTRUCTION.word(), true);
        }
      }
      case "document" -> {
        honest(labels);
        labels.put(Head.INSTRUCTION.word(), false);
      }
      case "instruction" -> labels.put(Head.INSTRUCTION.word(), true);
      case "unknown" -> {
        // nothing is learned from it
      }
      default -> labels.put(harm(label).word(), true);
    }
    return labels;
  }

  private static void honest(Map<String, Boolean> labels) {
    labels.put(Head.INJECTION.word(), false);
    for (Head head : Head.ALL) {
      if (head.isHarm()) {
        labels.put(head.word(), false);
      }
    }
  }

  private static Head harm(String label) {
    for (Head head : Head.ALL) {
      if (head.isHarm() && label.equals(Span.HARM + head.word())) {
        return head;
      }
    }
    throw new IllegalArgumentException(
        label
            + ": no label; use attack, benign, task, document, instruction, unknown or harm."
            + "CATEGORY");
  }
}
