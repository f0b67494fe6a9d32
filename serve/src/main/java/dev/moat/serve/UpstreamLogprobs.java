package dev.moat.serve;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.databind.JsonNode;

/**
 * Reads the probabilities of tokens in the answer of a server behind the gateway. What is not
 * consistent is taken for not told.
 */
final class UpstreamLogprobs {
  /** How many tokens one text may have. */
  static final int TOKENS_MAX = 1 << 18;

  private final int alternativesMax;

  UpstreamLogprobs(int alternativesMax) {
    this.alternativesMax = alternativesMax;
  }

  /** Those of a completion. */
  Optional<Logprobs> completion(JsonNode logprobs) {
    JsonNode texts = logprobs.path("tokens");
    JsonNode own = logprobs.path("token_logprobs");
    int count = texts.size();
    if (!texts.isArray() || count == 0 || count > TOKENS_MAX || own.size() != count) {
      return Optional.empty();
    }
    List<Logprobs.Token> tokens = new ArrayList<>();
    int offset = 0;
    for (int i = 0; i < count; i++) {
      String text = text(texts.path(i));
      JsonNode place = logprobs.path("text_offset").path(i);
      tokens.add(
          new Logprobs.Token(
              text,
              place.isInt() && place.intValue() >= 0 ? place.intValue() : offset,
              number(own.path(i)),
              named(logprobs.path("top_logprobs").path(i))));
      offset += text.codePointCount(0, text.length());
    }
    return Optional.of(new Logprobs(tokens));
  }

  /** Those of a chat. */
  Optional<Logprobs> chat(JsonNode logprobs) {
    JsonNode content = logprobs.path("content");
    if (!content.isArray() || content.isEmpty() || content.size() > TOKENS_MAX) {
      return Optional.empty();
    }
    List<Logprobs.Token> tokens = new ArrayList<>();
    int offset = 0;
    for (JsonNode one : content) {
      String text = text(one.path("token"));
      List<Logprobs.Alternative> others = new ArrayList<>();
      for (JsonNode other : one.path("top_logprobs")) {
        add(others, text(other.path("token")), number(other.path("logprob")));
      }
      tokens.add(new Logprobs.Token(text, offset, number(one.path("logprob")), bounded(others)));
      offset += text.codePointCount(0, text.length());
    }
    return Optional.of(new Logprobs(tokens));
  }

  private List<Logprobs.Alternative> named(JsonNode alternatives) {
    List<Logprobs.Alternative> others = new ArrayList<>();
    alternatives
        .properties()
        .forEach(entry -> add(others, shortened(entry.getKey()), number(entry.getValue())));
    return bounded(others);
  }

  /** A completion tells the token itself even where it is not among the likeliest. */
  private List<Logprobs.Alternative> bounded(List<Logprobs.Alternative> others) {
    return others.stream()
        .sorted(Comparator.comparingDouble(Logprobs.Alternative::logprob).reversed())
        .limit(alternativesMax + 1L)
        .toList();
  }

  private static void add(List<Logprobs.Alternative> others, String text, OptionalDouble logprob) {
    logprob.ifPresent(value -> others.add(new Logprobs.Alternative(text, value)));
  }

  private static OptionalDouble number(JsonNode node) {
    double value = node.isNumber() ? node.asDouble(Double.NaN) : Double.NaN;
    return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
  }

  private static String text(JsonNode node) {
    return node.isString() ? shortened(node.stringValue()) : "";
  }

  private static String shortened(String text) {
    return text.substring(0, Math.min(text.length(), Logprobs.TOKEN_CHARACTERS_MAX));
  }
}
