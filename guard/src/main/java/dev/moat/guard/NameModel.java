package dev.moat.guard;

import dev.moat.core.Digest;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;

/**
 * The weights that tell names of people, places, organisations and addresses from other words, and
 * what lists of names know of single words. Immutable; may be used by many threads.
 *
 * <p>A row holds the weights of one feature: one signed byte a tag, relative to the tag for
 * outside, all eight in one number, so that a feature costs one look into memory and four sums at
 * once. A feature has no name: its hash says its row.
 */
final class NameModel {
  static final int ROW_BITS = 18;
  static final int ROWS = 1 << ROW_BITS;

  /** The word is known as a first name. */
  static final int FIRST = 1;

  /** The word is known as a surname. */
  static final int LAST = 2;

  /** The word is known from the name of a city. */
  static final int CITY = 4;

  /** The word is known from the name of a country or a state. */
  static final int COUNTRY = 8;

  /** The word is known from names of organisations. */
  static final int ORGANISATION = 16;

  /** The word is known from addresses. */
  static final int STREET = 32;

  /** The word stands before names of people. */
  static final int TITLE = 64;

  /** The word is common where there are no names. */
  static final int COMMON = 128;

  private static final int MAGIC = 0x4D4E4D31;
  private static final int FLAGS = 0xFF;
  private static final int LIST_BITS_MAX = 18;
  private static final int HEADER_BYTES = 12;
  private static final String BUNDLED = "names.model";

  private final long[] rows;
  private final int[] words;
  private final int caution;

  /**
   * A model of these rows and words.
   *
   * @param words a table of hashes with flags in the low byte, of a length that is a power of two
   * @param caution what the tag for outside has in advance of all others
   */
  NameModel(long[] rows, int[] words, int caution) {
    if (rows.length != ROWS || Integer.bitCount(words.length) != 1) {
      throw new IllegalArgumentException("a model of names has " + ROWS + " rows");
    }
    this.rows = rows.clone();
    this.words = words.clone();
    this.caution = caution;
  }

  /** The model that comes with the guard. */
  static NameModel bundled() {
    return Bundled.MODEL;
  }

  /** The name of the model that comes with the guard. */
  static Digest bundledDigest() {
    return BundledDigest.DIGEST;
  }

  private static final class Bundled {
    private static final NameModel MODEL = of(Resources.bytes(BUNDLED));
  }

  /** Apart, so that the model is hashed only where its name is asked for. */
  private static final class BundledDigest {
    private static final Digest DIGEST = bundled().digest();
  }

  /** Reads what {@link #bytes} wrote. */
  static NameModel of(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (bytes.length < HEADER_BYTES || in.getInt() != MAGIC) {
      throw new IllegalArgumentException("this is no model of names");
    }
    int caution = in.getInt();
    int bits = in.getInt();
    if (bits < 0 || bits > LIST_BITS_MAX) {
      throw new IllegalArgumentException("a model of names has a list of 2^" + bits + " words");
    }
    if (in.remaining() != (Integer.BYTES << bits) + Long.BYTES * ROWS) {
      throw new IllegalArgumentException("a model of names has another length");
    }
    int[] words = new int[1 << bits];
    in.slice(in.position(), Integer.BYTES << bits).asIntBuffer().get(words);
    long[] rows = new long[ROWS];
    LongBuffer tail = in.position(in.position() + (Integer.BYTES << bits)).slice().asLongBuffer();
    tail.get(rows);
    return new NameModel(rows, words, caution);
  }

  /** The model as it is stored. */
  byte[] bytes() {
    int length = HEADER_BYTES + Integer.BYTES * words.length + Long.BYTES * ROWS;
    ByteBuffer out = ByteBuffer.allocate(length);
    out.putInt(MAGIC).putInt(caution).putInt(Integer.numberOfTrailingZeros(words.length));
    for (int word : words) {
      out.putInt(word);
    }
    for (long row : rows) {
      out.putLong(row);
    }
    return out.array();
  }

  /** The name of the model by its content. */
  Digest digest() {
    return Digest.of(bytes());
  }

  /** What the lists know of the word that hashes to {@code hash}. */
  int flags(int hash) {
    int mixed = hash * 0x9E3779B1;
    int mask = words.length - 1;
    int at = (mixed >>> 7) & mask;
    for (int looked = 0; looked <= mask && words[at] != 0; looked++) {
      if ((words[at] ^ mixed) >>> 8 == 0) {
        return words[at] & FLAGS;
      }
      at = (at + 1) & mask;
    }
    return 0;
  }

  /** Lets {@code words} know {@code flags} of the word that hashes to {@code hash}. */
  static void list(int[] words, int hash, int flags) {
    int mixed = hash * 0x9E3779B1;
    int mask = words.length - 1;
    int at = (mixed >>> 7) & mask;
    for (int looked = 0; looked < mask; looked++) {
      if (words[at] == 0 || (words[at] ^ mixed) >>> 8 == 0) {
        words[at] = (mixed & ~FLAGS) | (words[at] & FLAGS) | flags;
        return;
      }
      at = (at + 1) & mask;
    }
    throw new IllegalArgumentException("too many words");
  }

  /** The best tag for a word with these features after one that has tag {@code before}. */
  int best(NameFeatures features, int before) {
    long even = 0;
    long odd = 0;
    int count = features.count();
    for (int i = 0; i < count; i++) {
      long row = rows[features.row(i)] ^ 0x8080808080808080L; // from -128..127 to 0..255
      even += row & 0x00FF00FF00FF00FFL;
      odd += (row >>> 8) & 0x00FF00FF00FF00FFL;
    }
    int best = NameTags.OUTSIDE;
    int most = 128 * count + caution;
    for (int tag = 1; tag <= NameTags.COUNT; tag++) {
      long sums = (tag & 1) != 0 ? even : odd;
      int score = (int) (sums >>> (16 * ((tag - 1) >> 1))) & 0xFFFF;
      if (score > most && NameTags.mayFollow(before, tag)) {
        best = tag;
        most = score;
      }
    }
    return best;
  }
}
