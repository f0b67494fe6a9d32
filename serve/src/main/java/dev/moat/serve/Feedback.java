package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.core.Text;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * What a caller says of one answer: at least one of thumbs, a score of 0 to 1, a label and a
 * comment.
 */
record Feedback(
    String id,
    Optional<String> thumbs,
    OptionalDouble score,
    Optional<String> label,
    Optional<String> comment) {
  static final int BODY_BYTES_MAX = 64 << 10;
  static final int COMMENT_CHARACTERS_MAX = 4_000;

  private static final int ID_CHARACTERS_MAX = 128;
  private static final Set<String> FIELDS = Set.of("id", "thumbs", "score", "label", "comment");
  private static final Set<String> THUMBS = Set.of("up", "down");
  private static final Pattern LABEL = Pattern.compile("[a-z][a-z0-9-]{0,31}");

  /** Reads the body of a request; fails naming the wrong field. */
  static Feedback parse(byte[] body) {
    if (body.length > BODY_BYTES_MAX) {
      throw invalid("body", "has more than " + BODY_BYTES_MAX + " bytes; say less");
    }
    JsonNode tree = Json.parse(body, "body");
    if (!tree.isObject()) {
      throw invalid("body", "is not one JSON object; send one for each answer");
    }
    for (String name : tree.propertyNames()) {
      if (!FIELDS.contains(name)) {
        throw invalid(name, "is no field of a feedback; known are " + sorted(FIELDS));
      }
    }
    Feedback feedback =
        new Feedback(
            text(tree, "id").orElseThrow(() -> invalid("id", "is missing; send the answer's")),
            text(tree, "thumbs"),
            score(tree.path("score")),
            text(tree, "label"),
            text(tree, "comment"));
    feedback.check();
    return feedback;
  }

  private void check() {
    if (id.length() > ID_CHARACTERS_MAX) {
      throw invalid("id", "is no id of an answer; send the answer's");
    }
    if (thumbs.isPresent() && !THUMBS.contains(thumbs.get())) {
      throw invalid("thumbs", "is not up or down; send one of them");
    }
    if (label.isPresent() && !LABEL.matcher(label.get()).matches()) {
      throw invalid("label", "is not 1 to 32 of a-z 0-9 -, a letter first; send one word");
    }
    if (comment.isPresent()
        && (comment.get().isBlank() || comment.get().length() > COMMENT_CHARACTERS_MAX)) {
      String why = "is empty or has more than " + COMMENT_CHARACTERS_MAX + " characters";
      throw invalid("comment", why + "; say something short");
    }
    if (thumbs.isEmpty() && score.isEmpty() && label.isEmpty() && comment.isEmpty()) {
      throw invalid("body", "says nothing; send thumbs, score, label or comment");
    }
  }

  private static Optional<String> text(JsonNode tree, String name) {
    JsonNode value = tree.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isString()) {
      throw invalid(name, "is not a string; send one");
    }
    return Optional.of(value.stringValue());
  }

  private static OptionalDouble score(JsonNode value) {
    if (value.isMissingNode() || value.isNull()) {
      return OptionalDouble.empty();
    }
    if (!value.isNumber() || !(value.doubleValue() >= 0 && value.doubleValue() <= 1)) {
      throw invalid("score", "is not a number from 0 to 1; divide by the best that there is");
    }
    return OptionalDouble.of(value.doubleValue());
  }

  private static String sorted(Set<String> names) {
    return String.join(", ", names.stream().sorted().toList());
  }

  private static Failure invalid(String field, String why) {
    return new Failure(new Problem.Invalid(Text.shortened(field, 100) + ": " + why, field));
  }
}
