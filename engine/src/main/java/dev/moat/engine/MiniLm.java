package dev.moat.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Map;

/**
 * The embedding model all-MiniLM-L6-v2 (Reimers and Gurevych 2019), quantised to 8 bits, which
 * ships inside a library of LangChain4j and runs on ONNX Runtime: native code, on the calling
 * thread. Threads may share one.
 *
 * <p>Each text is computed by itself, although the runtime could take many at once: the scale of an
 * 8-bit activation is chosen for the whole input of a layer, so in a batch the vector of a text
 * would depend on the texts beside it, perhaps on another caller's.
 */
public final class MiniLm implements AutoCloseable {
  /** What it is called. */
  public static final String NAME = "all-minilm-l6-v2";

  /** How long a vector is. */
  public static final int DIMENSIONS = 384;

  /**
   * How many tokens a text may have, with the one that begins and the one that ends it: as many
   * positions as the model knows. It was trained on texts of up to 256.
   */
  public static final int TOKENS_MAX = 512;

  private static final String MODEL = "all-minilm-l6-v2-q.onnx";
  private static final String TOKENIZER = "all-minilm-l6-v2-q-tokenizer.json";
  private static final Digest MODEL_DIGEST =
      Digest.parse("sha256:afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1");
  private static final Digest TOKENIZER_DIGEST =
      Digest.parse("sha256:da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0");

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final WordPiece tokenizer;

  private MiniLm(OrtEnvironment environment, OrtSession session, WordPiece tokenizer) {
    this.environment = environment;
    this.session = session;
    this.tokenizer = tokenizer;
  }

  /** Reads the model; files that are not those named here are refused. */
  public static MiniLm load() {
    WordPiece tokenizer = WordPiece.parse(file(TOKENIZER, TOKENIZER_DIGEST));
    byte[] model = file(MODEL, MODEL_DIGEST);
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setCPUArenaAllocator(false); // it would keep the memory of the longest text
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      return new MiniLm(environment, environment.createSession(model, options), tokenizer);
    } catch (OrtException e) {
      throw broken(e);
    }
  }

  /** Names the model: the digest of the list of its files, as {@code sha256sum} writes it. */
  public static Digest digest() {
    return Digest.of(
        TOKENIZER_DIGEST.hex()
            + "  "
            + TOKENIZER
            + "\n"
            + MODEL_DIGEST.hex()
            + "  "
            + MODEL
            + "\n");
  }

  /** The tokens of a text, between the one that begins and the one that ends it. */
  public int[] encode(String text) {
    return tokenizer.encode(text);
  }

  /** The vector of a text of these tokens, of length 1. */
  public float[] embed(int[] tokens) {
    if (tokens.length == 0 || tokens.length > TOKENS_MAX) {
      throw Failure.invalid(
          "text: its "
              + tokens.length
              + " tokens are not 1 to "
              + TOKENS_MAX
              + "; give a part of it");
    }
    try (OnnxTensor ids = row(Arrays.stream(tokens).asLongStream().toArray());
        OnnxTensor mask = row(filled(tokens.length, 1));
        OnnxTensor types = row(filled(tokens.length, 0));
        OrtSession.Result result =
            session.run(
                Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", types))) {
      return pooled((OnnxTensor) result.get(0), tokens.length);
    } catch (OrtException e) {
      throw broken(e);
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw broken(e);
    }
  }

  /** The mean of the vectors of all tokens, brought to length 1. */
  private static float[] pooled(OnnxTensor states, int count) {
    FloatBuffer values = states.getFloatBuffer();
    double[] sum = new double[DIMENSIONS];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < DIMENSIONS; j++) {
        sum[j] += values.get();
      }
    }
    double length = Math.sqrt(Arrays.stream(sum).map(x -> x * x).sum());
    float[] vector = new float[DIMENSIONS];
    for (int j = 0; j < DIMENSIONS; j++) {
      vector[j] = (float) (sum[j] / length);
    }
    return vector;
  }

  private OnnxTensor row(long[] values) throws OrtException {
    return OnnxTensor.createTensor(
        environment, LongBuffer.wrap(values), new long[] {1, values.length});
  }

  private static long[] filled(int count, long value) {
    long[] values = new long[count];
    Arrays.fill(values, value);
    return values;
  }

  /** Reads a file out of the library, if it is the very one that is meant. */
  static byte[] file(String name, Digest wanted) {
    byte[] bytes;
    try (InputStream in = MiniLm.class.getResourceAsStream("/" + name)) {
      if (in == null) {
        throw Failure.broken(
            "embeddings: " + name + " is not on the class path; install Moat again",
            new IOException("no such resource: " + name));
      }
      bytes = in.readAllBytes();
    } catch (IOException e) {
      throw Failure.broken("embeddings: " + name + " cannot be read; install Moat again", e);
    }
    if (!Digest.of(bytes).equals(wanted)) {
      throw new Failure(
          new Problem.Tampered(
              "embeddings: "
                  + name
                  + " is not the file that this version of Moat was built for;"
                  + " install Moat again",
              name));
    }
    return bytes;
  }

  private static Failure broken(OrtException e) {
    return Failure.broken("embeddings: the runtime failed; see the log", e);
  }
}
