package dev.moat.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class TokenizerTrainerTest {
  private static final List<String> SPECIAL = List.of("<|endoftext|>", "<|end|>");
  private static final List<String> TEXTS =
      List.of(
          "final int next() {\n    return ++count;\n  }\n",
          "final long size() {\n    return size;\n  }\n",
          "/**\n   * Counts.\n   * Never negative.\n   */\n",
          "it counts, it counts, it counts; naïve 你好 你好\n");

  private static byte[] train(List<String> texts, int size) {
    return TokenizerTrainer.train(texts, size, SPECIAL);
  }

  private static List<String> merges(byte[] json) {
    List<String> out = new ArrayList<>();
    for (JsonNode merge : Json.parse(json, "trained").path("model").path("merges")) {
      out.add(merge.path(0).asString() + " " + merge.path(1).asString());
    }
    return out;
  }

  @Test
  void learnsTheMostFrequentPairFirst() {
    List<String> merges = merges(train(List.of("abab abab xabx"), 2 + 256 + 1));
    assertEquals(List.of("a b"), merges);
  }

  @Test
  void tiesGoToTheSmallerBytes() {
    assertEquals(List.of("a b"), merges(train(List.of("cd", "cd", "ab", "ab"), 2 + 256 + 1)));
  }

  @Test
  void placesSpecialTokensFirstAndBytesNext() {
    Tokenizer tokenizer = Tokenizer.parse(train(TEXTS, 290));
    assertEquals(0, tokenizer.special("<|endoftext|>").orElseThrow());
    assertEquals(1, tokenizer.special("<|end|>").orElseThrow());
    for (int value = 0; value < 256; value++) {
      assertArrayEquals(new byte[] {(byte) value}, tokenizer.bytes(2 + value));
    }
    assertEquals(290, tokenizer.vocabularySize());
  }

  @Test
  void theOrderOfTextsDoesNotMatter() {
    assertArrayEquals(train(TEXTS, 400), train(TEXTS.reversed(), 400));
  }

  @Test
  void encodesWhatItLearntInFewerTokens() {
    String text = String.join("", TEXTS);
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    Tokenizer plain = Tokenizer.parse(train(List.of(), 258));
    Tokenizer learnt = Tokenizer.parse(train(TEXTS, 400));
    assertEquals(bytes, plain.encode(text).length);
    assertTrue(learnt.encode(text).length * 2 < bytes);
    assertEquals(text, learnt.decode(learnt.encode(text)));
  }

  @Test
  void anIndentationBecomesOneToken() {
    String line = ";\n        return";
    List<String> texts = List.of("x" + (line + " a").repeat(50));
    Tokenizer tokenizer = Tokenizer.parse(train(texts, 290));
    int[] tokens = tokenizer.encode(line);
    assertEquals(2, tokens.length);
    assertEquals(";\n        ", tokenizer.decode(new int[] {tokens[0]}));
  }

  @Test
  void fewTextsGiveFewerTokens() {
    Tokenizer tokenizer = Tokenizer.parse(train(List.of("aaaa bbbb"), 1_000));
    assertTrue(tokenizer.vocabularySize() < 270);
    assertEquals("aaaa bbbb", tokenizer.decode(tokenizer.encode("aaaa bbbb")));
  }

  @Test
  void aPairSeenOnceIsNotLearnt() {
    assertEquals(List.of(), merges(train(List.of("qwertz"), 300)));
  }

  @Test
  void mergesStayInsideWords() {
    Tokenizer tokenizer = Tokenizer.parse(train(List.of("one two ".repeat(100)), 280));
    for (int token = 0; token < tokenizer.vocabularySize(); token++) {
      String text = tokenizer.decode(new int[] {token});
      assertFalse(text.strip().contains(" "), text);
    }
  }

  @Test
  void ignoresWordsTooLongToTeach() {
    String table = "=".repeat(500);
    assertEquals(List.of(), merges(train(List.of(table, table, table), 300)));
  }

  @Test
  void refusesSizesThatCannotHoldTheBytes() {
    assertThrows(IllegalArgumentException.class, () -> train(TEXTS, 257));
    assertThrows(IllegalArgumentException.class, () -> train(TEXTS, TokenizerFile.TOKENS_MAX + 1));
    assertThrows(
        IllegalArgumentException.class,
        () -> TokenizerTrainer.train(TEXTS, 300, List.of("<x>", "<x>")));
    assertEquals(258, Tokenizer.parse(train(TEXTS, 258)).vocabularySize());
  }

  @Test
  void learnsAsTheDefinitionSays() {
    SplittableRandom random = new SplittableRandom(8);
    for (int round = 0; round < 40; round++) {
      List<String> texts = new ArrayList<>();
      for (int text = 0; text < 6; text++) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < 80; i++) {
          out.append("aabc é\n ".charAt(random.nextInt(8)));
        }
        texts.add(out.toString());
      }
      assertEquals(reference(texts, 30), merges(train(texts, 258 + 30)), "round " + round);
    }
  }

  /** Counts all pairs anew before each merge. */
  private static List<String> reference(List<String> texts, int merges) {
    ByteAlphabet alphabet = new ByteAlphabet();
    Map<List<Integer>, Long> words = new HashMap<>();
    for (String text : texts) {
      new Pretokenizer(List.of(Pretokenizer.CODE))
          .split(text, word -> words.merge(symbols(word), 1L, Long::sum));
    }
    List<String> names = new ArrayList<>();
    for (int value = 0; value < 256; value++) {
      names.add(String.valueOf(alphabet.character(value)));
    }
    List<String> out = new ArrayList<>();
    Map<List<Integer>, Long> current = words;
    while (out.size() < merges) {
      int[] best = mostFrequent(current);
      if (best.length == 0) {
        return out;
      }
      out.add(names.get(best[0]) + " " + names.get(best[1]));
      int known = names.indexOf(names.get(best[0]) + names.get(best[1]));
      if (known < 0) {
        names.add(names.get(best[0]) + names.get(best[1]));
      }
      int result = known < 0 ? names.size() - 1 : known;
      Map<List<Integer>, Long> next = new HashMap<>();
      current.forEach((word, count) -> next.merge(merged(word, best, result), count, Long::sum));
      current = next;
    }
    return out;
  }

  private static List<Integer> symbols(String word) {
    List<Integer> out = new ArrayList<>();
    for (byte b : word.getBytes(StandardCharsets.UTF_8)) {
      out.add(b & 0xff);
    }
    return out;
  }

  private static int[] mostFrequent(Map<List<Integer>, Long> words) {
    Map<Long, Long> pairs = new TreeMap<>();
    words.forEach(
        (word, count) -> {
          for (int i = 0; i + 1 < word.size(); i++) {
            pairs.merge((long) word.get(i) << 32 | word.get(i + 1), count, Long::sum);
          }
        });
    int[] best = {};
    long most = 1;
    for (Map.Entry<Long, Long> pair : pairs.entrySet()) {
      if (pair.getValue() > most) {
        most = pair.getValue();
        best = new int[] {(int) (pair.getKey() >>> 32), (int) (long) pair.getKey()};
      }
    }
    return best;
  }

  private static List<Integer> merged(List<Integer> word, int[] pair, int result) {
    List<Integer> out = new ArrayList<>();
    for (int i = 0; i < word.size(); i++) {
      if (i + 1 < word.size() && word.get(i) == pair[0] && word.get(i + 1) == pair[1]) {
        out.add(result);
        i++;
      } else {
        out.add(word.get(i));
      }
    }
    return out;
  }

  @Test
  void mergesNoTextIntoASpecialToken() {
    List<String> texts = List.of("the end the end the end\n".repeat(20), "ending endless\n");
    Tokenizer tokenizer = Tokenizer.parse(TokenizerTrainer.train(texts, 300, List.of("end")));
    int end = tokenizer.special("end").orElseThrow();
    int[] tokens = tokenizer.encode("the end endless");
    assertTrue(Arrays.stream(tokens).noneMatch(token -> token == end));
    assertEquals("the end endless", tokenizer.decode(tokens));
  }
}
