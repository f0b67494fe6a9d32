package dev.moat.train;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.engine.AdamW;
import dev.moat.engine.Safetensors;
import dev.moat.engine.SafetensorsWriter;
import dev.moat.engine.Tensor;
import dev.moat.store.AtomicFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The state of a tuning run in one file, replaced atomically: matrices, optimiser, the best
 * matrices so far and the loss curve. A run that goes on from it ends with the same bits as one
 * that never stopped.
 */
final class LoraCheckpoint {
  private static final String FILE = "lora-checkpoint.safetensors";
  private static final String BEST = "best.";
  private static final String STATE = "state";

  private final Path file;
  private final String fingerprint;

  /** A checkpoint in a folder; one of another run (another fingerprint) counts as none. */
  LoraCheckpoint(Path folder, String fingerprint) {
    file = folder.resolve(FILE);
    this.fingerprint = fingerprint;
  }

  void save(SortedMap<String, Tensor> matrices, AdamW optimiser, LoraState state) {
    SortedMap<String, Tensor> all = new TreeMap<>(matrices);
    all.putAll(optimiser.state());
    state.best().forEach((name, tensor) -> all.put(BEST + name, tensor));
    ObjectNode json = Json.object();
    json.put("fingerprint", fingerprint).put("steps", state.steps());
    json.put("best-loss", bits(state.bestLoss())).put("best-step", state.bestStep());
    json.put("worse", state.worse());
    ArrayNode curve = json.putArray("curve");
    for (LoraOutcome.Point point : state.curve()) {
      curve.addArray().add(point.step()).add(bits(point.loss())).add(bits(point.validation()));
    }
    AtomicFile.write(
        file,
        SafetensorsWriter.bytes(all, SafetensorsWriter.Type.F32, Map.of(STATE, Json.text(json))));
  }

  /** Copies the saved state into matrices and optimiser; empty if there is none of this run. */
  Optional<LoraState> restore(SortedMap<String, Tensor> matrices, AdamW optimiser) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Safetensors saved = Safetensors.map(file);
    JsonNode json = Json.parse(saved.metadata().getOrDefault(STATE, "{}"), FILE + " state");
    if (!json.path("fingerprint").asString("").equals(fingerprint)) {
      return Optional.empty();
    }
    Map<String, Tensor> tensors = new HashMap<>();
    saved.names().forEach(name -> tensors.put(name, saved.floats(name)));
    LoraState state = new LoraState(json.path("steps").asLong(0));
    matrices.forEach(
        (name, tensor) -> {
          copy(tensors, name, tensor);
          Tensor best = tensors.get(BEST + name);
          if (best != null) {
            state.best().put(name, new Tensor(name, tensor.shape(), best.values()));
          }
        });
    optimiser.restore(tensors, state.steps());
    state.restoreBest(
        number(json.path("best-loss")),
        json.path("best-step").asLong(0),
        json.path("worse").asInt(0));
    for (JsonNode point : json.path("curve")) {
      state
          .curve()
          .add(
              new LoraOutcome.Point(
                  point.path(0).asLong(0), number(point.path(1)), number(point.path(2))));
    }
    return Optional.of(state);
  }

  private void copy(Map<String, Tensor> tensors, String name, Tensor target) {
    Tensor from = tensors.get(name);
    if (from == null || from.values().length != target.values().length) {
      throw Failure.invalid(
          file + ": lacks " + name + " in the right shape; remove it to start the run anew");
    }
    System.arraycopy(from.values(), 0, target.values(), 0, target.values().length);
  }

  private static String bits(double value) {
    return Double.toHexString(value);
  }

  private static double number(JsonNode bits) {
    try {
      return Double.parseDouble(bits.asString("NaN"));
    } catch (NumberFormatException e) {
      throw Failure.invalid(FILE + ": is damaged; remove it to start the run anew");
    }
  }
}
