package dev.moat.guard;

import java.util.ArrayList;
import java.util.List;

/** Finds the names in whole texts, without looking for anything else. */
final class NameSpans {
  private NameSpans() {}

  static List<Span> find(String text, NameModel model) {
    Window window = NameTrainer.window(text);
    NameTagger tagger = new NameTagger(window, model);
    List<Span> spans = new ArrayList<>();
    int at = 0;
    while (at < window.end() && tagger.reach(at)) {
      at = tagger.end();
      int tag = tagger.last();
      if (tag == 0 || at > window.end()) {
        continue;
      }
      int end = window.originEnd(at - 1);
      if (NameTags.goesOn(tag)) {
        spans.add(new Span(NameTags.type(tag), spans.removeLast().start(), end));
      } else {
        spans.add(new Span(NameTags.type(tag), window.originStart(tagger.start()), end));
      }
    }
    return spans;
  }
}
