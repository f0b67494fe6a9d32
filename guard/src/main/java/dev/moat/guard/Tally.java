package dev.moat.guard;

import java.util.Arrays;

/**
 * What the heads say of one text so far, or of one view of it.
 *
 * <p>A head is asked for each segment, for each few segments in a row, and for the whole; the
 * strongest counts, a part a little less than the whole: an attack is told by one sentence among
 * many honest ones as well as by a whole text in which no sentence stands out.
 */
final class Tally {
  /** How many segments in a row are judged together. */
  static final int WINDOW = 4;

  /** How many segments the whole is at most; those beyond are judged by themselves. */
  static final int WHOLE_SEGMENTS_MAX = 400;

  /** How much less a part counts than the whole. */
  static final float PART_LOGIT = 0.4f;

  private final HeadModel model;
  private final HeadSums whole = new HeadSums();
  private final HeadSums window = new HeadSums();
  private final HeadSums[] recent = new HeadSums[WINDOW];
  private final float[] best = new float[Head.COUNT];
  private final float[] segment = new float[Head.COUNT];
  private HeadSums next = new HeadSums();
  private int segments;

  Tally(HeadModel model) {
    this.model = model;
    for (int i = 0; i < WINDOW; i++) {
      recent[i] = new HeadSums();
    }
    clear();
  }

  /** Forgets all. */
  void clear() {
    whole.clear();
    segments = 0;
    Arrays.fill(best, Float.NEGATIVE_INFINITY);
    Arrays.fill(segment, Float.NEGATIVE_INFINITY);
  }

  /** Judges the whole of another text in place of all that was read, as a view shows it. */
  void judge(String text, TextFeatures features) {
    clear();
    for (String each : Segments.of(text)) {
      String folded = Folded.text(each);
      features.read(folded, 0, folded.length());
      add(features);
    }
    finish();
  }

  /** Adds the next segment; one that says again what one of the last said adds nothing. */
  void add(TextFeatures features) {
    next.clear();
    model.add(features, next);
    for (Head head : Head.ALL) {
      segment[head.lane()] = model.logit(head, next);
    }
    if (!isRepeated()) {
      addNext();
    }
  }

  private boolean isRepeated() {
    for (int i = 0; i < Math.min(segments, WINDOW); i++) {
      if (recent[i].same(next)) {
        return true;
      }
    }
    return false;
  }

  private void addNext() {
    HeadSums oldest = recent[segments % WINDOW];
    recent[segments % WINDOW] = next;
    segments++;
    for (Head head : Head.ALL) {
      raise(head, segment[head.lane()] - part(head));
    }
    if (segments <= WHOLE_SEGMENTS_MAX) {
      whole.add(next);
    }
    next = oldest;
    if (segments >= WINDOW) {
      window.clear();
      for (HeadSums each : recent) {
        window.add(each);
      }
      raise(Head.INJECTION, model.logit(Head.INJECTION, window) - PART_LOGIT);
    }
  }

  /** Says that the text is complete. */
  void finish() {
    if (segments > 0) {
      for (Head head : Head.ALL) {
        if (head != Head.INSTRUCTION) {
          raise(head, model.logit(head, whole));
        }
      }
    }
  }

  /** An order is one segment, so there is no whole that would count more. */
  private static float part(Head head) {
    return head == Head.INSTRUCTION ? 0 : PART_LOGIT;
  }

  private void raise(Head head, float logit) {
    best[head.lane()] = Math.max(best[head.lane()], logit);
  }

  /** The score of the last segment by itself. */
  double ofSegment(Head head) {
    return model.score(head, segment[head.lane()] - part(head));
  }

  /** The strongest score so far. */
  double score(Head head) {
    return model.score(head, best[head.lane()]);
  }

  /** The strongest logit of each head so far. */
  float[] logits() {
    return best.clone();
  }
}
