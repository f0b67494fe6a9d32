package dev.moat.serve;

import dev.moat.core.Failure;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Base64;
import java.util.BitSet;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Reads the vectors that a server behind the gateway made of the inputs: as numbers or as bytes,
 * whichever it chose, in any order; all of them, of one length, and finite.
 */
final class UpstreamVectors {
  /** How long one vector may be. */
  static final int DIMENSIONS_MAX = 1 << 16;

  private final int wanted;

  UpstreamVectors(int wanted) {
    this.wanted = wanted;
  }

  /** Gives the vectors to {@code sink} in the order of the inputs; or says what is wrong. */
  Optional<Refusal> read(JsonNode answer, AnswerSink sink) {
    try {
      for (float[] vector : vectors(answer.path("data"))) {
        sink.piece(new Piece.Vector(vector));
      }
      return Optional.empty();
    } catch (Failure failure) {
      return Optional.of(Refusal.backend(502, "backend: " + failure.getMessage()));
    }
  }

  private float[][] vectors(JsonNode data) {
    if (data.size() != wanted) {
      throw Failure.invalid("it made " + data.size() + " vectors of " + wanted + " inputs");
    }
    BitSet found = new BitSet();
    float[][] vectors = new float[wanted][];
    for (int i = 0; i < wanted; i++) {
      JsonNode one = data.path(i);
      int index = one.path("index").isInt() ? one.path("index").intValue() : i;
      if (index < 0 || index >= wanted || found.get(index)) {
        throw Failure.invalid("it numbered its vectors wrongly");
      }
      found.set(index);
      vectors[index] = vector(one.path("embedding"));
    }
    for (float[] vector : vectors) {
      if (vector.length != vectors[0].length) {
        throw Failure.invalid("its vectors are not of one length");
      }
    }
    return vectors;
  }

  private static float[] vector(JsonNode embedding) {
    float[] vector = embedding.isString() ? decoded(embedding.stringValue()) : numbers(embedding);
    if (vector.length == 0 || vector.length > DIMENSIONS_MAX) {
      throw Failure.invalid("a vector of it does not have 1 to " + DIMENSIONS_MAX + " numbers");
    }
    for (float value : vector) {
      if (!Float.isFinite(value)) {
        throw Failure.invalid("a number in its vectors is not finite");
      }
    }
    return vector;
  }

  private static float[] decoded(String base64) {
    try {
      FloatBuffer values =
          ByteBuffer.wrap(Base64.getDecoder().decode(base64))
              .order(ByteOrder.LITTLE_ENDIAN)
              .asFloatBuffer();
      float[] vector = new float[values.remaining()];
      values.get(vector);
      return vector;
    } catch (IllegalArgumentException _) {
      throw Failure.invalid("a vector of it is not valid base64");
    }
  }

  private static float[] numbers(JsonNode array) {
    if (!array.isArray()) {
      throw Failure.invalid("a vector is missing in its answer");
    }
    float[] vector = new float[array.size()];
    for (int i = 0; i < vector.length; i++) {
      JsonNode number = array.path(i);
      vector[i] = number.isNumber() ? (float) number.asDouble(Double.NaN) : Float.NaN;
    }
    return vector;
  }
}
