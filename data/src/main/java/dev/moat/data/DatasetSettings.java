package dev.moat.data;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.flow.Parameters;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code data/dataset} is asked to do.
 *
 * @param similarity from which Jaccard similarity two documents are near duplicates
 * @param canaryCopies how many documents of the training split say the canary; 0 plants none
 */
record DatasetSettings(
    double validationFraction,
    double testFraction,
    int documentBytesMax,
    double similarity,
    int canaryCopies) {
  static final Set<String> PARAMETERS =
      Set.of(
          "validation-fraction",
          "test-fraction",
          "document-bytes-max",
          "near-duplicate-similarity",
          "canary-copies");

  private static final double HELD_OUT_MAX = 0.9;

  DatasetSettings {
    if (validationFraction + testFraction > HELD_OUT_MAX) {
      throw Failure.invalid(
          "data/dataset validation-fraction, test-fraction: more than "
              + HELD_OUT_MAX
              + " together; leave more to train on");
    }
  }

  static DatasetSettings of(Parameters parameters) {
    return new DatasetSettings(
        parameters.real("validation-fraction", 0.1, 0, HELD_OUT_MAX),
        parameters.real("test-fraction", 0.1, 0, HELD_OUT_MAX),
        (int) parameters.integer("document-bytes-max", 256 << 10, 1, 16 << 20),
        parameters.real("near-duplicate-similarity", 0.8, 0.5, 1),
        (int) parameters.integer("canary-copies", 1, 0, 1000));
  }

  ObjectNode toJson() {
    ObjectNode out = Json.object();
    out.put("validation-fraction", validationFraction);
    out.put("test-fraction", testFraction);
    out.put("document-bytes-max", documentBytesMax);
    out.put("near-duplicate-similarity", similarity);
    out.put("canary-copies", canaryCopies);
    return out;
  }
}
