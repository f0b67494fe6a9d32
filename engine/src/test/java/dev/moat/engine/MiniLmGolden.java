package dev.moat.engine;

import dev.moat.core.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import tools.jackson.databind.JsonNode;

/** What other programs make of texts with the same files; {@code minilm_golden.py} made it. */
final class MiniLmGolden {
  private MiniLmGolden() {}

  static JsonNode all() {
    return Json.parse(resource("minilm-golden.json"), "golden values");
  }

  static WordPiece tokenizer() {
    return WordPiece.parse(resource("/all-minilm-l6-v2-q-tokenizer.json"));
  }

  static int[] tokens(JsonNode golden) {
    return golden.path("tokens").valueStream().mapToInt(JsonNode::intValue).toArray();
  }

  static float[] vector(JsonNode golden) {
    float[] vector = new float[golden.path("vector").size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = golden.path("vector").path(i).floatValue();
    }
    return vector;
  }

  private static byte[] resource(String name) {
    try (InputStream in = MiniLmGolden.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new AssertionError("no resource " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
