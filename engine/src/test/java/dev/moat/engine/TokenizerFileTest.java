package dev.moat.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

final class TokenizerFileTest {
  private static ObjectNode file(String name) {
    return (ObjectNode) Json.parse(TokenizerTest.file(name), "fixture");
  }

  private static ObjectNode at(ObjectNode root, String name) {
    return (ObjectNode) root.path(name);
  }

  private static void assertRefused(String expected, Consumer<ObjectNode> change) {
    ObjectNode root = file("code");
    change.accept(root);
    Failure failure =
        assertThrows(Failure.class, () -> TokenizerFile.parse(Json.bytes(root)), expected);
    assertTrue(failure.getMessage().startsWith("tokenizer.json "), failure.getMessage());
    assertTrue(failure.getMessage().contains(expected), failure.getMessage());
  }

  private static ObjectNode split(ObjectNode root) {
    return (ObjectNode) root.path("pre_tokenizer").path("pretokenizers").path(0);
  }

  @Test
  void refusesOtherModels() {
    assertRefused("model: not an object", root -> root.putNull("model"));
    assertRefused("model.type: \"WordPiece\"", root -> at(root, "model").put("type", "WordPiece"));
    assertRefused("model.byte_fallback", root -> at(root, "model").put("byte_fallback", true));
    assertRefused("model.dropout", root -> at(root, "model").put("dropout", 0.1));
    assertRefused(
        "model.continuing_subword_prefix",
        root -> at(root, "model").put("continuing_subword_prefix", "##"));
    assertRefused(
        "model.end_of_word_suffix", root -> at(root, "model").put("end_of_word_suffix", "</w>"));
  }

  @Test
  void refusesOtherDecodersAndNormalizers() {
    assertRefused(
        "decoder.type: \"Metaspace\"", root -> at(root, "decoder").put("type", "Metaspace"));
    assertRefused(
        "normalizer.type: \"Lowercase\"",
        root -> root.putObject("normalizer").put("type", "Lowercase"));
  }

  @Test
  void refusesExpressionsItDoesNotKnow() {
    assertRefused(
        "expression \"(a+)+$\" is not among the known ones",
        root -> ((ObjectNode) split(root).path("pattern")).put("Regex", "(a+)+$"));
    assertRefused("only Isolated", root -> split(root).put("behavior", "Removed"));
    assertRefused("only Isolated", root -> split(root).put("invert", true));
  }

  @Test
  void refusesOtherPretokenizers() {
    assertRefused(
        "pre_tokenizer.type: \"Whitespace\"",
        root -> root.putObject("pre_tokenizer").put("type", "Whitespace"));
    assertRefused("pre_tokenizer", root -> root.putNull("pre_tokenizer"));
    assertRefused(
        "add_prefix_space", root -> root.putObject("pre_tokenizer").put("type", "ByteLevel"));
    assertRefused(
        "individual_digits", root -> root.putObject("pre_tokenizer").put("type", "Digits"));
    assertRefused(
        "cuts no words",
        root ->
            root.putObject("pre_tokenizer")
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("use_regex", false));
  }

  @Test
  void refusesVocabulariesWithHoles() {
    assertRefused("model.vocab: not an object", root -> at(root, "model").putArray("vocab"));
    assertRefused("model.vocab: not an object", root -> at(root, "model").putObject("vocab"));
    assertRefused(
        "no token for byte 97",
        root -> {
          ObjectNode vocab = at(at(root, "model"), "vocab");
          int id = vocab.path("a").asInt();
          vocab.remove("a");
          vocab.put("aaaaaaaaaaaaaaaa", id);
        });
    assertRefused(
        "is taken twice", root -> at(at(root, "model"), "vocab").put("aaaaaaaaaaaaaaaa", 5));
    assertRefused("is not byte-level", root -> at(at(root, "model"), "vocab").put("a b", 100_000));
  }

  @Test
  void refusesIdsThatAreNoIds() {
    for (String id : new String[] {"-1", "1048576", "1.5", "\"7\"", "null", "99999999999"}) {
      assertRefused(
          "is not an integer",
          root -> at(at(root, "model"), "vocab").set("q", Json.parse(id, "id")));
    }
  }

  @Test
  void refusesMergesOfUnknownTokens() {
    assertRefused(
        "model.merges[0]: names a token",
        root -> at(root, "model").putArray("merges").add("zzz yyy"));
    assertRefused(
        "model.merges[0]: not a pair",
        root -> at(root, "model").putArray("merges").add("one two three"));
    assertRefused(
        "model.merges[0]: not a pair",
        root -> at(root, "model").putArray("merges").addArray().add("a"));
    assertRefused("model.merges: not a list", root -> at(root, "model").put("merges", "a b"));
    assertRefused(
        "the pair was merged before",
        root -> {
          ArrayNode merges = (ArrayNode) root.path("model").path("merges");
          merges.add(merges.path(0));
        });
  }

  @Test
  void refusesMergesByWhichATextCouldPoseAsAnAddedToken() {
    assertRefused(
        "makes an added token",
        root -> {
          ObjectNode vocabulary = at(at(root, "model"), "vocab");
          vocabulary.put("<|", 900_000).put("end", 900_001).put("<|end", 900_002);
          at(root, "model").putArray("merges").addArray().add("<|").add("end");
          ((ArrayNode) root.path("added_tokens"))
              .addObject()
              .put("content", "<|end")
              .put("id", 900_002)
              .put("special", true);
        });
  }

  @Test
  void refusesAnAddedTokenThatIsAByte() {
    assertRefused(
        "stands for byte 33 too",
        root ->
            ((ArrayNode) root.path("added_tokens"))
                .addObject()
                .put("content", "!")
                .put("id", root.path("model").path("vocab").path("!").asInt()));
  }

  @Test
  void writesOutAddedTokensThatAreNotSpecial() {
    ObjectNode root = file("code");
    ArrayNode added = (ArrayNode) root.path("added_tokens");
    added.addObject().put("content", "<think>").put("id", 900_000).put("special", false);
    added.addObject().put("content", "<|turn|>").put("id", 900_001).put("special", true);
    Tokenizer tokenizer = Tokenizer.parse(Json.bytes(root));
    assertEquals("<think>", tokenizer.decode(new int[] {900_000, 900_001}));
    assertEquals(900_000, tokenizer.special("<think>").orElseThrow());
  }

  @Test
  void readsATextThatSpellsAnAddedTokenAsText() {
    ObjectNode root = file("code");
    ((ArrayNode) root.path("added_tokens"))
        .addObject()
        .put("content", "<think>")
        .put("id", 900_000)
        .put("special", false);
    Tokenizer tokenizer = Tokenizer.parse(Json.bytes(root));
    int[] tokens = tokenizer.encode("<think><|endoftext|>");
    assertTrue(java.util.Arrays.stream(tokens).noneMatch(token -> token == 900_000));
    assertEquals("<think><|endoftext|>", tokenizer.decode(tokens));
  }

  @Test
  void refusesAddedTokensThatContradict() {
    assertRefused(
        "added_tokens: \"<|endoftext|>\" twice",
        root -> {
          ArrayNode added = (ArrayNode) root.path("added_tokens");
          added.addObject().put("id", 1_000).put("content", "<|endoftext|>");
        });
    assertRefused(
        "has two ids",
        root -> {
          ArrayNode added = (ArrayNode) root.path("added_tokens");
          added.removeAll();
          added.addObject().put("id", 2_000).put("content", "<|endoftext|>");
        });
    assertRefused(
        "without content",
        root -> ((ArrayNode) root.path("added_tokens")).addObject().put("id", 2_000));
  }

  @Test
  void readsMergesInBothForms() {
    ObjectNode root = file("code");
    ArrayNode pairs = (ArrayNode) root.path("model").path("merges");
    ArrayNode texts = Json.array();
    pairs.forEach(pair -> texts.add(pair.path(0).asString() + " " + pair.path(1).asString()));
    String text = "public final class Counter {\n    int next;\n}\n";
    int[] expected = Tokenizer.parse(Json.bytes(root)).encode(text);
    at(root, "model").set("merges", texts);
    assertArrayEquals(expected, Tokenizer.parse(Json.bytes(root)).encode(text));
  }

  @Test
  void addedTokensMayLieBeyondTheVocabulary() {
    ObjectNode root = file("gpt2");
    ((ArrayNode) root.path("added_tokens")).addObject().put("id", 500).put("content", "<|im_end|>");
    Tokenizer tokenizer = Tokenizer.parse(Json.bytes(root));
    assertEquals(501, tokenizer.vocabularySize());
    assertEquals(500, tokenizer.special("<|im_end|>").orElseThrow());
    assertEquals(0, tokenizer.bytes(450).length);
  }

  @Test
  void wholeWordsSkipTheMerges() {
    ObjectNode root = file("code");
    ObjectNode vocab = at(at(root, "model"), "vocab");
    int id = vocab.size();
    vocab.put("zzzzzz", id);
    assertFalse(hasToken(root, "zzzzzz", id));
    at(root, "model").put("ignore_merges", true);
    assertTrue(hasToken(root, "zzzzzz", id));
  }

  private static boolean hasToken(ObjectNode root, String text, int id) {
    int[] tokens = Tokenizer.parse(Json.bytes(root)).encode(text);
    return tokens.length == 1 && tokens[0] == id;
  }

  @Test
  void refusesWhatIsNotJson() {
    for (String text : new String[] {"", "{", "[]", "7", "{\"model\":1}", "\u0000"}) {
      assertThrows(
          Failure.class, () -> TokenizerFile.parse(text.getBytes(StandardCharsets.UTF_8)), text);
    }
  }

  @Test
  void damagedFilesAreReadOrRefusedButNeverCrash() {
    byte[] intact = TokenizerTest.file("gpt2");
    SplittableRandom random = new SplittableRandom(12);
    int refused = 0;
    for (int round = 0; round < 400; round++) {
      byte[] damaged = intact.clone();
      int changes = 1 + random.nextInt(4);
      for (int i = 0; i < changes; i++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      try {
        Tokenizer tokenizer = Tokenizer.parse(damaged);
        assertEquals("int x;", tokenizer.decode(tokenizer.encode("int x;")));
      } catch (Failure e) {
        refused++;
      }
    }
    assertTrue(refused > 100, "refused " + refused);
  }
}
