package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Json;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class HeadModelTest {
  private static final List<String> KEYS = List.of("scales", "offsets", "flag-at", "block-at");
  private static final int TABLE_BYTES = Head.COUNT << TextFeatures.BITS;
  private static final HeadModel MODEL =
      new HeadWeights().weigh(Head.HATE, "some words of a text that are read as one", 7).model();

  private static HeadModel read(byte[] bytes) {
    try {
      return HeadModel.read(new ByteArrayInputStream(bytes), "my.model");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** A model, or nothing where it is refused as every model that is none should be. */
  private static Optional<HeadModel> readOrRefused(byte[] bytes) {
    try {
      return Optional.of(read(bytes));
    } catch (Failure e) {
      assertTrue(e.getMessage().startsWith("my.model"), e.getMessage());
      return Optional.empty();
    }
  }

  private static byte[] file(String head) {
    byte[] bytes = head.getBytes(StandardCharsets.UTF_8);
    byte[] file = Arrays.copyOf(bytes, bytes.length + TABLE_BYTES);
    Arrays.fill(file, bytes.length, file.length, (byte) 128);
    return file;
  }

  private static byte[] file(ObjectNode card) {
    return file(HeadModel.MAGIC + "\n" + Json.text(card) + "\n");
  }

  private static String refusal(byte[] bytes) {
    return assertThrows(Failure.class, () -> read(bytes)).getMessage();
  }

  @Test
  void whatWasWrittenIsReadAgain() {
    byte[] bytes = MODEL.bytes();
    HeadModel again = read(bytes);
    assertArrayEquals(bytes, again.bytes());
    assertEquals(MODEL.digest(), again.digest());
    assertEquals(MODEL.card(), again.card());
  }

  @Test
  void anyOtherWeightIsAnotherModel() {
    byte[] bytes = MODEL.bytes();
    bytes[bytes.length - 1]++;
    HeadModel other = read(bytes);
    assertNotEquals(MODEL.digest(), other.digest());
    assertEquals(MODEL.card(), other.card());
  }

  @Test
  void anyOtherCardIsAnotherModel() {
    HeadModel other = MODEL.with(Map.of("note", Json.array().add("other")));
    assertNotEquals(MODEL.digest(), other.digest());
    assertEquals("other", other.card().path("note").path(0).asString());
    assertTrue(MODEL.card().path("note").isMissingNode());
  }

  @Test
  void theCardThatIsHandedOutIsACopy() {
    ((ObjectNode) MODEL.card()).removeAll();
    assertEquals(4, MODEL.card().size());
  }

  @Test
  void refusesWhatIsNoNumberOfAWeight() {
    for (String key : KEYS) {
      for (String value :
          List.of(
              "1e39",
              "-1e39",
              "3.5e38",
              "1e400",
              "-1e400",
              "9".repeat(60),
              "1e2147483647",
              "1e-99999",
              "1000001",
              "null",
              "\"1\"",
              "true",
              "[1]",
              "{}")) {
        String list = "[" + value + ",2,2,2,2,2,2,2]";
        String card = Json.text(HeadWeights.card());
        String old = Json.text(HeadWeights.card().get(key));
        byte[] bytes =
            file(
                HeadModel.MAGIC
                    + "\n"
                    + card.replace("\"" + key + "\":" + old, "\"" + key + "\":" + list)
                    + "\n");
        readOrRefused(bytes).ifPresent(model -> assertEquals("1e-99999", value, key));
      }
    }
  }

  @Test
  void namesTheListThatHasNotANumberForEveryHead() {
    for (String key : KEYS) {
      ObjectNode without = HeadWeights.card();
      without.remove(key);
      assertTrue(refusal(file(without)).contains("no 8 numbers in " + key));
      ObjectNode few = HeadWeights.card();
      few.putArray(key).add(1);
      assertTrue(refusal(file(few)).contains("no 8 numbers in " + key));
      ObjectNode more = HeadWeights.card();
      more.withArray(key).add(1);
      assertTrue(refusal(file(more)).contains("no 8 numbers in " + key));
    }
  }

  @Test
  void refusesBoundsThatAreOutOfOrder() {
    ObjectNode card = HeadWeights.card();
    HeadWeights.numbers(card, "block-at", 0);
    assertTrue(refusal(file(card)).contains("out of order"));
    HeadWeights.numbers(card, "block-at", 0.001);
    assertEquals(0.5, read(file(card)).score(Head.HATE, 0), 1e-9);
  }

  @Test
  void refusesAScaleBelowNothing() {
    ObjectNode card = HeadWeights.card();
    HeadWeights.numbers(card, "scales", -0.001);
    assertTrue(refusal(file(card)).contains("out of order"));
    HeadWeights.numbers(card, "scales", 0);
    assertEquals(0.5, read(file(card)).score(Head.HATE, 0), 1e-9);
  }

  @Test
  void refusesATableThatIsCutOrTooLong() {
    byte[] bytes = MODEL.bytes();
    assertTrue(refusal(Arrays.copyOf(bytes, bytes.length - 1)).contains("not whole"));
    assertTrue(refusal(Arrays.copyOf(bytes, bytes.length + 1)).contains("not whole"));
    assertTrue(refusal(Arrays.copyOf(bytes, bytes.length - TABLE_BYTES)).contains("not whole"));
  }

  @Test
  void refusesAHeadThatIsCutAnywhere() {
    byte[] bytes = MODEL.bytes();
    for (int length = 0; length < bytes.length - TABLE_BYTES; length++) {
      assertTrue(readOrRefused(Arrays.copyOf(bytes, length)).isEmpty());
    }
  }

  @Test
  void refusesAFileOfAnotherFormat() {
    assertTrue(refusal(file("moat-heads 2\n{}\n")).contains("does not begin with"));
    assertTrue(refusal(file("moat-head\n{}\n")).contains("does not begin with"));
    assertTrue(refusal(file("moat-heads 10\n{}\n")).contains("does not end"));
    assertTrue(refusal(new byte[0]).contains("does not end"));
  }

  @Test
  void refusesACardThatIsNoObject() {
    for (String card : List.of("[]", "1", "null", "\"x\"", "true")) {
      assertTrue(refusal(file(HeadModel.MAGIC + "\n" + card + "\n")).contains("not whole"), card);
    }
    for (String card : List.of("", "{", "{}{}", "{\"a\":1,\"a\":2}", "NaN", "\uD800")) {
      String message = refusal(file(HeadModel.MAGIC + "\n" + card + "\n"));
      assertTrue(message.startsWith("my.model"), message);
    }
  }

  @Test
  void readsNoMoreOfACardThanItsBound() throws IOException {
    byte[] magic = (HeadModel.MAGIC + "\n").getBytes(StandardCharsets.UTF_8);
    EndlessInput in = new EndlessInput(magic);
    assertThrows(Failure.class, () -> HeadModel.read(in, "my.model"));
    assertTrue(in.given <= magic.length + (1 << 20) + 1, () -> "read " + in.given);
    in.close();
  }

  /** Some bytes, and spaces without end. */
  private static final class EndlessInput extends InputStream {
    private final byte[] first;
    private int given;

    EndlessInput(byte[] first) {
      this.first = first;
    }

    @Override
    public int read() {
      int at = given++;
      return at < first.length ? first[at] : ' ';
    }

    @Override
    public int read(byte[] into, int start, int length) {
      for (int i = 0; i < length; i++) {
        into[start + i] = (byte) read();
      }
      return length;
    }
  }

  @Test
  void everyChangedByteOfTheHeadIsReadOrRefused() {
    byte[] bytes = MODEL.bytes();
    int head = bytes.length - TABLE_BYTES;
    Random random = new Random(31);
    int read = 0;
    for (int at = 0; at < head; at++) {
      byte[] changed = bytes.clone();
      changed[at] ^= (byte) (1 << random.nextInt(8));
      Optional<HeadModel> model = readOrRefused(changed);
      model.ifPresent(HeadModelTest::assertScoresAreNumbers);
      read += model.isPresent() ? 1 : 0;
    }
    assertTrue(read > 0 && read < head, "read " + read + " of " + head);
  }

  private static void assertScoresAreNumbers(HeadModel model) {
    HeadSums sums = new HeadSums();
    TextFeatures features = new TextFeatures();
    features.read("some words", 0, 10);
    model.add(features, sums);
    for (Head head : Head.ALL) {
      double score = model.score(head, model.logit(head, sums));
      assertTrue(score >= 0 && score <= 1, head + ": " + score);
    }
  }

  @Test
  void theLargestNumbersStillGiveScores() {
    ObjectNode card = HeadWeights.card();
    HeadWeights.numbers(card, "scales", 1_000_000);
    HeadWeights.numbers(card, "offsets", -1_000_000);
    HeadWeights.numbers(card, "flag-at", -1_000_000);
    HeadWeights.numbers(card, "block-at", 1_000_000);
    assertScoresAreNumbers(read(file(card)));
  }

  @Test
  void theBoundsAreTheScoresOfAHalfAndOfABlock() {
    ObjectNode card = HeadWeights.card();
    HeadWeights.numbers(card, "flag-at", 2);
    HeadWeights.numbers(card, "block-at", 5);
    HeadModel model = HeadModel.of(card, new HeadWeights().table());
    for (Head head : Head.ALL) {
      assertEquals(0.5, model.score(head, 2), 1e-12);
      assertEquals(0.85, model.score(head, 5), 1e-12);
      assertEquals(0.15, model.score(head, -1), 1e-12);
    }
    assertEquals(0, model.score(Head.HATE, Float.NEGATIVE_INFINITY));
  }

  @Test
  void theLogitIsTheSumOverTheRootOfTheNumber() {
    HeadSums sums = new HeadSums();
    TextFeatures features = new TextFeatures();
    String text = "some words of a text that are read as one";
    features.read(text, 0, text.length());
    MODEL.add(features, sums);
    float root = (float) Math.sqrt(features.count());
    assertTrue(features.count() > Head.HATE.featuresMin());
    assertEquals(7 * features.count() / root - 4, MODEL.logit(Head.HATE, sums), 1e-4);
    assertEquals(-4, MODEL.logit(Head.SEXUAL, sums), 0);
  }

  @Test
  void aWordCountsAsOneOfManyFeatures() {
    HeadSums sums = new HeadSums();
    TextFeatures features = new TextFeatures();
    features.read("of", 0, 2);
    MODEL.add(features, sums);
    assertTrue(features.count() < Head.HATE.featuresMin());
    assertEquals(
        sums.sum(Head.HATE) / (float) Math.sqrt(Head.HATE.featuresMin()) - 4,
        MODEL.logit(Head.HATE, sums),
        1e-5);
  }

  @Test
  void theDigestIsThatOfTheCardAndTheTable() {
    byte[] file = MODEL.bytes();
    byte[] table = Arrays.copyOfRange(file, file.length - TABLE_BYTES, file.length);
    Digest expected =
        new Digest.Hasher().field(Json.text(MODEL.card())).update(table, 0, TABLE_BYTES).digest();
    assertEquals(expected, MODEL.digest());
    assertEquals(expected, MODEL.digest());
    assertEquals(expected, read(file).digest());
  }

  @Test
  void whoeverChangesTheCardAfterwardsDoesNotChangeTheModel() {
    ObjectNode card = (ObjectNode) MODEL.card();
    byte[] file = MODEL.bytes();
    byte[] table = Arrays.copyOfRange(file, file.length - TABLE_BYTES, file.length);
    HeadModel model = HeadModel.of(card, table);
    card.put("note", "later");
    table[0]++;
    assertEquals(MODEL.digest(), model.digest());
    assertEquals(MODEL.card(), model.card());
    assertArrayEquals(file, model.bytes());
  }

  @Test
  void aFileThatComesInPiecesIsReadToItsEnd() throws IOException {
    byte[] file = MODEL.bytes();
    assertArrayEquals(file, HeadModel.read(inPieces(file), "my.model").bytes());
    byte[] less = Arrays.copyOf(file, file.length - 1);
    assertThrows(Failure.class, () -> HeadModel.read(inPieces(less), "my.model"));
    byte[] more = Arrays.copyOf(file, file.length + 1);
    assertThrows(Failure.class, () -> HeadModel.read(inPieces(more), "my.model"));
  }

  private static InputStream inPieces(byte[] file) {
    return new FilterInputStream(new ByteArrayInputStream(file)) {
      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        return super.read(bytes, offset, Math.min(length, 1_009));
      }
    };
  }
}
