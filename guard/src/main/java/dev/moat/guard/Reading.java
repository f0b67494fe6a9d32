package dev.moat.guard;

import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;

/**
 * Reads one text with the heads of a model: segment by segment, and block by block through every
 * view that shows something else. Where segments and blocks end depends on the text alone, so what
 * is said does not depend on how it came.
 *
 * <p>A segment is judged once all that rules find in it is known, because those are features too.
 */
final class Reading {
  private final List<Head> heads;
  private final Tally plain;
  private final Tally viewed;
  private final Segments segments = new Segments();
  private final Queue<Integer> ends = new ArrayDeque<>();
  private final StringBuilder waiting = new StringBuilder();
  private final ViewBlocks blocks = new ViewBlocks();
  private final TextFeatures features = new TextFeatures();
  private final Set<String> rules = new LinkedHashSet<>();
  private int given;
  private int judgedUntil;

  /** Reads with {@code model} what the given heads know. */
  Reading(HeadModel model, List<Head> heads) {
    this.heads = heads;
    plain = new Tally(model);
    viewed = new Tally(model);
  }

  /** Takes more of the text. */
  void accept(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (segments.endsBefore(text.charAt(i))) {
        ends.add(given);
      }
      given++;
    }
    waiting.append(text, from, to);
  }

  /** Says that the text is complete. */
  void complete() {
    if (!waiting.isEmpty()) {
      ends.add(given);
    }
  }

  /** Where the next segment ends, or the largest number if that is not known yet. */
  int nextEnd() {
    Integer end = ends.peek();
    return end == null ? Integer.MAX_VALUE : end;
  }

  /** The offset before which all is judged, what is encoded in it too. */
  int readUntil() {
    return blocks.plainUntil();
  }

  /** Remembers that a rule found something in the segment that comes next, however often. */
  void found(Sign sign) {
    rules.add(sign.rule());
  }

  /** Judges the next segment, whose end is known, and tells {@code judgement}. */
  void judgeNext(Judgement judgement) {
    int end = ends.remove();
    String segment = waiting.substring(0, end - judgedUntil);
    waiting.delete(0, segment.length());
    String folded = Folded.text(segment);
    features.read(folded, 0, folded.length());
    rules.forEach(features::add);
    rules.clear();
    plain.add(features);
    for (Head head : heads) {
      judgement.told(head, plain.ofSegment(head), new Span(head.type(), judgedUntil, end));
    }
    judgedUntil = end;
    if (blocks.add(segment)) {
      throughViews(judgement);
    }
  }

  /** Judges the whole, once every segment is judged. */
  void finish(Judgement judgement) {
    if (blocks.isBegun()) {
      throughViews(judgement);
    }
    plain.finish();
    for (Head head : heads) {
      judgement.told(head, plain.score(head), new Span(head.type(), 0, given));
    }
  }

  private void throughViews(Judgement judgement) {
    int from = blocks.from();
    for (View view : Views.of(blocks.take())) {
      viewed.judge(view.text(), features);
      for (Head head : heads) {
        Span span = new Span(head.type(), from, judgedUntil, view.name());
        judgement.told(head, viewed.score(head), span);
      }
    }
  }
}
