package dev.moat.engine;

import dev.moat.core.Failure;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** The weights of one decoder, read-only once built, except while it is trained from scratch. */
public final class Model {
  private static final double INITIAL_DEVIATION = 0.02;

  private final ModelConfig config;
  private final SortedMap<String, Tensor> parameters;

  private Model(ModelConfig config, SortedMap<String, Tensor> parameters) {
    this.config = config;
    this.parameters = Collections.unmodifiableSortedMap(parameters);
  }

  /** The model of the given tensors, which must be exactly those that the configuration names. */
  public static Model of(ModelConfig config, Map<String, Tensor> tensors) {
    SortedMap<String, Tensor> parameters = new TreeMap<>();
    for (String name : config.parameterNames()) {
      Tensor tensor = tensors.get(name);
      if (tensor == null) {
        throw Failure.invalid("model tensor " + name + ": missing; the file is incomplete");
      }
      if (!Arrays.equals(tensor.shape(), config.shape(name))) {
        throw Failure.invalid(
            "model tensor "
                + name
                + ": shape "
                + Arrays.toString(tensor.shape())
                + " where config.json needs "
                + Arrays.toString(config.shape(name))
                + "; the files do not belong together");
      }
      parameters.put(name, tensor);
    }
    for (String name : tensors.keySet()) {
      if (!parameters.containsKey(name)) {
        throw Failure.invalid(
            "model tensor "
                + name
                + ": config.json names no such weight; "
                + "the files do not belong together");
      }
    }
    return new Model(config, parameters);
  }

  /** The model whose weights a safetensors file holds, in any float type. */
  public static Model load(ModelConfig config, Safetensors weights) {
    return load(config, Map.of("weights", weights));
  }

  /** The model whose weights lie in several safetensors files, by their names. */
  public static Model load(ModelConfig config, Map<String, Safetensors> files) {
    Map<String, Tensor> tensors = new TreeMap<>();
    for (Map.Entry<String, Safetensors> file : new TreeMap<>(files).entrySet()) {
      for (String name : file.getValue().names()) {
        if (tensors.put(name, file.getValue().floats(name)) != null) {
          throw Failure.invalid(
              "model file "
                  + file.getKey()
                  + ": tensor "
                  + name
                  + " is in another file too; remove one of them");
        }
      }
    }
    return of(config, tensors);
  }

  /**
   * A model to train from scratch: weights normal with deviation 0.02, those that write into the
   * residual stream smaller by the root of their number (Radford et al. 2019), norms 1, biases 0.
   */
  public static Model random(ModelConfig config, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    SortedMap<String, Tensor> parameters = new TreeMap<>();
    for (String name : config.parameterNames()) {
      Tensor tensor = Tensor.zeros(name, config.shape(name));
      if (name.endsWith("norm.weight")) {
        Arrays.fill(tensor.values(), 1f);
      } else if (!name.endsWith(".bias")) {
        boolean residual = name.endsWith("o_proj.weight") || name.endsWith("down_proj.weight");
        double deviation =
            residual ? INITIAL_DEVIATION / Math.sqrt(2.0 * config.layers()) : INITIAL_DEVIATION;
        for (int i = 0; i < tensor.values().length; i++) {
          tensor.values()[i] = (float) (random.nextGaussian() * deviation);
        }
      }
      parameters.put(name, tensor);
    }
    return new Model(config, parameters);
  }

  /** The hyperparameters. */
  public ModelConfig config() {
    return config;
  }

  /** The weights by their Hugging Face names. */
  public SortedMap<String, Tensor> parameters() {
    return parameters;
  }

  float[] values(String name) {
    Tensor tensor = parameters.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no such weight: " + name);
    }
    return tensor.values();
  }
}
