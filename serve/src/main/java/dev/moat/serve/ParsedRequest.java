package dev.moat.serve;

import dev.moat.core.Digest;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A request as it was parsed: what the gateway needs of it, and where to splice. The body itself
 * stays as it came.
 */
final class ParsedRequest {
  /** From one byte offset to another. */
  record Place(int start, int end) {}

  /** A message: its role, and which of the texts are its content. */
  record Turn(String role, List<Integer> contents) {
    Turn {
      contents = List.copyOf(contents);
    }
  }

  /**
   * What the fields of the request say.
   *
   * @param names the fields that are there and not null
   * @param responseFormat the type of the answer asked for, or empty
   */
  record Fields(
      String model,
      boolean stream,
      boolean includeUsage,
      Sampling sampling,
      String responseFormat,
      Set<String> names) {
    Fields {
      names = Set.copyOf(names);
    }
  }

  /**
   * Where things stand.
   *
   * @param object after the opening brace
   * @param model the value of {@code model}
   * @param streamOptions the value of {@code stream_options}, if it is there
   */
  record Places(int object, Place model, Optional<Place> streamOptions) {}

  private final Endpoint endpoint;
  private final byte[] body;
  private final Fields fields;
  private final Places places;
  private final Digest digest;
  private final List<TextSpan> texts;
  private final List<Turn> turns;

  ParsedRequest(
      Endpoint endpoint, byte[] body, Fields fields, Places places, RequestTexts content) {
    this.endpoint = endpoint;
    this.body = body;
    this.fields = fields;
    this.places = places;
    this.digest = Digest.of(body);
    this.texts = content.texts();
    this.turns = content.turns();
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /** The body itself, not a copy. */
  byte[] body() {
    return body;
  }

  /** The digest of the body. */
  Digest digest() {
    return digest;
  }

  Fields fields() {
    return fields;
  }

  Places places() {
    return places;
  }

  /** Every text that a model may read, in order. */
  List<TextSpan> texts() {
    return texts;
  }

  /** The messages; for a completion the prompt as one message of the user. */
  List<Turn> turns() {
    return turns;
  }
}
