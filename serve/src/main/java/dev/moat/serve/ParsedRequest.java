package dev.moat.serve;

import dev.moat.core.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A request as it was parsed: what the gateway needs of it, and where to splice. The body itself
 * stays as it came.
 */
final class ParsedRequest {
  /** From one byte offset to another. */
  record Place(int start, int end) {
    boolean holds(TextSpan text) {
      return text.start() >= start && text.end() <= end;
    }
  }

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
   * @param variables what the caller fills into the prompt of the release
   */
  record Fields(
      String model,
      boolean stream,
      boolean includeUsage,
      Sampling sampling,
      String responseFormat,
      Set<String> names,
      Map<String, PromptValue> variables) {
    Fields {
      variables = Map.copyOf(variables);
      names = Set.copyOf(names);
    }
  }

  /** What a model may read, and how the answer is to be told. */
  record Content(RequestTexts texts, AnswerForm form) {}

  /**
   * Where things stand.
   *
   * @param object after the opening brace
   * @param model the value of {@code model}
   * @param messages after the opening bracket of the messages; 0 if there are none
   * @param streamOptions the value of {@code stream_options}, if it is there
   * @param variables the field {@code prompt_variables} with a comma, if it is there
   * @param noTokensMax the null that is the value of {@code max_tokens}, if it is there
   */
  record Places(
      int object,
      Place model,
      int messages,
      Optional<Place> streamOptions,
      Optional<Place> variables,
      Optional<Place> noTokensMax) {}

  private final Endpoint endpoint;
  private final byte[] body;
  private final Fields fields;
  private final Places places;
  private final Digest digest;
  private final List<TextSpan> texts;
  private final List<Turn> turns;
  private final Wishes wishes;
  private final Map<Integer, int[]> tokens;
  private final AnswerForm form;
  private final boolean legible;

  ParsedRequest(Endpoint endpoint, byte[] body, Fields fields, Places places, Content content) {
    this.endpoint = endpoint;
    this.body = body;
    this.fields = fields;
    this.places = places;
    this.digest = Digest.of(body);
    this.texts = content.texts().texts();
    this.turns = content.texts().turns();
    this.wishes = Wishes.none();
    this.tokens = content.texts().tokens();
    this.form = content.form();
    this.legible = tokens.isEmpty();
  }

  private ParsedRequest(ParsedRequest other, Digest digest, List<TextSpan> texts, Wishes wishes) {
    this.endpoint = other.endpoint;
    this.body = other.body;
    this.fields = other.fields;
    this.places = other.places;
    this.digest = digest;
    this.texts = List.copyOf(texts);
    this.turns = other.turns;
    this.wishes = wishes;
    this.tokens = other.tokens;
    this.form = other.form;
    this.legible = true; // a translation has no ids of tokens
  }

  /** This request as the translation of {@code original}, which is what the caller sent. */
  ParsedRequest translatedFrom(byte[] original, Wishes wishedFor) {
    return new ParsedRequest(this, Digest.of(original), texts, wishedFor);
  }

  /** This request in place of {@code question}, to which something was added here. */
  ParsedRequest standingFor(ParsedRequest question) {
    return new ParsedRequest(this, question.digest, texts, question.wishes);
  }

  /** The same request with the texts that ids of tokens stand for. */
  ParsedRequest legible(Function<int[], String> decode) {
    List<TextSpan> read = new ArrayList<>(texts);
    tokens.forEach((number, ids) -> read.set(number, texts.get(number).with(decode.apply(ids))));
    return new ParsedRequest(this, digest, read, wishes);
  }

  /** Whether all of its texts are known, so that they can be judged. */
  boolean legible() {
    return legible;
  }

  /** The ids of tokens that the caller sent in place of a text, by the text's number. */
  Map<Integer, int[]> tokens() {
    return tokens;
  }

  AnswerForm form() {
    return form;
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /** The body itself, not a copy. */
  byte[] body() {
    return body;
  }

  /** The digest of the body that the caller sent. */
  Digest digest() {
    return digest;
  }

  /** What the caller asked for beside an answer. */
  Wishes wishes() {
    return wishes;
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

  /** The messages; prompts and inputs are each one message of the user. */
  List<Turn> turns() {
    return turns;
  }
}
