package dev.moat.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class WordPieceTest {
  private static final int UNKNOWN = 0;
  private static final int FIRST = 1;
  private static final int LAST = 2;
  private static final List<String> VOCABULARY =
      List.of(
          "[UNK]",
          "[CLS]",
          "[SEP]",
          "un",
          "##aff",
          "##able",
          "a",
          "##a",
          "##b",
          ",",
          "[",
          "]",
          "cls",
          "sep",
          "世",
          "e",
          "i",
          "##f",
          "$",
          "\ud83d\udc4d");

  private static ObjectNode file() {
    ObjectNode file = Json.object();
    ObjectNode model = file.putObject("model").put("type", "WordPiece");
    model.put("continuing_subword_prefix", "##").put("max_input_chars_per_word", 100);
    ObjectNode vocabulary = model.putObject("vocab");
    for (int i = 0; i < VOCABULARY.size(); i++) {
      vocabulary.put(VOCABULARY.get(i), i);
    }
    file.putObject("normalizer")
        .put("type", "BertNormalizer")
        .put("lowercase", true)
        .putNull("strip_accents");
    file.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
    return file;
  }

  private static WordPiece tokenizer() {
    return WordPiece.parse(Json.bytes(file()));
  }

  private static void assertPieces(String text, String... pieces) {
    int[] wanted = new int[pieces.length + 2];
    wanted[0] = FIRST;
    for (int i = 0; i < pieces.length; i++) {
      wanted[i + 1] = VOCABULARY.indexOf(pieces[i]);
    }
    wanted[pieces.length + 1] = LAST;
    assertArrayEquals(wanted, tokenizer().encode(text), text);
  }

  @Test
  void cutsAWordIntoTheLongestPieces() {
    assertPieces("unaffable", "un", "##aff", "##able");
    assertPieces("aab", "a", "##a", "##b");
  }

  @Test
  void knowsNoWordOfWhichAPieceIsMissing() {
    assertPieces("unx", "[UNK]");
    assertPieces("a x a", "a", "[UNK]", "a");
  }

  @Test
  void knowsNoWordThatIsTooLong() {
    assertEquals(102, tokenizer().encode("a".repeat(100)).length);
    assertArrayEquals(new int[] {FIRST, UNKNOWN, LAST}, tokenizer().encode("a".repeat(101)));
  }

  @Test
  void setsMarksAndIdeographsApart() {
    assertPieces("a,a", "a", ",", "a");
    assertPieces("a世a", "a", "世", "a");
    assertPieces("$a", "$", "a");
  }

  @Test
  void ignoresCaseAccentsAndControlCharacters() {
    assertPieces("UN", "un");
    assertPieces("é", "e");
    assertPieces("e\u0301", "e");
    assertPieces("İ", "i");
    assertPieces("u\u0000n\u200b", "un");
  }

  @Test
  void takesWhatUnicodeHasForSpace() {
    for (String space : List.of(" ", "\t", "\n", "\u00a0", "\u2003", "\u3000", "\u2028")) {
      assertPieces("a" + space + "a", "a", "a");
    }
  }

  @Test
  void cutsNoCharacterInTwo() {
    assertPieces("\ud83d\udc4d", "\ud83d\udc4d");
    assertPieces("a\ud83d\udc4d", "[UNK]");
    assertPieces("\ud83d", new String[0]);
  }

  @Test
  void letsNoTextPoseAsABeginningOrAnEnd() {
    assertPieces("[CLS]", "[", "cls", "]");
    assertPieces("[SEP]", "[", "sep", "]");
  }

  @Test
  void encodesNothingAsNothing() {
    assertPieces("", new String[0]);
    assertPieces(" \n ", new String[0]);
  }

  @Test
  void refusesAnotherKindOfTokenizer() {
    for (Map.Entry<String, String> change :
        Map.of(
                "\"WordPiece\"", "\"BPE\"",
                "\"##\"", "\"@@\"",
                ":100", ":200",
                "\"lowercase\":true", "\"lowercase\":false",
                "\"BertPreTokenizer\"", "\"ByteLevel\"",
                "\"[UNK]\"", "\"[NON]\"",
                "\"[CLS]\"", "\"[CLX]\"")
            .entrySet()) {
      String text = Json.text(file()).replace(change.getKey(), change.getValue());
      Failure failure =
          assertThrows(
              Failure.class, () -> WordPiece.parse(text.getBytes(StandardCharsets.UTF_8)), text);
      assertTrue(failure.getMessage().startsWith("tokenizer.json: "), failure.getMessage());
    }
  }

  @Test
  void refusesBytesThatAreNoTokenizer() {
    for (String text : List.of("", "[]", "{}", "{\"model\":7}", "\u0000", "{\"model\":{}")) {
      assertThrows(
          Failure.class, () -> WordPiece.parse(text.getBytes(StandardCharsets.UTF_8)), text);
    }
  }

  /** The peer is the tokenizers library of Hugging Face, with the same file. */
  @Test
  void encodesAsThePeerDoes() {
    WordPiece tokenizer = MiniLmGolden.tokenizer();
    int count = 0;
    for (JsonNode golden : MiniLmGolden.all()) {
      String text = golden.path("text").stringValue();
      assertArrayEquals(MiniLmGolden.tokens(golden), tokenizer.encode(text), Json.text(golden));
      count++;
    }
    assertTrue(count > 100, "only " + count);
  }

  @Test
  void encodesWhateverComes() {
    WordPiece tokenizer = tokenizer();
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 2000; i++) {
      char[] text = new char[random.nextInt(30)];
      for (int j = 0; j < text.length; j++) {
        text[j] = (char) random.nextInt(1 << 16);
      }
      int[] tokens = tokenizer.encode(new String(text));
      assertEquals(FIRST, tokens[0]);
      assertEquals(LAST, tokens[tokens.length - 1]);
      assertTrue(Arrays.stream(tokens).allMatch(id -> id >= 0 && id < VOCABULARY.size()));
    }
  }
}
