package dev.moat.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How weights become layers, and how layers become activations and losses. */
class NetworkTest {
  private final Workers workers = new Workers(2);
  private final Gemm gemm = new Gemm(workers);

  @AfterEach
  void close() {
    workers.close();
  }

  private static SortedMap<String, Tensor> zerosLike(SortedMap<String, Tensor> tensors) {
    SortedMap<String, Tensor> zeros = new TreeMap<>();
    tensors.forEach((name, tensor) -> zeros.put(name, Tensor.zeros(name, tensor.shape())));
    return zeros;
  }

  @Test
  void tiesTheOutputToTheEmbeddingOrNot() {
    for (boolean tied : new boolean[] {true, false}) {
      Models models = Models.config(70, 32, 48, 2);
      ModelConfig config = (tied ? models.tied() : models).build();
      Model model = Models.rough(config, 1);
      Network network = new Network(model, Optional.empty(), Map.of(), gemm);
      Projection output = network.output();
      output.packForward();
      float[] x = new float[32];
      x[5] = 1;
      float[] logits = new float[70];
      output.forward(x, logits, 1, false);
      float[] weight = model.values(tied ? ModelConfig.EMBEDDING : ModelConfig.OUTPUT);
      for (int token = 0; token < 70; token++) {
        assertEquals(weight[token * 32 + 5], logits[token]);
      }
    }
  }

  @Test
  void givesEveryTrainedWeightItsGradient() {
    ModelConfig config = Models.config(70, 32, 48, 2).heads(4, 2).bias().headNorms().build();
    Model model = Models.rough(config, 1);
    SortedMap<String, Tensor> gradients = zerosLike(model.parameters());
    Network network = new Network(model, Optional.empty(), gradients, gemm);
    assertTrue(network.layers().stream().allMatch(Network.Layer::trains));
    assertTrue(network.embeddingGradient().isPresent());
    Network.HeadNorms norms = network.layers().get(1).headNorms().orElseThrow();
    assertSame(
        Models.values(gradients, "model.layers.1.self_attn.k_norm.weight"),
        norms.key().gradient().orElseThrow());
    assertSame(
        Models.values(gradients, ModelConfig.FINAL_NORM),
        network.finalNorm().gradient().orElseThrow());
    assertEquals(9, network.projections().size());
    assertEquals(32 + 16 + 16, network.layers().getFirst().queryKeyValue().outputs());
    assertEquals(96, network.layers().getFirst().gateUp().outputs());
    assertEquals(48, network.layers().getFirst().down().inputs());
  }

  @Test
  void trainsNothingButTheAdapter() {
    ModelConfig config = Models.config(70, 32, 48, 2).heads(4, 2).build();
    Model model = Models.rough(config, 1);
    Adapter adapter = Adapter.initial(config, new LoraConfig(2, 2, List.of("up_proj")), 1);
    SortedMap<String, Tensor> gradients = zerosLike(adapter.parameters());
    Network network = new Network(model, Optional.of(adapter), gradients, gemm);
    Network.Layer layer = network.layers().getFirst();
    assertTrue(layer.trains());
    assertTrue(layer.gateUp().trains());
    assertFalse(layer.queryKeyValue().trains());
    assertFalse(layer.down().trains());
    assertFalse(network.output().trains());
    assertTrue(network.embeddingGradient().isEmpty());
    assertTrue(network.finalNorm().gradient().isEmpty());
  }

  @Test
  void computesTheSameWithActivationsOfOneLayerAsOfAll() {
    ModelConfig config = Models.config(70, 32, 48, 3).heads(4, 2).build();
    Network network = new Network(Models.rough(config, 1), Optional.empty(), Map.of(), gemm);
    network.projections().forEach(Projection::packForward);
    int[][] tokens = Models.tokens(config, 2, 30, 50);
    List<float[]> results = new ArrayList<>();
    for (int kept : new int[] {1, 3}) {
      Activations activations = new Activations(config);
      activations.reach(80, kept);
      Layout layout = Layout.of(tokens);
      Attention attention = new Attention(config, gemm);
      int[] flat = Arrays.stream(tokens).flatMapToInt(Arrays::stream).toArray();
      new ForwardPass(network, new Rope(config))
          .run(
              new ForwardPass.Positions(flat, layout.places()),
              (_, here) ->
                  attention.forward(
                      new Attention.Pass(layout, here.queryKeyValue, here.attended, here.logSums)),
              activations,
              kept);
      results.add(activations.lastNorm().clone());
    }
    assertArrayEquals(results.get(0), results.get(1));
  }

  @Test
  void tellsAttentionWhichLayerItIs() {
    ModelConfig config = Models.config(70, 32, 48, 3).heads(4, 2).build();
    Network network = new Network(Models.rough(config, 1), Optional.empty(), Map.of(), gemm);
    network.projections().forEach(Projection::packForward);
    Activations activations = new Activations(config);
    activations.reach(2, 1);
    List<Integer> layers = new ArrayList<>();
    new ForwardPass(network, new Rope(config))
        .run(
            new ForwardPass.Positions(new int[] {4, 5}, new int[] {17, 18}),
            (layer, _) -> layers.add(layer),
            activations,
            1);
    assertEquals(List.of(0, 1, 2), layers);
  }

  @Test
  void keepsActivationsForLaterBatchesThatFit() {
    ModelConfig config = Models.config(70, 32, 48, 3).build();
    Activations activations = new Activations(config);
    activations.reach(10, 3);
    Activations.Layer first = activations.layer(0);
    activations.reach(7, 1);
    assertSame(first, activations.layer(0));
    activations.reach(11, 2);
    assertEquals(11 * 32, activations.layer(1).input.length);
    assertEquals(0, activations.layer(0).rawQueryKey.length);
  }

  private static double[] softmax(double[] logits) {
    double sum = 0;
    double[] out = new double[logits.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = Math.exp(logits[i]);
      sum += out[i];
    }
    for (int i = 0; i < out.length; i++) {
      out[i] /= sum;
    }
    return out;
  }

  @Test
  void givesTheGradientOfTheWeightedLoss() {
    ModelConfig config = Models.config(50, 12, 8, 1).heads(2, 1).build();
    Model model = Models.rough(config, 1);
    SortedMap<String, Tensor> gradients = zerosLike(model.parameters());
    Network network = new Network(model, Optional.empty(), gradients, gemm);
    network.output().packBoth();
    int[] targets = {3, Batch.IGNORED, 49, 0};
    float[] normed = new float[4 * 12];
    for (int i = 0; i < normed.length; i++) {
      normed[i] = (float) Math.sin(i);
    }
    float[] losses = new float[4];
    float[] actual = new float[normed.length];
    new CrossEntropy(network, new Projection.Scratch())
        .gradients(normed, targets, losses, actual, 0.25f);
    float[] weight = model.values(ModelConfig.OUTPUT);
    double[] weightGradient = new double[weight.length];
    for (int row = 0; row < 4; row++) {
      double[] logits = new double[50];
      for (int token = 0; token < 50; token++) {
        for (int i = 0; i < 12; i++) {
          logits[token] += weight[token * 12 + i] * normed[row * 12 + i];
        }
      }
      double[] slopes = new double[50];
      if (targets[row] != Batch.IGNORED) {
        assertEquals(ReferenceDecoder.loss(logits, targets[row]), losses[row], 1e-4);
        slopes = softmax(logits);
        slopes[targets[row]] -= 1;
      } else {
        assertEquals(0f, losses[row]);
      }
      for (int i = 0; i < 12; i++) {
        double expected = 0;
        for (int token = 0; token < 50; token++) {
          expected += 0.25 * slopes[token] * weight[token * 12 + i];
          weightGradient[token * 12 + i] += 0.25 * slopes[token] * normed[row * 12 + i];
        }
        assertEquals(expected, actual[row * 12 + i], 1e-5);
      }
    }
    float[] actualWeight = Models.values(gradients, ModelConfig.OUTPUT);
    for (int i = 0; i < weightGradient.length; i++) {
      assertEquals(weightGradient[i], actualWeight[i], 1e-5);
    }
  }

  @Test
  void loadsAModelFromItsFileBitForBit() {
    ModelConfig config = Models.config(70, 32, 48, 2).heads(4, 2).bias().build();
    Model model = Models.rough(config, 1);
    byte[] file = SafetensorsWriter.bytes(model.parameters(), SafetensorsWriter.Type.F32, Map.of());
    Model loaded = Model.load(config, Safetensors.of(MemorySegment.ofArray(file)));
    assertEquals(model.parameters().keySet(), loaded.parameters().keySet());
    for (Tensor tensor : model.parameters().values()) {
      assertArrayEquals(tensor.values(), loaded.values(tensor.name()), tensor.name());
    }
  }

  @Test
  void loadsHalfPrecisionAsTheNearestFloats() {
    ModelConfig config = Models.config(70, 32, 48, 1).heads(4, 2).tied().build();
    Model model = Models.rough(config, 1);
    byte[] file =
        SafetensorsWriter.bytes(model.parameters(), SafetensorsWriter.Type.BF16, Map.of());
    Model loaded = Model.load(config, Safetensors.of(MemorySegment.ofArray(file)));
    for (Tensor tensor : model.parameters().values()) {
      float[] actual = loaded.values(tensor.name());
      for (int i = 0; i < actual.length; i++) {
        float exact = tensor.values()[i];
        assertEquals(exact, actual[i], Math.abs(exact) / 256);
        assertEquals(0, Float.floatToRawIntBits(actual[i]) & 0xffff);
      }
    }
  }
}
