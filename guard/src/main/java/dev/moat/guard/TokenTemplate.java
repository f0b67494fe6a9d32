package dev.moat.guard;

import java.util.ArrayList;
import java.util.List;

/**
 * The form of a token: literals and runs of an alphabet, as in {@code ghp_{ALNUM:36}}. A run of
 * {@code n+} has no end of its own: the tail takes what follows.
 */
record TokenTemplate(String type, String prefix, List<Run> runs) {
  /** Characters of {@code alphabet} and the literal after them. */
  record Run(Alphabet alphabet, int size, int min, int max, boolean open, String literal) {}

  /** What fraction of the entropy of a fair run a token must have. */
  private static final double FAIRNESS = 0.6;

  private static final Alphabet LETTERS_AND_DOTS = Alphabet.of("a-zA-Z._\\-");

  TokenTemplate {
    runs = List.copyOf(runs);
  }

  /** Reads a template. */
  static TokenTemplate of(String type, String template) {
    int brace = template.indexOf('{');
    List<Run> runs = new ArrayList<>();
    int from = brace;
    while (from >= 0) {
      int colon = template.indexOf(':', from);
      int close = template.indexOf('}', colon);
      int next = template.indexOf('{', close);
      String literal = template.substring(close + 1, next < 0 ? template.length() : next);
      runs.add(
          run(template.substring(from + 1, colon), template.substring(colon + 1, close), literal));
      from = next;
    }
    return new TokenTemplate(type, template.substring(0, brace), runs);
  }

  private static Run run(String name, String count, String literal) {
    Alphabet alphabet = TokenRules.alphabet(name);
    boolean open = count.endsWith("+");
    String bounds = open ? count.substring(0, count.length() - 1) : count;
    int dash = bounds.indexOf('-');
    int min = Integer.parseInt(dash < 0 ? bounds : bounds.substring(0, dash));
    int max = Integer.parseInt(dash < 0 ? bounds : bounds.substring(dash + 1));
    return new Run(alphabet, alphabet.size(), min, open ? Window.REACH : max, open, literal);
  }

  /** Offers the token at {@code at}, whose prefix is known to be there. */
  void find(Window window, int at, Best best) {
    int from = at + prefix.length();
    int end = from;
    for (Run run : runs) {
      int to = run.alphabet.runEnd(window, end, run.max);
      if (to - end < run.min || !literalAt(window, to, run.literal)) {
        return;
      }
      end = to + run.literal.length();
    }
    Run last = runs.getLast();
    boolean ended = last.open || !last.literal.isEmpty() || !last.alphabet.has(window.at(end));
    if (!ended
        || isName(window, from, end)
        || !(random(window, from, end) || TokenChecksum.holds(window, from, end))) {
      return;
    }
    if (last.open) {
      best.offer(type, end, Tail.of(last.alphabet));
    } else {
      best.offer(type, end);
    }
  }

  /** Whether all that stands from {@code at} to before {@code end} has this form. */
  boolean isWhole(Window window, int at, int end) {
    if (!literalAt(window, at, prefix)) {
      return false;
    }
    int from = at + prefix.length();
    for (Run run : runs) {
      int to = run.alphabet.runEnd(window, from, run.max);
      if (to - from < run.min || !literalAt(window, to, run.literal)) {
        return false;
      }
      from = to + run.literal.length();
    }
    return from == end && random(window, at + prefix.length(), end);
  }

  /** Behind a dot, letters alone are a name: {@code s.sendAndWaitForTheAnswer}. */
  private boolean isName(Window window, int from, int end) {
    return prefix.endsWith(".") && LETTERS_AND_DOTS.runEnd(window, from, end - from) == end;
  }

  private boolean random(Window window, int from, int end) {
    int symbols = 2;
    for (Run run : runs) {
      symbols = Math.max(symbols, run.size);
    }
    double fair = Math.log(Math.min(symbols, end - from)) / Math.log(2);
    return Randomness.entropy(window, from, end) >= FAIRNESS * fair
        && !Placeholders.within(window, from, end);
  }

  private static boolean literalAt(Window window, int at, String literal) {
    for (int i = 0; i < literal.length(); i++) {
      if (window.at(at + i) != literal.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
