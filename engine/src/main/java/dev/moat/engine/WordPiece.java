package dev.moat.engine;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The tokenizer of uncased BERT models (Devlin et al. 2019) as {@code tokenizer.json} describes it:
 * words and marks, in lower case and without accents, each cut greedily into the longest pieces
 * that the vocabulary has.
 *
 * <p>Names of special tokens that stand in a text are encoded as plain text, so no input can pose
 * as a beginning or an end.
 */
final class WordPiece {
  private static final int WORD_CHARACTERS_MAX = 100;
  private static final String CONTINUED = "##";

  /** The blocks of ideographs, each of which is a word of its own; as the reference has them. */
  private static final int[][] IDEOGRAPHS = {
    {0x4E00, 0x9FFF},
    {0x3400, 0x4DBF},
    {0x20000, 0x2A6DF},
    {0x2A700, 0x2B73F},
    {0x2B740, 0x2B81F},
    {0x2B920, 0x2CEAF},
    {0xF900, 0xFAFF},
    {0x2F800, 0x2FA1F}
  };

  private final Map<String, Integer> vocabulary;
  private final int unknown;
  private final int first;
  private final int last;

  private WordPiece(Map<String, Integer> vocabulary) {
    this.vocabulary = vocabulary;
    unknown = special("[UNK]");
    first = special("[CLS]");
    last = special("[SEP]");
  }

  /** Reads a {@code tokenizer.json}; one that describes anything else is refused. */
  static WordPiece parse(byte[] tokenizerJson) {
    JsonNode file = Json.parse(tokenizerJson, "tokenizer.json");
    JsonNode model = file.path("model");
    JsonNode normalizer = file.path("normalizer");
    require(model.path("type").asString("").equals("WordPiece"), "its model is not WordPiece");
    require(
        model.path("continuing_subword_prefix").asString("").equals(CONTINUED)
            && model.path("max_input_chars_per_word").asInt(0) == WORD_CHARACTERS_MAX,
        "it cuts words in another way");
    require(
        normalizer.path("type").asString("").equals("BertNormalizer")
            && normalizer.path("lowercase").asBoolean(false)
            && normalizer.path("strip_accents").isNull()
            && file.path("pre_tokenizer").path("type").asString("").equals("BertPreTokenizer"),
        "it is not that of an uncased BERT model");
    Map<String, Integer> vocabulary = new HashMap<>();
    model.path("vocab").properties().forEach(e -> vocabulary.put(e.getKey(), e.getValue().asInt()));
    return new WordPiece(vocabulary);
  }

  /** The tokens of a text, between the token that begins and the one that ends it. */
  int[] encode(String text) {
    IntSequence out = new IntSequence(text.length() / 3 + 8);
    out.add(first);
    for (String word : words(normal(text))) {
      encodeWord(word, out);
    }
    out.add(last);
    return out.toArray();
  }

  private void encodeWord(String word, IntSequence out) {
    Optional<List<Integer>> pieces = pieces(word);
    if (pieces.isEmpty()) {
      out.add(unknown);
    } else {
      pieces.get().forEach(out::add);
    }
  }

  /** The pieces of a word, if the vocabulary has all of them. */
  private Optional<List<Integer>> pieces(String word) {
    List<Integer> pieces = new ArrayList<>();
    if (word.codePointCount(0, word.length()) > WORD_CHARACTERS_MAX) {
      return Optional.empty();
    }
    for (int from = 0; from < word.length(); ) {
      int to = word.length();
      Integer piece = piece(word, from, to);
      while (piece == null && to > from) {
        to = word.offsetByCodePoints(to, -1);
        piece = piece(word, from, to);
      }
      if (piece == null) {
        return Optional.empty();
      }
      pieces.add(piece);
      from = to;
    }
    return Optional.of(pieces);
  }

  private @Nullable Integer piece(String word, int from, int to) {
    String text = word.substring(from, to);
    return to == from ? null : vocabulary.get(from == 0 ? text : CONTINUED + text);
  }

  /** The text without control characters and accents, in lower case, ideographs set apart. */
  private static String normal(String text) {
    StringBuilder clean = new StringBuilder(text.length() + 16);
    text.codePoints()
        .filter(c -> !isDropped(c))
        .forEach(
            c -> {
              if (isSpace(c)) {
                clean.append(' ');
              } else if (isIdeograph(c)) {
                clean.append(' ').appendCodePoint(c).append(' ');
              } else {
                clean.appendCodePoint(c);
              }
            });
    StringBuilder plain = new StringBuilder(clean.length());
    Normalizer.normalize(clean, Normalizer.Form.NFD)
        .codePoints()
        .filter(c -> Character.getType(c) != Character.NON_SPACING_MARK)
        .forEach(c -> plain.appendCodePoint(Character.toLowerCase(c)));
    return plain.toString();
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              boolean mark = isMark(c);
              if ((mark || isSpace(c)) && !word.isEmpty()) {
                words.add(word.toString());
                word.setLength(0);
              }
              if (mark) {
                words.add(Character.toString(c));
              } else if (!isSpace(c)) {
                word.appendCodePoint(c);
              }
            });
    if (!word.isEmpty()) {
      words.add(word.toString());
    }
    return words;
  }

  private static boolean isDropped(int c) {
    if (c == '\t' || c == '\n' || c == '\r') {
      return false;
    }
    return c == 0xFFFD
        || switch (Character.getType(c)) {
          case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE ->
              true;
          default -> false;
        };
  }

  /** White space as Unicode has it; Java's own leaves the unbreakable out. */
  private static boolean isSpace(int c) {
    return Character.isSpaceChar(c) || (c >= 0x09 && c <= 0x0D) || c == 0x85;
  }

  private static boolean isIdeograph(int c) {
    for (int[] block : IDEOGRAPHS) {
      if (c >= block[0] && c <= block[1]) {
        return true;
      }
    }
    return false;
  }

  private static boolean isMark(int c) {
    if (c < 0x80) {
      return c > ' ' && c < 0x7F && !Character.isLetterOrDigit(c);
    }
    return switch (Character.getType(c)) {
      case Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION ->
          true;
      default -> false;
    };
  }

  private int special(String name) {
    Integer id = vocabulary.get(name);
    require(id != null, "it has no token " + name);
    return id == null ? -1 : id;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw Failure.invalid("tokenizer.json: " + otherwise + "; use that of an uncased BERT model");
    }
  }
}
