package dev.moat.engine;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Text;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** What a {@code tokenizer.json} says, checked. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record TokenizerFile(
    byte[][] tokenBytes,
    int[] byteTokens,
    Map<String, Integer> wholeWords,
    Map<String, Integer> specials,
    MergeTable merges,
    List<String> expressions,
    boolean composed) {

  /** More tokens than any known vocabulary has. */
  static final int TOKENS_MAX = 1 << 20;

  private static final String NAME = "tokenizer.json";

  static TokenizerFile parse(byte[] json) {
    JsonNode root = Json.parse(json, NAME);
    JsonNode model = root.path("model");
    require(model.isObject(), "model: not an object; give a byte-level BPE tokenizer");
    requireModel(model);
    requireDecoder(root.path("decoder"));
    List<String> expressions = expressions(root.path("pre_tokenizer"));
    boolean composed = composed(root.path("normalizer"));

    Map<String, Integer> vocabulary = vocabulary(model.path("vocab"));
    Map<String, Integer> added = added(root.path("added_tokens"));
    byte[][] bytes = tokenBytes(vocabulary, added, spoken(root.path("added_tokens")));
    boolean whole = model.path("ignore_merges").asBoolean(false);
    return new TokenizerFile(
        bytes,
        byteTokens(vocabulary, added),
        whole ? wholeWords(vocabulary, added, bytes) : Map.of(),
        added,
        merges(model.path("merges"), vocabulary, added),
        expressions,
        composed);
  }

  private static void requireModel(JsonNode model) {
    String type = model.path("type").asString("BPE");
    require(type.equals("BPE"), "model.type: \"" + brief(type) + "\" is not supported; use BPE");
    for (String option : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
      JsonNode value = model.path(option);
      require(
          isAbsent(value) || value.asString("?").isEmpty(),
          "model." + option + ": not supported; use byte-level BPE");
    }
    require(
        !model.path("byte_fallback").asBoolean(false),
        "model.byte_fallback: not supported; use byte-level BPE");
    JsonNode dropout = model.path("dropout");
    require(
        isAbsent(dropout) || dropout.asDouble(1) == 0, "model.dropout: not supported; remove it");
  }

  private static void requireDecoder(JsonNode decoder) {
    String type = decoder.path("type").asString("ByteLevel");
    require(
        type.equals("ByteLevel"),
        "decoder.type: \"" + brief(type) + "\" is not supported; use ByteLevel");
  }

  private static boolean composed(JsonNode normalizer) {
    if (isAbsent(normalizer)) {
      return false;
    }
    String type = normalizer.path("type").asString("?");
    require(
        type.equals("NFC"),
        "normalizer.type: \"" + brief(type) + "\" is not supported; use NFC or none");
    return true;
  }

  private static List<String> expressions(JsonNode pretokenizer) {
    List<String> out = new ArrayList<>();
    List<JsonNode> stages = new ArrayList<>();
    if (pretokenizer.path("type").asString("").equals("Sequence")) {
      pretokenizer.path("pretokenizers").forEach(stages::add);
    } else {
      stages.add(pretokenizer);
    }
    for (JsonNode stage : stages) {
      addExpressions(stage, out);
    }
    require(!out.isEmpty(), "pre_tokenizer: cuts no words; use Split or ByteLevel");
    return out;
  }

  private static void addExpressions(JsonNode stage, List<String> out) {
    switch (stage.path("type").asString("?")) {
      case "ByteLevel" -> {
        require(
            !stage.path("add_prefix_space").asBoolean(true),
            "pre_tokenizer.add_prefix_space: true is not supported; set it to false");
        if (stage.path("use_regex").asBoolean(true)) {
          out.add(Pretokenizer.GPT2);
        }
      }
      case "Digits" -> {
        require(
            stage.path("individual_digits").asBoolean(false),
            "pre_tokenizer.individual_digits: false is not supported; set it to true");
        out.add(Pretokenizer.DIGITS);
      }
      case "Split" -> out.add(splitExpression(stage));
      case String other ->
          throw invalid(
              "pre_tokenizer.type: \""
                  + brief(other)
                  + "\" is not supported;"
                  + " use Split, Digits or ByteLevel");
    }
  }

  private static String splitExpression(JsonNode split) {
    require(
        split.path("behavior").asString("").equals("Isolated")
            && !split.path("invert").asBoolean(false),
        "pre_tokenizer.behavior: only Isolated without invert is supported");
    String expression = split.path("pattern").path("Regex").asString("");
    require(
        Pretokenizer.accepts(expression),
        "pre_tokenizer.pattern: expression \""
            + brief(expression)
            + "\" is not among the known"
            + " ones (GPT-2, Llama 3, Qwen2, Moat); use one of them");
    return expression;
  }

  private static Map<String, Integer> vocabulary(JsonNode vocab) {
    require(vocab.isObject() && !vocab.isEmpty(), "model.vocab: not an object of tokens");
    Map<String, Integer> out = HashMap.newHashMap(vocab.size());
    vocab
        .properties()
        .forEach(token -> out.put(token.getKey(), id("model.vocab", token.getValue())));
    return out;
  }

  private static Map<String, Integer> added(JsonNode tokens) {
    Map<String, Integer> out = new HashMap<>();
    for (JsonNode token : tokens) {
      String content = token.path("content").asString("");
      require(!content.isEmpty(), "added_tokens: a token without content; name it");
      require(
          out.put(content, id("added_tokens", token.path("id"))) == null,
          "added_tokens: \"" + brief(content) + "\" twice; keep one");
    }
    return Map.copyOf(out);
  }

  /** The added tokens that are not special: a decoder writes them out. */
  private static Set<String> spoken(JsonNode tokens) {
    Set<String> out = new HashSet<>();
    for (JsonNode token : tokens) {
      if (!token.path("special").asBoolean(true)) {
        out.add(token.path("content").asString(""));
      }
    }
    return out;
  }

  private static int id(String where, JsonNode id) {
    require(
        id.isInt() && id.asInt() >= 0 && id.asInt() < TOKENS_MAX,
        where
            + ": id "
            + brief(id.toString())
            + " is not an integer from 0 to below "
            + TOKENS_MAX);
    return id.asInt();
  }

  private static byte[][] tokenBytes(
      Map<String, Integer> vocabulary, Map<String, Integer> added, Set<String> spoken) {
    int size = 0;
    for (int id : vocabulary.values()) {
      size = Math.max(size, id + 1);
    }
    for (int id : added.values()) {
      size = Math.max(size, id + 1);
    }
    byte[][] out = new byte[size][];
    ByteAlphabet alphabet = new ByteAlphabet();
    added.forEach(
        (content, id) -> {
          String text = spoken.contains(content) ? content : "";
          place(out, id, text.getBytes(StandardCharsets.UTF_8), content);
        });
    vocabulary.forEach(
        (token, id) -> {
          Integer special = added.get(token);
          if (special == null) {
            require(
                alphabet.covers(token),
                "model.vocab: token \"" + brief(token) + "\" is not byte-level; use ByteLevel BPE");
            place(out, id, alphabet.bytes(token), token);
          } else {
            require(special.equals(id), "added_tokens: \"" + brief(token) + "\" has two ids");
          }
        });
    for (int id = 0; id < size; id++) {
      if (out[id] == null) {
        out[id] = new byte[0];
      }
    }
    return out;
  }

  private static void place(byte[][] out, int id, byte[] bytes, String token) {
    require(
        out[id] == null, "model.vocab: id " + id + " of \"" + brief(token) + "\" is taken twice");
    out[id] = bytes;
  }

  private static int[] byteTokens(Map<String, Integer> vocabulary, Map<String, Integer> added) {
    ByteAlphabet alphabet = new ByteAlphabet();
    int[] out = new int[256];
    Arrays.setAll(
        out,
        value -> {
          Integer id = vocabulary.get(String.valueOf(alphabet.character(value)));
          if (id == null) {
            throw invalid("model.vocab: no token for byte " + value + "; use byte-level BPE");
          }
          require(
              !added.containsValue(id),
              "added_tokens: id "
                  + id
                  + " stands for byte "
                  + value
                  + " too; a text would pose as it");
          return id;
        });
    return out;
  }

  private static Map<String, Integer> wholeWords(
      Map<String, Integer> vocabulary, Map<String, Integer> added, byte[][] bytes) {
    Map<String, Integer> out = HashMap.newHashMap(vocabulary.size());
    vocabulary.forEach(
        (token, id) -> {
          String text = new String(bytes[id], StandardCharsets.UTF_8);
          if (!added.containsKey(token)
              && Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes[id])) {
            out.put(text, id);
          }
        });
    return out;
  }

  private static MergeTable merges(
      JsonNode merges, Map<String, Integer> vocabulary, Map<String, Integer> added) {
    require(merges.isArray() && merges.size() < TOKENS_MAX, "model.merges: not a list of pairs");
    MergeTable out = new MergeTable(merges.size());
    int rank = 0;
    for (JsonNode merge : merges) {
      String[] pair = pair(merge, rank);
      int left = vocabulary.getOrDefault(pair[0], -1);
      int right = vocabulary.getOrDefault(pair[1], -1);
      int result = vocabulary.getOrDefault(pair[0] + pair[1], -1);
      require(
          left >= 0 && right >= 0 && result >= 0,
          "model.merges[" + rank + "]: names a token that is not in model.vocab");
      require(
          !added.containsKey(pair[0] + pair[1]),
          "model.merges[" + rank + "]: makes an added token, as which a text would pose");
      require(
          out.add(left, right, rank, result),
          "model.merges[" + rank + "]: the pair was merged before; keep the first");
      rank++;
    }
    return out;
  }

  private static String[] pair(JsonNode merge, int rank) {
    String[] pair =
        merge.isArray()
            ? new String[] {merge.path(0).asString(""), merge.path(1).asString("")}
            : merge.asString("").split(" ", -1);
    require(
        pair.length == 2 && (!merge.isArray() || merge.size() == 2),
        "model.merges[" + rank + "]: not a pair of tokens");
    return pair;
  }

  private static boolean isAbsent(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }

  private static String brief(String text) {
    return Text.shortened(text, 60);
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw invalid(message);
    }
  }

  private static Failure invalid(String message) {
    return Failure.invalid(NAME + " " + message);
  }
}
