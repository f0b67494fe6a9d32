package dev.moat.guard;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Json;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The trained weights of all heads. Immutable; may be used by many threads.
 *
 * <p>Each head is a linear model over hashed features: the sum of the weights of all features of a
 * text, divided by the root of their number (for a long text, by their number), is the head's
 * logit. The weights of one bucket are eight bytes of one {@code long}, one a head, each a whole
 * number of that head's scale plus 128; so a feature is one load and two additions for all heads.
 *
 * <p>A model file is one line {@link #MAGIC}, one line of JSON (the card: scales, offsets, bounds,
 * and what it was trained on), and the table, eight bytes a bucket.
 */
public final class HeadModel {
  static final String MAGIC = "moat-heads 1";

  private static final String SHIPPED = "heads.model";
  private static final int CARD_BYTES_MAX = 1 << 20;
  private static final int TABLE_BYTES = Long.BYTES << TextFeatures.BITS;
  private static final double LOGIT_OF_BLOCK = Math.log(0.85 / 0.15);

  /** No scale, offset or bound is further from nothing, so that no sum of them runs over. */
  private static final double NUMBER_MAX = 1_000_000;

  /** Beyond so many features only their mean counts: a longer text is no stronger proof. */
  static final int FEATURES_MAX = 8_000;

  private final long[] table = new long[1 << TextFeatures.BITS];
  private final ObjectNode card;
  private final float[] scales;
  private final float[] offsets;
  private final float[] flagAt;
  private final float[] blockAt;

  /** Made when first asked for, as few ask; two threads that do so at once make equal ones. */
  private @Nullable Digest digest;

  private HeadModel(ObjectNode card, byte[] weights, String name) {
    this.card = card;
    scales = numbers(card, "scales", name);
    offsets = numbers(card, "offsets", name);
    flagAt = numbers(card, "flag-at", name);
    blockAt = numbers(card, "block-at", name);
    for (int head = 0; head < Head.COUNT; head++) {
      if (!(scales[head] >= 0 && flagAt[head] < blockAt[head])) {
        throw broken(name, "the scales or bounds of head " + head + " are out of order");
      }
    }
    ByteBuffer.wrap(weights).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(table);
  }

  /** The model that ships with this program. */
  public static HeadModel shipped() {
    return Shipped.MODEL;
  }

  /**
   * Reads a model file.
   *
   * @throws Failure that names {@code name}, if it is not one
   */
  public static HeadModel read(InputStream in, String name) throws IOException {
    byte[] magic = line(in, MAGIC.length(), name);
    if (!Arrays.equals(magic, MAGIC.getBytes(StandardCharsets.UTF_8))) {
      throw broken(name, "it does not begin with \"" + MAGIC + "\"");
    }
    JsonNode card = Json.parse(line(in, CARD_BYTES_MAX, name), name);
    byte[] weights = new byte[TABLE_BYTES];
    boolean whole = in.readNBytes(weights, 0, TABLE_BYTES) == TABLE_BYTES && in.read() < 0;
    if (!(card instanceof ObjectNode object) || !whole) {
      throw broken(name, "its card or its table of " + TABLE_BYTES + " bytes is not whole");
    }
    return new HeadModel(object, weights, name);
  }

  /** A model of those weights. */
  static HeadModel of(ObjectNode card, byte[] weights) {
    return new HeadModel(card.deepCopy(), weights, "the trained model");
  }

  /** The same weights with other entries of the card. */
  HeadModel with(Map<String, ? extends JsonNode> entries) {
    ObjectNode changed = card.deepCopy();
    changed.setAll(entries);
    return new HeadModel(changed, weights(), "the trained model");
  }

  private byte[] weights() {
    ByteBuffer weights = ByteBuffer.allocate(TABLE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    weights.asLongBuffer().put(table);
    return weights.array();
  }

  /** The model file. */
  public byte[] bytes() {
    byte[] head = (MAGIC + "\n" + Json.text(card) + "\n").getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(head.length + TABLE_BYTES).put(head).put(weights()).array();
  }

  /** What it was made of and how it did, as the trainer wrote it. */
  public JsonNode card() {
    return card.deepCopy();
  }

  /** The name of the model by its content. */
  public Digest digest() {
    Digest known = digest;
    if (known == null) {
      known = new Digest.Hasher().field(Json.text(card)).update(weights(), 0, TABLE_BYTES).digest();
      digest = known;
    }
    return known;
  }

  /** Adds the weights of all {@code features} to {@code sums}. */
  void add(TextFeatures features, HeadSums sums) {
    for (int i = 0; i < features.count(); i++) {
      sums.add(table[features.bucket(i)]);
    }
    sums.flush();
  }

  /** How strongly a text of those sums looks like what {@code head} knows. */
  float logit(Head head, HeadSums sums) {
    int at = head.lane();
    return (float) (sums.sum(head) * scales[at] / norm(head, sums.features())) + offsets[at];
  }

  /** What the sum of so many weights is divided by. */
  static double norm(Head head, int features) {
    return features > FEATURES_MAX
        ? features / Math.sqrt(FEATURES_MAX)
        : Math.sqrt(Math.max(head.featuresMin(), features));
  }

  /** The score of a logit: a half where a text stands out, see {@link Bounds}. */
  double score(Head head, float logit) {
    int at = head.lane();
    double slope = LOGIT_OF_BLOCK / (blockAt[at] - flagAt[at]);
    return 1 / (1 + Math.exp(-slope * (logit - flagAt[at])));
  }

  private static byte[] line(InputStream in, int bytesMax, String name) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0 || out.size() == bytesMax) {
        throw broken(name, "a line of its head does not end");
      }
      out.write(b);
    }
    return out.toByteArray();
  }

  private static float[] numbers(JsonNode card, String key, String name) {
    JsonNode list = card.path(key);
    float[] out = new float[Head.COUNT];
    for (int i = 0; i < out.length; i++) {
      double number = list.path(i).asDouble(Double.NaN);
      if (list.size() != out.length || !list.path(i).isNumber()) {
        throw broken(name, "its card has no " + out.length + " numbers in " + key);
      }
      if (!(Math.abs(number) <= NUMBER_MAX)) {
        throw broken(name, "its card has a number in " + key + " that is too large");
      }
      out[i] = (float) number;
    }
    return out;
  }

  private static Failure broken(String name, String why) {
    return Failure.invalid(
        name + ": no model of the guard: " + why + "; give one that moat guard train wrote");
  }

  /** Loads the shipped model once, when it is first asked for. */
  private static final class Shipped {
    private static final HeadModel MODEL = load();

    private static HeadModel load() {
      try (InputStream in = HeadModel.class.getResourceAsStream(SHIPPED)) {
        if (in == null) {
          throw new IllegalStateException(SHIPPED + " is not in the program; build it anew");
        }
        return read(new BufferedInputStream(in), SHIPPED); // its head is read byte by byte
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
