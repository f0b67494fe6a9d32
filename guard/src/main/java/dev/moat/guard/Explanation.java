package dev.moat.guard;

import java.util.List;

/**
 * Why a guard says what it says of a text.
 *
 * @param verdict what it says
 * @param views what else the text was read as
 * @param words the words that speak most for or against the strongest score of the model
 */
public record Explanation(Verdict verdict, List<View> views, List<WordWeight> words) {
  /** Copies the lists in. */
  public Explanation {
    views = List.copyOf(views);
    words = List.copyOf(words);
  }

  /**
   * How much less a part of the text would look like an attack without one of its words.
   *
   * @param head what the model looks for
   * @param weight by how much the logit of that part falls without the word
   */
  public record WordWeight(String word, String head, double weight) {}
}
