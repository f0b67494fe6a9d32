package dev.moat.guard;

import java.util.Set;

/**
 * Knows text of a document that a model reads and a person does not see: comments, hidden elements,
 * long descriptions of images.
 */
final class HiddenDetector implements Detector {
  static final String TYPE = Span.UNSAFE + "hidden";

  private static final int WORDS_MIN = 3;
  private static final int SENTENCE_WORDS_MIN = 12;
  private static final int LABEL_MAX = 24;
  private static final Set<String> UNSEEN = Set.of("template", "noscript");
  private static final Set<String> EMPTY =
      Set.of(
          "img", "input", "br", "hr", "meta", "link", "source", "area", "base", "col", "embed",
          "track", "wbr", "script", "style");

  @Override
  public Start start() {
    return Start.at(Alphabet.of("<["));
  }

  @Override
  public void find(Window window, int at, Best best) {
    if (window.at(at) == '[') {
      label(window, at, best);
    } else if (window.at(at + 1) == '!') {
      comment(window, at, best);
    } else {
      element(window, at, best);
    }
  }

  private static void comment(Window window, int at, Best best) {
    if (window.at(at + 2) == '-' && window.at(at + 3) == '-') {
      stretch(window, at + 4, ClosingTail.comment(), best);
    }
  }

  private static void element(Window window, int at, Best best) {
    Markup tag = Markup.read(window, at);
    if (tag.equals(Markup.NONE)) {
      return;
    }
    if (isSentence(tag.value("alt")) || isSentence(tag.value("title"))) {
      best.offer(TYPE, tag.end());
    }
    if (tag.whole() && isHidden(tag) && !EMPTY.contains(tag.name())) {
      stretch(window, tag.end(), ClosingTail.element(tag.name()), best);
    }
  }

  private static boolean isHidden(Markup tag) {
    return UNSEEN.contains(tag.name())
        || tag.has("hidden")
        || tag.value("aria-hidden").equals("true")
        || HiddenStyle.hides(tag.value("style"));
  }

  /** Offers what begins at the position at hand and that {@code tail} ends, if it has words. */
  private static void stretch(Window window, int from, ClosingTail tail, Best best) {
    int state = 0;
    int end = from;
    int words = 0;
    boolean tag = false;
    int letters = 0;
    for (char c = window.at(end); c != Window.END && state >= 0; c = window.at(end)) {
      state = tail.next(state, c);
      tag = c == '<' || (tag && c != '>');
      letters = !tag && Character.isLetter(c) ? letters + 1 : 0;
      words += letters == 2 ? 1 : 0;
      end++;
    }
    if (words < WORDS_MIN) {
      return;
    }
    if (state == Tail.STOP_AFTER) {
      best.offer(TYPE, end);
    } else {
      best.offer(TYPE, end, tail.after(state));
    }
  }

  /** A definition of markdown that nothing refers to, the usual way to write a comment. */
  private static void label(Window window, int at, Best best) {
    char before = window.at(at - 1);
    int close = at + 1;
    while (close - at < LABEL_MAX && window.at(close) != ']' && window.at(close) > ' ') {
      close++;
    }
    boolean line = before == '\n' || before == '\r' || before == Window.END;
    if (!line || window.at(close) != ']' || window.at(close + 1) != ':') {
      return;
    }
    int target = Alphabet.of(" ").runEnd(window, close + 2, LABEL_MAX);
    boolean nowhere = window.at(target) == '#' || window.at(target) == '<';
    boolean empty = window.at(target + 1) == ' ' || window.at(target + 1) == '>';
    if (!nowhere || !empty) {
      return;
    }
    int end = target;
    while (window.at(end) != '\n' && window.at(end) != '\r' && window.at(end) != Window.END) {
      end++;
    }
    if (words(window.text(target, end)) >= WORDS_MIN) {
      best.offer(TYPE, end);
    }
  }

  private static boolean isSentence(String text) {
    return words(text) >= SENTENCE_WORDS_MIN;
  }

  private static int words(String text) {
    int words = 0;
    int letters = 0;
    for (int i = 0; i < text.length(); i++) {
      letters = Character.isLetter(text.charAt(i)) ? letters + 1 : 0;
      words += letters == 2 ? 1 : 0;
    }
    return words;
  }
}
