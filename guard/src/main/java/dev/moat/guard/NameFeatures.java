package dev.moat.guard;

/** What is seen of one word and of what stands around it, as rows of a {@link NameModel}. */
final class NameFeatures {
  static final int COUNT_MAX = 96;

  private static final int MEMORY = 6;

  private final int[] hashes = new int[COUNT_MAX];
  private int count;
  private int name;

  /** How many features there are. */
  int count() {
    return count;
  }

  /** The row of a feature. */
  int row(int index) {
    return hashes[index] >>> (Integer.SIZE - NameModel.ROW_BITS);
  }

  /** All that is known of a feature. */
  int hash(int index) {
    return hashes[index];
  }

  /** Collects what is seen of the token at hand after what {@code history} says. */
  void collect(NameTokens tokens, NameHistory history) {
    count = 0;
    name = 0;
    int letterCase = tokens.field(0, NameTokens.CASE);
    int lower = tokens.field(0, NameTokens.LOWER);
    int shape = tokens.field(0, NameTokens.SHAPE);
    int flags = tokens.field(0, NameTokens.FLAGS);
    int mode = tokens.mode();
    add(0, mode);
    add(lower, letterCase);
    add(lower, mode);
    add(shape, tokens.field(0, NameTokens.LENGTH));
    add(flags, letterCase);
    add(flags, (mode << 8) | (shape & 0xFF));
    for (int i = 0; i < 4; i++) {
      add(tokens.field(0, NameTokens.PREFIX + i), i == 0 ? letterCase : 0);
      add(tokens.field(0, NameTokens.SUFFIX + i), i < 2 ? letterCase : 0);
    }
    around(tokens);
    pairs(tokens);
    afterTags(tokens, history);
  }

  private void around(NameTokens tokens) {
    for (int offset = -NameTokens.BEHIND; offset <= NameTokens.AHEAD; offset++) {
      if (offset == 0) {
        continue;
      }
      int letterCase = tokens.field(offset, NameTokens.CASE);
      add(tokens.field(offset, NameTokens.LOWER), letterCase == NameTokens.BREAK ? 1 : 0);
      if (offset < NameTokens.AHEAD) {
        add(tokens.field(offset, NameTokens.SHAPE), letterCase);
        add(tokens.field(offset, NameTokens.FLAGS), letterCase);
      } else {
        add(tokens.field(offset, NameTokens.FLAGS), 16);
      }
    }
    for (int offset = 0; offset <= 2; offset++) {
      add(tokens.field(offset, NameTokens.GAP), tokens.field(0, NameTokens.CASE));
    }
    add(tokens.field(-1, NameTokens.SUFFIX + 2), 0);
    add(tokens.field(1, NameTokens.SUFFIX + 2), 0);
  }

  private void pairs(NameTokens tokens) {
    int lower = tokens.field(0, NameTokens.LOWER);
    int before = tokens.field(-1, NameTokens.LOWER);
    int after = tokens.field(1, NameTokens.LOWER);
    int shape = tokens.field(0, NameTokens.SHAPE);
    int flags = tokens.field(0, NameTokens.FLAGS);
    add(before, lower);
    add(lower, after);
    add(tokens.field(-2, NameTokens.LOWER), before);
    add(after, tokens.field(2, NameTokens.LOWER));
    add(before, after);
    add(before, shape);
    add(shape, after);
    add(before, flags);
    add(flags, after);
    add(before, tokens.field(0, NameTokens.GAP));
    int shapeBefore = tokens.field(-1, NameTokens.SHAPE);
    int shapeAfter = tokens.field(1, NameTokens.SHAPE);
    add(shapeBefore * 31 + shape, shapeAfter);
    add(shape * 31 + shapeAfter, tokens.field(2, NameTokens.SHAPE));
    int flagsBefore = tokens.field(-1, NameTokens.FLAGS);
    int flagsAfter = tokens.field(1, NameTokens.FLAGS);
    add((flagsBefore << 8) | flags, tokens.mode());
    add((flags << 8) | flagsAfter, tokens.mode());
    add((flags << 8) | tokens.field(1, NameTokens.GAP), shapeAfter);
  }

  private void afterTags(NameTokens tokens, NameHistory history) {
    int last = history.last();
    int lower = tokens.field(0, NameTokens.LOWER);
    int shape = tokens.field(0, NameTokens.SHAPE);
    int flags = tokens.field(0, NameTokens.FLAGS);
    int before = tokens.field(-1, NameTokens.LOWER);
    add(last, 0);
    add(last, history.lastButOne() + 1);
    add(last << 16, lower);
    add(last << 16, shape);
    add((last << 16) | flags, tokens.mode());
    add(last << 16, before);
    add((last << 16) | tokens.field(0, NameTokens.GAP), tokens.field(0, NameTokens.CASE));
    add((last << 16) | 7, tokens.field(1, NameTokens.LOWER));
    add((last << 16) | flags, tokens.field(1, NameTokens.SHAPE));
    add((last << 8) | history.lastButOne(), shape);
    int since = Math.min(history.sinceName(), MEMORY);
    add((history.lastName() << 8) | since, shape);
    add((history.lastName() << 8) | since, flags);
    add((history.lastName() << 8) | since, before);
  }

  /** Adds one feature; which it is, its place in the order says. */
  private void add(int first, int second) {
    int hash = (first ^ (++name * 0x9E3779B1)) * 0x85EBCA6B;
    hash = (hash ^ (hash >>> 15)) + second;
    hash *= 0xC2B2AE35;
    hash = (hash ^ (hash >>> 13)) * 0x27D4EB2F;
    hashes[count++] = hash ^ (hash >>> 16);
  }
}
