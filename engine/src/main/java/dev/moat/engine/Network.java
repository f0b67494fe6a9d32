package dev.moat.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The layers of one decoder over the weights of a model, an adapter merged in, ready to compute:
 * what {@link Differentiation} and {@link Generation} have in common.
 */
final class Network {
  private final Model model;
  private final Optional<Adapter> adapter;
  private final Map<String, Tensor> gradients;
  private final Gemm gemm;
  private final List<Layer> layers = new ArrayList<>();
  private final NormWeight finalNorm;
  private final Projection output;

  /** The weight of a norm, with its gradient where it is trained. */
  @SuppressWarnings("ArrayRecordComponent") // live arrays, never compared
  record NormWeight(float[] values, Optional<float[]> gradient) {}

  /** The norms of query and key heads. */
  record HeadNorms(NormWeight query, NormWeight key) {}

  /** One block of the decoder. */
  record Layer(
      NormWeight attentionNorm,
      Projection queryKeyValue,
      Optional<HeadNorms> headNorms,
      Projection attentionOutput,
      NormWeight feedForwardNorm,
      Projection gateUp,
      Projection down) {
    List<Projection> projections() {
      return List.of(queryKeyValue, attentionOutput, gateUp, down);
    }

    boolean trains() {
      return attentionNorm.gradient.isPresent()
          || projections().stream().anyMatch(Projection::trains);
    }
  }

  /**
   * @param gradients the tensors that receive gradients, by the names of the tensors that are
   *     trained; empty for inference
   */
  Network(Model model, Optional<Adapter> adapter, Map<String, Tensor> gradients, Gemm gemm) {
    this.model = model;
    this.adapter = adapter;
    this.gradients = gradients;
    this.gemm = gemm;
    ModelConfig config = model.config();
    for (int layer = 0; layer < config.layers(); layer++) {
      layers.add(layer("model.layers." + layer + "."));
    }
    finalNorm = norm(ModelConfig.FINAL_NORM);
    String outputName = config.tiedEmbeddings() ? ModelConfig.EMBEDDING : ModelConfig.OUTPUT;
    output = projection(config.hiddenSize(), List.of(outputName));
  }

  private Layer layer(String prefix) {
    ModelConfig config = model.config();
    String attention = prefix + "self_attn.";
    String feedForward = prefix + "mlp.";
    Optional<HeadNorms> headNorms =
        config.queryKeyNorm()
            ? Optional.of(
                new HeadNorms(norm(attention + "q_norm.weight"), norm(attention + "k_norm.weight")))
            : Optional.empty();
    return new Layer(
        norm(prefix + "input_layernorm.weight"),
        projection(
            config.hiddenSize(),
            List.of(
                attention + "q_proj.weight",
                attention + "k_proj.weight",
                attention + "v_proj.weight")),
        headNorms,
        projection(config.heads() * config.headSize(), List.of(attention + "o_proj.weight")),
        norm(prefix + "post_attention_layernorm.weight"),
        projection(
            config.hiddenSize(),
            List.of(feedForward + "gate_proj.weight", feedForward + "up_proj.weight")),
        projection(config.intermediateSize(), List.of(feedForward + "down_proj.weight")));
  }

  private NormWeight norm(String name) {
    return new NormWeight(model.values(name), gradient(name));
  }

  private Optional<float[]> gradient(String name) {
    return Optional.ofNullable(gradients.get(name)).map(Tensor::values);
  }

  private Projection projection(int inputs, List<String> names) {
    return new Projection(gemm, names.stream().map(this::part).toList(), inputs);
  }

  private Projection.Part part(String name) {
    return new Projection.Part(
        model.values(name),
        model.config().shape(name)[0],
        bias(name),
        gradient(name),
        lowRank(name));
  }

  private Optional<Projection.Bias> bias(String weightName) {
    String name = weightName.replace(".weight", ".bias");
    return Optional.ofNullable(model.parameters().get(name))
        .map(tensor -> new Projection.Bias(tensor.values(), gradient(name)));
  }

  private Optional<LowRank> lowRank(String weightName) {
    String nameA = Adapter.matrixName(weightName, 'A');
    String nameB = Adapter.matrixName(weightName, 'B');
    return adapter
        .filter(present -> present.parameters().containsKey(nameA))
        .map(
            present -> {
              Tensor a = tensor(present.parameters(), nameA);
              Tensor b = tensor(present.parameters(), nameB);
              Tensor gradientA = gradients.isEmpty() ? a : tensor(gradients, nameA);
              Tensor gradientB = gradients.isEmpty() ? b : tensor(gradients, nameB);
              return new LowRank(a, b, gradientA, gradientB, present.config().scale());
            });
  }

  private static Tensor tensor(Map<String, Tensor> tensors, String name) {
    return Optional.ofNullable(tensors.get(name)).orElseThrow();
  }

  ModelConfig config() {
    return model.config();
  }

  Gemm gemm() {
    return gemm;
  }

  List<Layer> layers() {
    return layers;
  }

  NormWeight finalNorm() {
    return finalNorm;
  }

  Projection output() {
    return output;
  }

  float[] embedding() {
    return model.values(ModelConfig.EMBEDDING);
  }

  Optional<float[]> embeddingGradient() {
    return gradient(ModelConfig.EMBEDDING);
  }

  /** All projections, the output's last. */
  List<Projection> projections() {
    List<Projection> all = new ArrayList<>();
    layers.forEach(layer -> all.addAll(layer.projections()));
    all.add(output);
    return all;
  }
}
