package dev.moat.engine;

import dev.moat.core.Failure;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A byte-level BPE tokenizer as {@code tokenizer.json} describes it. Threads may share one.
 *
 * <p>Special tokens that stand in a text are encoded as plain text, so no input can pose as a turn
 * or an end: whoever wants one adds its id.
 */
public final class Tokenizer {
  /** How many words the cache of encoded words holds. */
  private static final int CACHED_WORDS_MAX = 1 << 16;

  /** Longer words are rare and are merged afresh. */
  private static final int CACHED_WORD_LENGTH_MAX = 40;

  private final byte[][] tokenBytes;
  private final int[] byteTokens;
  private final Map<String, Integer> wholeWords;
  private final Map<String, Integer> specials;
  private final MergeTable merges;
  private final Pretokenizer pretokenizer;
  private final boolean composed;
  private final ConcurrentHashMap<String, int[]> cache = new ConcurrentHashMap<>();

  Tokenizer(TokenizerFile file) {
    tokenBytes = file.tokenBytes();
    byteTokens = file.byteTokens();
    wholeWords = file.wholeWords();
    specials = file.specials();
    merges = file.merges();
    pretokenizer = new Pretokenizer(file.expressions());
    composed = file.composed();
  }

  /** Reads a {@code tokenizer.json}; anything in it that is not supported exactly is refused. */
  public static Tokenizer parse(byte[] tokenizerJson) {
    return new Tokenizer(TokenizerFile.parse(tokenizerJson));
  }

  /** The number of token ids, special ones included. */
  public int vocabularySize() {
    return tokenBytes.length;
  }

  /** The id of a special token such as {@code <|endoftext|>}. */
  public OptionalInt special(String text) {
    Integer id = specials.get(text);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** The tokens of a text. */
  public int[] encode(String text) {
    IntSequence out = new IntSequence(text.length() / 3 + 8);
    String normal = composed ? Normalizer.normalize(text, Normalizer.Form.NFC) : text;
    pretokenizer.split(normal, word -> out.addAll(encodeWord(word)));
    return out.toArray();
  }

  /** The text of tokens; bytes that are not UTF-8 become U+FFFD, special tokens nothing. */
  public String decode(int[] tokens) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(tokens.length * 4);
    for (int token : tokens) {
      out.writeBytes(checked(token));
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  /** The bytes that one token stands for; none for a special token. */
  public byte[] bytes(int token) {
    return checked(token).clone();
  }

  private byte[] checked(int token) {
    if (token < 0 || token >= tokenBytes.length) {
      throw Failure.invalid(
          "token "
              + token
              + ": outside the vocabulary of "
              + tokenBytes.length
              + "; use ids of this tokenizer");
    }
    return tokenBytes[token];
  }

  private int[] encodeWord(String word) {
    if (word.length() > CACHED_WORD_LENGTH_MAX) {
      return merged(word);
    }
    int[] known = cache.get(word);
    if (known != null) {
      return known;
    }
    int[] tokens = merged(word);
    if (cache.size() < CACHED_WORDS_MAX) {
      cache.put(word, tokens);
    }
    return tokens;
  }

  private int[] merged(String word) {
    Integer whole = wholeWords.get(word);
    if (whole != null) {
      return new int[] {whole};
    }
    byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
    int[] symbols = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      symbols[i] = byteTokens[bytes[i] & 0xff];
    }
    return Arrays.copyOf(symbols, merges.apply(symbols, symbols.length));
  }
}
