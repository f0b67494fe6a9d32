package dev.moat.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MiniLmTest {
  private static final int BEGIN = 101;

  private MiniLm model;

  @BeforeAll
  void load() {
    model = MiniLm.load();
  }

  @AfterAll
  void close() {
    model.close();
  }

  private float[] embed(String text) {
    return model.embed(model.encode(text));
  }

  private static double cosine(float[] a, float[] b) {
    double product = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
    }
    return product;
  }

  /** Kernels for 8 bits round differently on other processors, so not all digits agree. */
  @Test
  void embedsAsThePeerDoes() {
    int count = 0;
    for (JsonNode golden : MiniLmGolden.all()) {
      if (golden.has("vector")) {
        float[] wanted = MiniLmGolden.vector(golden);
        double cosine = cosine(wanted, embed(golden.path("text").stringValue()));
        assertTrue(cosine > 0.99, cosine + " for " + golden.path("text"));
        count++;
      }
    }
    assertEquals(8, count);
  }

  @Test
  void makesVectorsOfLengthOne() {
    for (String text : List.of("", "x", "a longer text, with marks")) {
      float[] vector = embed(text);
      assertEquals(MiniLm.DIMENSIONS, vector.length);
      assertEquals(1, cosine(vector, vector), 1e-5);
    }
  }

  @Test
  void putsLikeMeaningsNearer() {
    float[] cat = embed("The cat sits on the mat.");
    assertTrue(
        cosine(cat, embed("A feline rests upon a rug."))
            > cosine(cat, embed("Quarterly revenue rose by four percent.")) + 0.2);
  }

  @Test
  void givesTheSameVectorAgainAndBesideOthers() throws Exception {
    List<String> texts = List.of("one", "two words", "a third text of more words than these");
    List<float[]> alone = texts.stream().map(this::embed).toList();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<float[]>> beside = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        String text = texts.get(i % 3);
        beside.add(threads.submit(() -> embed(text)));
      }
      for (int i = 0; i < 30; i++) {
        assertArrayEquals(alone.get(i % 3), beside.get(i).get());
      }
    }
  }

  @Test
  void takesAsManyTokensAsTheModelHasPositions() {
    int[] tokens = new int[MiniLm.TOKENS_MAX];
    Arrays.fill(tokens, BEGIN);
    assertEquals(MiniLm.DIMENSIONS, model.embed(tokens).length);
    Failure failure =
        assertThrows(Failure.class, () -> model.embed(Arrays.copyOf(tokens, tokens.length + 1)));
    assertTrue(failure.getMessage().contains("513 tokens"), failure.getMessage());
    assertThrows(Failure.class, () -> model.embed(new int[0]));
  }

  @Test
  void refusesAFileThatIsNotTheOneMeant() {
    Failure failure =
        assertThrows(
            Failure.class,
            () -> MiniLm.file("all-minilm-l6-v2-q-tokenizer.json", Digest.of("another")));
    assertTrue(failure.problem() instanceof Problem.Tampered, failure.getMessage());
    assertThrows(Failure.class, () -> MiniLm.file("missing.onnx", Digest.of("another")));
  }

  @Test
  void isNamedByTheDigestOfItsFiles() {
    assertEquals(MiniLm.digest(), MiniLm.digest());
    assertNotEquals(Digest.of(""), MiniLm.digest());
  }
}
