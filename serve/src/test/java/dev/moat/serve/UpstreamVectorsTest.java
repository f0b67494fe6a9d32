package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Json;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class UpstreamVectorsTest {
  /** Notes the vectors that are read. */
  private static final class Vectors implements AnswerSink {
    private final List<float[]> all = new ArrayList<>();

    @Override
    public void piece(Piece piece) {
      all.add(((Piece.Vector) piece).values());
    }

    @Override
    public void finished(FinishReason reason, Usage usage) {}

    @Override
    public void finished(FinishReason reason) {}

    @Override
    public void failed(Refusal refusal) {}
  }

  private final Vectors vectors = new Vectors();

  private Optional<Refusal> read(int wanted, String data) {
    return new UpstreamVectors(wanted)
        .read(Json.parse(TestGateway.json("{'data':" + data + "}"), "answer"), vectors);
  }

  private void assertRefused(int wanted, String data, String why) {
    Optional<Refusal> refusal = read(wanted, data);
    assertTrue(refusal.isPresent(), data);
    assertEquals(502, refusal.get().status());
    assertTrue(refusal.get().message().contains(why), refusal.get().message());
    assertTrue(vectors.all.isEmpty(), data);
  }

  @Test
  void readsNumbers() {
    assertTrue(read(1, "[{'index':0,'embedding':[1,-0.5,2e-3]}]").isEmpty());
    assertArrayEquals(new float[] {1f, -0.5f, 0.002f}, vectors.all.getFirst());
  }

  @Test
  void readsBytes() {
    float[] values = {1f, -0.5f, 0.002f};
    String base64 = Base64.getEncoder().encodeToString(WholeEmbeddings.bytes(values).array());
    assertTrue(read(1, "[{'index':0,'embedding':'" + base64 + "'}]").isEmpty());
    assertArrayEquals(values, vectors.all.getFirst());
  }

  @Test
  void putsThemInTheOrderOfTheInputs() {
    assertTrue(read(2, "[{'index':1,'embedding':[2]},{'index':0,'embedding':[1]}]").isEmpty());
    assertEquals(1f, vectors.all.get(0)[0]);
    assertEquals(2f, vectors.all.get(1)[0]);
  }

  @Test
  void takesTheOrderItselfWhereNoneIsNumbered() {
    assertTrue(read(2, "[{'embedding':[1]},{'embedding':[2]}]").isEmpty());
    assertEquals(2f, vectors.all.get(1)[0]);
  }

  @Test
  void refusesWhatIsNotAVectorForEachInput() {
    String one = "{'index':0,'embedding':[1]}";
    assertRefused(2, "[" + one + "]", "made 1 vectors of 2 inputs");
    assertRefused(1, "[" + one + "," + one + "]", "made 2 vectors of 1 inputs");
    assertRefused(1, "{}", "made 0 vectors");
    assertRefused(2, "[" + one + "," + one + "]", "numbered its vectors wrongly");
    assertRefused(1, "[{'index':1,'embedding':[1]}]", "numbered its vectors wrongly");
    assertRefused(1, "[{'index':-1,'embedding':[1]}]", "numbered its vectors wrongly");
    assertRefused(1, "[{'index':0}]", "missing");
    assertRefused(1, "[{'embedding':{'a':1}}]", "missing");
    assertRefused(1, "[{'embedding':[]}]", "does not have 1 to");
    assertRefused(1, "[{'embedding':''}]", "does not have 1 to");
    assertRefused(1, "[{'embedding':['1']}]", "not finite");
    assertRefused(1, "[{'embedding':[1e999]}]", "not finite");
    assertRefused(1, "[{'embedding':[" + "9".repeat(60) + "]}]", "not finite");
    assertRefused(1, "[{'embedding':[null]}]", "not finite");
    assertRefused(1, "[{'embedding':'AADAfw=='}]", "not finite");
    assertRefused(1, "[{'embedding':'*'}]", "not valid base64");
    assertRefused(2, "[{'embedding':[1]},{'embedding':[1,2]}]", "not of one length");
  }

  @Test
  void boundsTheLengthOfAVector() {
    String most = "0,".repeat(UpstreamVectors.DIMENSIONS_MAX - 1) + "0";
    assertTrue(read(1, "[{'embedding':[" + most + "]}]").isEmpty());
    vectors.all.clear();
    assertRefused(1, "[{'embedding':[0," + most + "]}]", "does not have 1 to");
  }

  @Test
  void survivesWhateverComes() {
    SplittableRandom random = new SplittableRandom(5);
    List<String> values =
        List.of("1", "'AACAPw=='", "[1]", "[[1]]", "null", "{'index':0}", "'x'", "[1e40]", "-1");
    for (int i = 0; i < 5_000; i++) {
      StringBuilder data = new StringBuilder();
      int count = random.nextInt(4);
      for (int j = 0; j < count; j++) {
        data.append(j > 0 ? "," : "")
            .append("{'index':")
            .append(values.get(random.nextInt(values.size())))
            .append(",'embedding':")
            .append(values.get(random.nextInt(values.size())))
            .append('}');
      }
      vectors.all.clear();
      boolean refused = read(2, "[" + data + "]").isPresent();
      assertEquals(refused ? 0 : 2, vectors.all.size(), data.toString());
    }
  }
}
