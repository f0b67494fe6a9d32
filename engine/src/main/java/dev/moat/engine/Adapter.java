package dev.moat.engine;

import dev.moat.core.Failure;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** A pair of low-rank matrices for each adapted projection of one model. */
public final class Adapter {
  private static final String PREFIX = "base_model.model.";
  private static final String WEIGHT = ".weight";

  private final LoraConfig config;
  private final SortedMap<String, Tensor> parameters;

  private Adapter(LoraConfig config, SortedMap<String, Tensor> parameters) {
    this.config = config;
    this.parameters = Collections.unmodifiableSortedMap(parameters);
  }

  /** A fresh adapter that changes nothing yet: A uniform in plus or minus 1/sqrt(in), B zero. */
  public static Adapter initial(ModelConfig model, LoraConfig config, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    SortedMap<String, Tensor> parameters = new TreeMap<>();
    shapes(model, config)
        .forEach(
            (name, shape) -> {
              Tensor tensor = Tensor.zeros(name, shape);
              if (name.endsWith(".lora_A.weight")) {
                double bound = 1 / Math.sqrt(shape[1]);
                for (int i = 0; i < tensor.values().length; i++) {
                  tensor.values()[i] = (float) random.nextDouble(-bound, bound);
                }
              }
              parameters.put(name, tensor);
            });
    return new Adapter(config, parameters);
  }

  /** The adapter of the given tensors, which must be exactly those that the model needs. */
  public static Adapter of(ModelConfig model, LoraConfig config, Map<String, Tensor> tensors) {
    SortedMap<String, int[]> shapes = shapes(model, config);
    for (String name : tensors.keySet()) {
      if (!shapes.containsKey(name)) {
        throw Failure.invalid(
            "adapter tensor "
                + name
                + ": the model has no such projection to adapt; "
                + "use the adapter's own base model");
      }
    }
    SortedMap<String, Tensor> parameters = new TreeMap<>();
    shapes.forEach(
        (name, shape) -> {
          Tensor tensor = tensors.get(name);
          if (tensor == null) {
            throw Failure.invalid("adapter tensor " + name + ": missing; the file is incomplete");
          }
          if (!Arrays.equals(tensor.shape(), shape)) {
            throw Failure.invalid(
                "adapter tensor "
                    + name
                    + ": shape "
                    + Arrays.toString(tensor.shape())
                    + " where the model needs "
                    + Arrays.toString(shape)
                    + "; use the adapter's own base model");
          }
          parameters.put(name, new Tensor(name, shape, tensor.values()));
        });
    return new Adapter(config, parameters);
  }

  private static SortedMap<String, int[]> shapes(ModelConfig model, LoraConfig config) {
    SortedMap<String, int[]> shapes = new TreeMap<>();
    for (String name : model.parameterNames()) {
      if (name.endsWith(WEIGHT) && config.targetModules().contains(module(name))) {
        int[] weight = model.shape(name);
        shapes.put(matrixName(name, 'A'), new int[] {config.rank(), weight[1]});
        shapes.put(matrixName(name, 'B'), new int[] {weight[0], config.rank()});
      }
    }
    return shapes;
  }

  private static String module(String parameterName) {
    String path = parameterName.substring(0, parameterName.length() - WEIGHT.length());
    return path.substring(path.lastIndexOf('.') + 1);
  }

  /** The name of matrix A or B of the projection whose weight has the given name. */
  static String matrixName(String weightName, char matrix) {
    String path = weightName.substring(0, weightName.length() - WEIGHT.length());
    return PREFIX + path + ".lora_" + matrix + WEIGHT;
  }

  /** The hyperparameters. */
  public LoraConfig config() {
    return config;
  }

  /**
   * The matrices by their names in PEFT's form, such as {@code
   * base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight}.
   */
  public SortedMap<String, Tensor> parameters() {
    return parameters;
  }
}
