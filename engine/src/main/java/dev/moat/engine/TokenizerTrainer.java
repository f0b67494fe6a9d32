package dev.moat.engine;

import dev.moat.core.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Learns a byte-level BPE vocabulary from texts (Sennrich et al. 2016, Radford et al. 2019).
 *
 * <p>Words are counted once; then the most frequent pair of neighbours is merged, again and again.
 * Counts are kept per pair with the words that hold it, so that a merge touches only those words;
 * the heap of pairs is corrected lazily: a stale entry is pushed back with its present count. Ties
 * go to the pair with the smaller ids, so equal texts in any order give equal bytes.
 */
public final class TokenizerTrainer {
  /** Longer words hold tables or pictures and teach no vocabulary. */
  private static final int WORD_BYTES_MAX = 128;

  /** Distinct words kept while counting; past it, those seen once are dropped. */
  private static final int WORDS_MAX = 1 << 22;

  private static final int BYTES = 256;

  private record Candidate(int left, int right, long count) implements Comparable<Candidate> {
    @Override
    public int compareTo(Candidate other) {
      int byCount = Long.compare(other.count, count);
      int byLeft = Integer.compare(left, other.left);
      return byCount != 0 ? byCount : byLeft != 0 ? byLeft : Integer.compare(right, other.right);
    }
  }

  private static final class Pair {
    private long count;
    private final Set<Integer> words = new HashSet<>();
  }

  private final List<int[]> words = new ArrayList<>();
  private final List<Long> counts = new ArrayList<>();
  private final Map<Long, Pair> pairs = new HashMap<>();
  private final PriorityQueue<Candidate> candidates = new PriorityQueue<>();
  private final List<String> tokens = new ArrayList<>();
  private final List<String[]> merges = new ArrayList<>();
  private final int firstByte;

  private TokenizerTrainer(List<String> specialTokens) {
    firstByte = specialTokens.size();
    tokens.addAll(specialTokens);
    ByteAlphabet alphabet = new ByteAlphabet();
    for (int value = 0; value < BYTES; value++) {
      tokens.add(String.valueOf(alphabet.character(value)));
    }
  }

  /**
   * Learns {@code vocabularySize} tokens, the special ones first, then the 256 bytes, and writes
   * them as a {@code tokenizer.json} that Hugging Face's library reads too. Texts too few for that
   * many tokens give fewer.
   */
  public static byte[] train(
      Iterable<String> texts, int vocabularySize, List<String> specialTokens) {
    if (vocabularySize < specialTokens.size() + BYTES
        || vocabularySize > TokenizerFile.TOKENS_MAX
        || Set.copyOf(specialTokens).size() != specialTokens.size()) {
      throw new IllegalArgumentException(
          "vocabulary of " + vocabularySize + " cannot hold the bytes and the special tokens");
    }
    TokenizerTrainer trainer = new TokenizerTrainer(specialTokens);
    trainer.addWords(count(texts));
    trainer.learn(vocabularySize);
    return trainer.toJson(specialTokens);
  }

  private static Map<String, Long> count(Iterable<String> texts) {
    Pretokenizer pretokenizer = new Pretokenizer(List.of(Pretokenizer.CODE));
    Map<String, Long> counts = new HashMap<>();
    for (String text : texts) {
      pretokenizer.split(text, word -> counts.merge(word, 1L, Long::sum));
      if (counts.size() > WORDS_MAX) {
        counts.values().removeIf(count -> count == 1);
      }
    }
    return new TreeMap<>(counts);
  }

  private void addWords(Map<String, Long> counted) {
    counted.forEach(
        (word, count) -> {
          byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
          if (bytes.length > 1 && bytes.length <= WORD_BYTES_MAX) {
            int[] symbols = new int[bytes.length];
            Arrays.setAll(symbols, i -> firstByte + (bytes[i] & 0xff));
            words.add(symbols);
            counts.add(count);
          }
        });
    for (int word = 0; word < words.size(); word++) {
      countPairs(word, 1);
    }
    pairs.forEach((key, pair) -> offer(key, pair));
  }

  private void learn(int vocabularySize) {
    Map<String, Integer> known = new HashMap<>();
    for (String token : tokens) {
      known.put(token, known.size());
    }
    while (tokens.size() < vocabularySize && !candidates.isEmpty()) {
      Candidate best = candidates.poll();
      long key = key(best.left, best.right);
      Pair pair = pairs.get(key);
      if (pair == null || pair.count < 2) {
        continue;
      }
      if (pair.count != best.count) {
        offer(key, pair);
        continue;
      }
      String token = tokens.get(best.left) + tokens.get(best.right);
      Integer existing = known.putIfAbsent(token, tokens.size());
      if (existing != null && existing < firstByte) {
        continue; // no text may be merged into a special token
      }
      if (existing == null) {
        tokens.add(token);
      }
      merges.add(new String[] {tokens.get(best.left), tokens.get(best.right)});
      merge(best, existing == null ? tokens.size() - 1 : existing);
    }
  }

  private void merge(Candidate pair, int result) {
    Set<Long> touched = new HashSet<>();
    Pair gone = pairs.get(key(pair.left, pair.right));
    for (int word : gone == null ? List.<Integer>of() : List.copyOf(gone.words)) {
      int[] merged = merged(words.get(word), pair, result);
      countPairs(word, -1);
      words.set(word, merged);
      countPairs(word, 1);
      for (int i = 0; i + 1 < merged.length; i++) {
        if (merged[i] == result || merged[i + 1] == result) {
          touched.add(key(merged[i], merged[i + 1]));
        }
      }
    }
    pairs.remove(key(pair.left, pair.right));
    touched.forEach(
        key -> {
          Pair changed = pairs.get(key);
          if (changed != null) {
            offer(key, changed);
          }
        });
  }

  private static int[] merged(int[] symbols, Candidate pair, int result) {
    int[] out = new int[symbols.length];
    int size = 0;
    for (int i = 0; i < symbols.length; i++) {
      boolean here =
          i + 1 < symbols.length && symbols[i] == pair.left && symbols[i + 1] == pair.right;
      out[size++] = here ? result : symbols[i];
      i += here ? 1 : 0;
    }
    return Arrays.copyOf(out, size);
  }

  private void countPairs(int word, int sign) {
    int[] symbols = words.get(word);
    for (int i = 0; i + 1 < symbols.length; i++) {
      Pair pair = pairs.computeIfAbsent(key(symbols[i], symbols[i + 1]), key -> new Pair());
      pair.count += sign * counts.get(word);
      if (sign > 0) {
        pair.words.add(word);
      } else {
        pair.words.remove(word);
      }
    }
  }

  private void offer(long key, Pair pair) {
    candidates.add(new Candidate((int) (key >>> 32), (int) key, pair.count));
  }

  private static long key(int left, int right) {
    return (long) left << 32 | right;
  }

  private byte[] toJson(List<String> specialTokens) {
    ObjectNode root = Json.object();
    root.put("version", "1.0").putNull("truncation").putNull("padding");
    ArrayNode added = root.putArray("added_tokens");
    for (int id = 0; id < specialTokens.size(); id++) {
      ObjectNode token = added.addObject().put("id", id).put("content", specialTokens.get(id));
      for (String flag : List.of("single_word", "lstrip", "rstrip", "normalized")) {
        token.put(flag, false);
      }
      token.put("special", true);
    }
    root.putNull("normalizer");
    ObjectNode pretokenizer = root.putObject("pre_tokenizer").put("type", "Sequence");
    ArrayNode stages = pretokenizer.putArray("pretokenizers");
    ObjectNode split = stages.addObject().put("type", "Split");
    split.putObject("pattern").put("Regex", Pretokenizer.CODE);
    split.put("behavior", "Isolated").put("invert", false);
    putByteLevel(stages.addObject());
    root.putNull("post_processor");
    putByteLevel(root.putObject("decoder"));
    putModel(root.putObject("model"));
    return Json.bytes(root);
  }

  private static void putByteLevel(ObjectNode stage) {
    stage.put("type", "ByteLevel").put("add_prefix_space", false);
    stage.put("trim_offsets", false).put("use_regex", false);
  }

  private void putModel(ObjectNode model) {
    model.put("type", "BPE").putNull("dropout").putNull("unk_token");
    model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
    model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
    ObjectNode vocabulary = model.putObject("vocab");
    for (int id = 0; id < tokens.size(); id++) {
      vocabulary.put(tokens.get(id), id);
    }
    ArrayNode list = model.putArray("merges");
    merges.forEach(pair -> list.addArray().add(pair[0]).add(pair[1]));
  }
}
