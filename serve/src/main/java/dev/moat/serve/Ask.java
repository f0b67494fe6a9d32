package dev.moat.serve;

import java.util.List;

/**
 * What one exchange may use at most.
 *
 * @param subjects who is bounded by it, in the order of their kinds
 * @param bodyBytes of the request
 * @param promptTokens of the prompt, estimated
 * @param promptTokensMax tokens of the prompt, as an upper bound
 * @param answerTokens that the caller wants at most; zero if it does not say
 */
record Ask(
    List<Subject> subjects,
    long bodyBytes,
    long promptTokens,
    long promptTokensMax,
    int answerTokens) {
  Ask {
    subjects = List.copyOf(subjects);
  }

  String model() {
    return subjects.getLast().id();
  }
}
