package dev.moat.guard;

import dev.moat.core.Json;
import java.util.Arrays;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Weights that a test sets by hand, for models of which it knows what they say. */
final class HeadWeights {
  private static final int ZERO = 128;

  private final byte[] table = new byte[Head.COUNT << TextFeatures.BITS];

  HeadWeights() {
    Arrays.fill(table, (byte) ZERO);
  }

  /**
   * A card of scales of one, offsets of less than nothing, so that an empty text is nothing, and
   * bounds of nothing and one.
   */
  static ObjectNode card() {
    ObjectNode card = Json.object();
    numbers(card, "scales", 1);
    numbers(card, "offsets", -4);
    numbers(card, "flag-at", 0);
    numbers(card, "block-at", 1);
    return card;
  }

  /** Sets one number of every head. */
  static void numbers(ObjectNode card, String key, double value) {
    ArrayNode list = card.putArray(key);
    Head.ALL.forEach(_ -> list.add(value));
  }

  /** Gives every feature of {@code text} that weight. */
  HeadWeights weigh(Head head, String text, int units) {
    TextFeatures features = new TextFeatures();
    String folded = Folded.text(text);
    features.read(folded, 0, folded.length());
    for (int i = 0; i < features.count(); i++) {
      table[features.bucket(i) * Head.COUNT + head.lane()] = (byte) (units + ZERO);
    }
    return this;
  }

  /** The bytes of the table. */
  byte[] table() {
    return table.clone();
  }

  /** The model. */
  HeadModel model() {
    return HeadModel.of(card(), table());
  }
}
