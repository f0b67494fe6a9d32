package dev.moat.guard;

/**
 * Tags the words of a window from left to right: outside, or the beginning or a later word of a
 * name of a person, place, organisation or address.
 *
 * <p>A structured perceptron (M. Collins, Discriminative Training Methods for Hidden Markov Models,
 * EMNLP 2002) that decides greedily, with the tags it gave before and three words ahead among its
 * features. So a tag is a function of the text alone, and a stream is held back by three words.
 */
final class NameTagger {
  private final NameModel model;
  private final NameTokens tokens;
  private final NameFeatures features = new NameFeatures();
  private final NameHistory history = new NameHistory();

  /** Tags the words of {@code window}. */
  NameTagger(Window window, NameModel model) {
    this.model = model;
    this.tokens = new NameTokens(window, model);
  }

  /**
   * Goes on until the word at hand is the first that ends after {@code position}; false if too
   * little has arrived.
   */
  boolean reach(int position) {
    while (tokens.end() <= position && !tokens.isPastEnd()) {
      if (!tokens.next()) {
        return false;
      }
      history.add(tag());
    }
    return true;
  }

  /** The tag of the word at hand. */
  int last() {
    return history.last();
  }

  /** The position where the word at hand begins. */
  int start() {
    return tokens.start();
  }

  /** The position after the word at hand. */
  int end() {
    return tokens.end();
  }

  private int tag() {
    if (isSettled(tokens, history)) {
      return NameTags.OUTSIDE;
    }
    features.collect(tokens, history);
    return model.best(features, history.last());
  }

  /** Whether the word at hand cannot be in a name, so that nobody need look closer. */
  static boolean isSettled(NameTokens tokens, NameHistory history) {
    int letterCase = tokens.field(0, NameTokens.CASE);
    boolean inside = history.last() != NameTags.OUTSIDE;
    return letterCase == NameTokens.BREAK || (letterCase == NameTokens.SYMBOL && !inside);
  }
}
