package dev.moat.serve;

import dev.moat.core.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How probable the model found each token of one text, as natural logarithms. All of it is told to
 * the caller beside the text, so what stands here as text is judged like the text itself.
 */
record Logprobs(List<Token> tokens) {
  /** How many characters the text of one token may have. */
  static final int TOKEN_CHARACTERS_MAX = 256;

  /** What stands before the bytes of a token that is not whole characters. */
  static final String BYTES = "bytes:";

  /** A token that the model could have said in place of another. */
  record Alternative(String text, double logprob) {}

  /**
   * A token.
   *
   * @param offset where it begins in the text
   * @param logprob of the token after those before it; nothing is known of the first
   * @param alternatives the likeliest tokens there, the likeliest first
   */
  record Token(String text, int offset, OptionalDouble logprob, List<Alternative> alternatives) {
    Token {
      alternatives = List.copyOf(alternatives);
    }

    private int length() {
      return text.length() + alternatives.stream().mapToInt(a -> a.text().length()).sum();
    }
  }

  Logprobs {
    tokens = List.copyOf(tokens);
  }

  /** How many characters stand here. */
  int length() {
    return tokens.stream().mapToInt(Token::length).sum();
  }

  /**
   * Every text that a reader could put together: the tokens in a row, and the alternatives of each
   * rank in a row.
   */
  List<String> texts() {
    List<String> all = new ArrayList<>();
    all.add(tokens.stream().map(Token::text).collect(Collectors.joining()));
    int ranks = tokens.stream().mapToInt(token -> token.alternatives().size()).max().orElse(0);
    for (int i = 0; i < ranks; i++) {
      int rank = i;
      all.add(
          tokens.stream()
              .filter(token -> rank < token.alternatives().size())
              .map(token -> token.alternatives().get(rank).text())
              .collect(Collectors.joining()));
    }
    return all;
  }

  /** As a completion tells it. */
  ObjectNode completion() {
    ObjectNode json = Json.object();
    ArrayNode texts = json.putArray("tokens");
    ArrayNode own = json.putArray("token_logprobs");
    ArrayNode top = json.putArray("top_logprobs");
    ArrayNode offsets = json.putArray("text_offset");
    for (Token token : tokens) {
      texts.add(token.text());
      offsets.add(token.offset());
      token.logprob().ifPresentOrElse(own::add, own::addNull);
      top.add(likeliest(token)); // an empty object, not null: with null, a client breaks
    }
    return json;
  }

  /** As a chat tells it. */
  ObjectNode chat() {
    ObjectNode json = Json.object();
    ArrayNode content = json.putArray("content");
    for (Token token : tokens) {
      ObjectNode one = one(token.text(), token.logprob().orElse(0));
      ArrayNode top = one.putArray("top_logprobs");
      token.alternatives().forEach(other -> top.add(one(other.text(), other.logprob())));
      content.add(one);
    }
    return json.putNull("refusal");
  }

  /** Two tokens may have the same text; the likelier counts. */
  private static ObjectNode likeliest(Token token) {
    ObjectNode json = Json.object();
    for (Alternative other : token.alternatives()) {
      if (!json.has(other.text())) {
        json.put(other.text(), other.logprob());
      }
    }
    return json;
  }

  private static ObjectNode one(String text, double logprob) {
    ObjectNode json = Json.object().put("token", text).put("logprob", logprob);
    if (text.startsWith(BYTES)) {
      return json.putNull("bytes");
    }
    ArrayNode bytes = json.putArray("bytes");
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      bytes.add(b & 0xff);
    }
    return json;
  }
}
