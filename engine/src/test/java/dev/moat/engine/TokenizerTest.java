package dev.moat.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The fixture is made by Hugging Face's library: see {@code src/test/golden}. */
final class TokenizerTest {
  private static final String CODE = "int x = 1;\n  // <|endoftext|>\n";

  static JsonNode fixture() {
    try (var stream = TokenizerTest.class.getResourceAsStream("tokenizers.json")) {
      if (stream == null) {
        throw new IllegalStateException("tokenizers.json is not among the test resources");
      }
      return Json.parse(stream.readAllBytes(), "tokenizers.json");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static Stream<String> names() {
    return fixture().path("tokenizers").propertyNames().stream();
  }

  static byte[] file(String name) {
    return Json.bytes(fixture().path("tokenizers").path(name).path("file"));
  }

  private static List<String> texts() {
    List<String> texts = new ArrayList<>();
    fixture().path("texts").forEach(text -> texts.add(text.asString()));
    return texts;
  }

  @ParameterizedTest
  @MethodSource("names")
  void givesTheIdsOfHuggingFacesLibrary(String name) {
    Tokenizer tokenizer = Tokenizer.parse(file(name));
    JsonNode ids = fixture().path("tokenizers").path(name).path("ids");
    List<String> texts = texts();
    assertEquals(texts.size(), ids.size());
    for (int i = 0; i < texts.size(); i++) {
      List<Integer> expected = new ArrayList<>();
      ids.path(i).forEach(id -> expected.add(id.asInt()));
      List<Integer> found = Arrays.stream(tokenizer.encode(texts.get(i))).boxed().toList();
      assertEquals(expected, found, name + " text " + i);
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void decodesToTheTextItEncoded(String name) {
    Tokenizer tokenizer = Tokenizer.parse(file(name));
    for (String text : texts()) {
      String normal = name.equals("qwen2") ? Normalizer.normalize(text, Normalizer.Form.NFC) : text;
      assertEquals(normal, tokenizer.decode(tokenizer.encode(text)), name);
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void decodesRandomTextToItself(String name) {
    Tokenizer tokenizer = Tokenizer.parse(file(name));
    SplittableRandom random = new SplittableRandom(6);
    for (int round = 0; round < 300; round++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(60);
      for (int i = 0; i < length; i++) {
        int point = random.nextInt(4) == 0 ? random.nextInt(0x110000) : random.nextInt(128);
        text.appendCodePoint(point >= 0xd800 && point < 0xe000 ? 'x' : point);
      }
      String normal =
          name.equals("qwen2") ? Normalizer.normalize(text, Normalizer.Form.NFC) : text.toString();
      int[] tokens = tokenizer.encode(text.toString());
      assertEquals(normal, tokenizer.decode(tokens));
      int bytes = Arrays.stream(tokens).map(token -> tokenizer.bytes(token).length).sum();
      assertEquals(normal.getBytes(StandardCharsets.UTF_8).length, bytes);
    }
  }

  @Test
  void doesNotRecogniseSpecialTokensInText() {
    Tokenizer tokenizer = Tokenizer.parse(file("code"));
    int end = tokenizer.special("<|endoftext|>").orElseThrow();
    assertTrue(Arrays.stream(tokenizer.encode(CODE)).noneMatch(token -> token == end));
    assertEquals(CODE, tokenizer.decode(tokenizer.encode(CODE)));
  }

  @Test
  void knowsItsSpecialTokensByName() {
    Tokenizer tokenizer = Tokenizer.parse(file("gpt2"));
    assertEquals(OptionalInt.of(0), tokenizer.special("<|endoftext|>"));
    assertEquals(OptionalInt.empty(), tokenizer.special("<|other|>"));
    assertEquals(OptionalInt.empty(), tokenizer.special("a"));
  }

  @Test
  void specialTokensStandForNoText() {
    Tokenizer tokenizer = Tokenizer.parse(file("code"));
    int end = tokenizer.special("<|endoftext|>").orElseThrow();
    assertEquals(0, tokenizer.bytes(end).length);
    int[] a = tokenizer.encode("a");
    assertEquals("aa", tokenizer.decode(new int[] {a[0], end, a[0]}));
  }

  @Test
  void malformedBytesBecomeReplacementCharacters() {
    Tokenizer tokenizer = Tokenizer.parse(file("code"));
    int[] tokens = byteTokens(tokenizer);
    assertEquals("\ufffd", tokenizer.decode(new int[] {tokens[0xc3]}));
    assertEquals("\ufffda", tokenizer.decode(new int[] {tokens[0xff], tokens['a']}));
    assertEquals("é", tokenizer.decode(new int[] {tokens[0xc3], tokens[0xa9]}));
  }

  private static int[] byteTokens(Tokenizer tokenizer) {
    int[] tokens = new int[256];
    for (int token = 0; token < tokenizer.vocabularySize(); token++) {
      byte[] bytes = tokenizer.bytes(token);
      if (bytes.length == 1) {
        tokens[bytes[0] & 0xff] = token;
      }
    }
    return tokens;
  }

  @Test
  void refusesTokensOutsideTheVocabulary() {
    Tokenizer tokenizer = Tokenizer.parse(file("code"));
    int size = tokenizer.vocabularySize();
    for (int token : new int[] {-1, size, Integer.MAX_VALUE}) {
      Failure failure = assertThrows(Failure.class, () -> tokenizer.decode(new int[] {token}));
      assertTrue(failure.getMessage().contains("token " + token), failure.getMessage());
      assertThrows(Failure.class, () -> tokenizer.bytes(token));
    }
    assertEquals("", tokenizer.decode(new int[0]));
  }

  @Test
  void aChangedCopyOfBytesChangesNothing() {
    Tokenizer tokenizer = Tokenizer.parse(file("code"));
    int token = tokenizer.encode("a")[0];
    tokenizer.bytes(token)[0] = 'b';
    assertEquals("a", tokenizer.decode(new int[] {token}));
  }

  @Test
  void threadsMayShareOne() throws InterruptedException, ExecutionException {
    Tokenizer tokenizer = Tokenizer.parse(file("code"));
    String text = String.join("\n", texts());
    int[] expected = Tokenizer.parse(file("code")).encode(text);
    List<Callable<int[]>> tasks = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      tasks.add(() -> tokenizer.encode(text));
    }
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (Future<int[]> result : threads.invokeAll(tasks)) {
        assertArrayEquals(expected, result.get());
      }
    }
  }

  @Test
  void manyDistinctWordsStayExact() {
    Tokenizer tokenizer = Tokenizer.parse(file("code"));
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 90_000; i++) {
      text.append(' ').append(word(i));
    }
    assertEquals(text.toString(), tokenizer.decode(tokenizer.encode(text.toString())));
  }

  /** A word of letters only, another for each number. */
  private static String word(int number) {
    StringBuilder word = new StringBuilder();
    for (int rest = number + 1; rest > 0; rest /= 26) {
      word.append((char) ('a' + rest % 26));
    }
    return word.toString();
  }

  @Test
  void aMegabyteWithoutASpaceTakesLittleTime() {
    Tokenizer tokenizer = Tokenizer.parse(file("llama3"));
    String text = "ab".repeat(500_000);
    int[] tokens = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> tokenizer.encode(text));
    assertEquals(text, tokenizer.decode(tokens));
  }

  @Test
  void aLoneSurrogateBecomesAQuestionMark() {
    Tokenizer tokenizer = Tokenizer.parse(file("gpt2"));
    assertEquals("a?b", tokenizer.decode(tokenizer.encode("a\ud800b")));
  }

  @Test
  void composesWhereTheFileSaysSo() {
    Map<String, Boolean> composes = Map.of("qwen2", true, "llama3", false);
    composes.forEach(
        (name, expected) -> {
          Tokenizer tokenizer = Tokenizer.parse(file(name));
          boolean same = Arrays.equals(tokenizer.encode("e\u0301"), tokenizer.encode("\u00e9"));
          assertEquals(expected, same, name);
        });
  }
}
