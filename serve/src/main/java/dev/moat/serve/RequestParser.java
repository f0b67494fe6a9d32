package dev.moat.serve;

import dev.moat.core.Failure;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/**
 * Parses the body of a request in one pass.
 *
 * <p>What is checked here must mean the same to any backend that reads the bytes again: so the body
 * must be strict UTF-8 (a lenient decoder could see other characters), no name may stand twice in
 * an object (the last might count there, the first here), and a text is cut out by byte offsets.
 */
final class RequestParser {
  private static final int TOKENS_MAX = 1 << 24;
  private static final int NAME_CHARACTERS_MAX = 256;

  /** Answers of several choices, and token probabilities, are not offered. */
  private static final Set<String> ONE_ONLY = Set.of("n", "best_of");

  private final Endpoint endpoint;
  private final byte[] body;
  private final JsonCursor cursor;
  private final RequestTexts texts = new RequestTexts();
  private final Set<String> names = new HashSet<>();
  private final List<String> stop = new ArrayList<>();
  private String model = "";
  private String responseFormat = "";
  private boolean stream;
  private boolean includeUsage;
  private int object;
  private ParsedRequest.@Nullable Place modelPlace;
  private ParsedRequest.@Nullable Place streamOptions;
  private OptionalLong tokensMax = OptionalLong.empty();
  private OptionalLong completionTokensMax = OptionalLong.empty();
  private OptionalDouble temperature = OptionalDouble.empty();
  private OptionalDouble topP = OptionalDouble.empty();
  private OptionalLong seed = OptionalLong.empty();

  private RequestParser(Endpoint endpoint, byte[] body) {
    this.endpoint = endpoint;
    this.body = body;
    this.cursor = new JsonCursor(body);
  }

  /** Parses {@code body}, which must not change any more; fails naming the wrong parameter. */
  static ParsedRequest parse(Endpoint endpoint, byte[] body) {
    requireUtf8(body);
    return new RequestParser(endpoint, body).parse();
  }

  private ParsedRequest parse() {
    if (cursor.next() != JsonToken.START_OBJECT) {
      throw Failure.invalid(
          "body: not a JSON object; send one with model and " + endpoint.promptField());
    }
    object = cursor.start() + 1;
    while (cursor.nextField()) {
      String name = cursor.name();
      cursor.next();
      if (!cursor.isNull()) {
        names.add(name);
        field(name);
      } else if (name.equals("stream_options")) {
        streamOptions = new ParsedRequest.Place(cursor.start(), cursor.end());
      } else {
        texts.addName(cursor, name);
      }
    }
    if (cursor.next() != JsonToken.NOT_AVAILABLE) {
      throw Failure.invalid("body: goes on after its JSON object; send one object only");
    }
    return checked();
  }

  private void field(String name) {
    switch (name) {
      case "model" -> model();
      case "messages" -> messages();
      case "prompt" -> prompt();
      case "stream" -> stream = cursor.flag(name);
      case "stream_options" -> streamOptions();
      case "stop" -> stop();
      case "seed" -> seed = cursor.integer(name, Long.MIN_VALUE, Long.MAX_VALUE);
      case "temperature" -> temperature = cursor.number(name, 0, 2);
      case "top_p" -> topP = cursor.number(name, 0, 1);
      case "max_tokens" -> tokensMax = cursor.integer(name, 1, TOKENS_MAX);
      case "max_completion_tokens" -> completionTokensMax = cursor.integer(name, 1, TOKENS_MAX);
      case "response_format" -> responseFormat();
      default -> other(name);
    }
  }

  private void other(String name) {
    if (ONE_ONLY.contains(name)) {
      OptionalLong count = cursor.integer(name, Long.MIN_VALUE, Long.MAX_VALUE);
      if (count.orElse(1) != 1) {
        throw JsonCursor.invalid(name, "is not 1; one choice is made for each request");
      }
    } else if (name.equals("echo") || name.equals("logprobs")) {
      if (cursor.token() != JsonToken.VALUE_FALSE) {
        throw JsonCursor.invalid(name, "is not offered; leave it out");
      }
    } else {
      texts.addUnknown(cursor, name);
    }
  }

  private void model() {
    int start = cursor.start();
    model = cursor.string("model");
    if (model.isEmpty() || model.length() > NAME_CHARACTERS_MAX) {
      throw JsonCursor.invalid("model", "is not 1 to " + NAME_CHARACTERS_MAX + " characters long");
    }
    modelPlace = new ParsedRequest.Place(start, cursor.end());
  }

  private void messages() {
    if (endpoint == Endpoint.CHAT) {
      new MessageParser(cursor, texts).parse();
    } else {
      throw JsonCursor.invalid("messages", "is for /v1/chat/completions; send prompt here");
    }
  }

  private void prompt() {
    if (endpoint == Endpoint.CHAT) {
      throw JsonCursor.invalid("prompt", "is for /v1/completions; send messages here");
    }
    if (cursor.token() == JsonToken.VALUE_STRING) {
      texts.turn("user", List.of(texts.add(cursor, "prompt")));
      return;
    }
    cursor.expect(JsonToken.START_ARRAY, "prompt", "a string or an array of one string");
    cursor.next();
    cursor.expect(JsonToken.VALUE_STRING, "prompt[0]", "a string");
    texts.turn("user", List.of(texts.add(cursor, "prompt[0]")));
    if (cursor.next() != JsonToken.END_ARRAY) {
      throw JsonCursor.invalid("prompt", "has several prompts; send one for each request");
    }
  }

  private void streamOptions() {
    int start = cursor.start();
    cursor.expect(JsonToken.START_OBJECT, "stream_options", "an object");
    while (cursor.nextField()) {
      String name = cursor.name();
      cursor.next();
      if (name.equals("include_usage") && !cursor.isNull()) {
        includeUsage = cursor.flag("stream_options.include_usage");
      } else {
        texts.addUnknown(cursor, "stream_options." + name);
      }
    }
    streamOptions = new ParsedRequest.Place(start, cursor.end());
  }

  private void stop() {
    if (cursor.token() == JsonToken.VALUE_STRING) {
      stop("stop");
    } else {
      cursor.expect(JsonToken.START_ARRAY, "stop", "a string or an array of strings");
      while (cursor.next() != JsonToken.END_ARRAY) {
        stop("stop[" + stop.size() + "]");
        if (stop.size() > Sampling.STOPS_MAX) {
          throw JsonCursor.invalid("stop", "has more than " + Sampling.STOPS_MAX + " strings");
        }
      }
    }
    if (stop.contains("")) {
      throw JsonCursor.invalid("stop", "has an empty string");
    }
  }

  private void stop(String param) {
    stop.add(cursor.string(param));
    texts.add(cursor, param);
  }

  private void responseFormat() {
    cursor.expect(JsonToken.START_OBJECT, "response_format", "an object");
    while (cursor.nextField()) {
      String name = cursor.name();
      cursor.next();
      if (name.equals("type")) {
        responseFormat = cursor.string("response_format.type");
        texts.addField(cursor, "response_format.type", name);
      } else {
        texts.addUnknown(cursor, "response_format." + name);
      }
    }
  }

  private ParsedRequest checked() {
    ParsedRequest.Place place = modelPlace;
    if (place == null) {
      throw JsonCursor.invalid("model", "is missing");
    }
    if (texts.turns().isEmpty()) {
      throw JsonCursor.invalid(endpoint.promptField(), "is missing");
    }
    if (names.contains("stream_options") && !stream) {
      throw JsonCursor.invalid("stream_options", "is only allowed when stream is true");
    }
    OptionalLong most = completionTokensMax.isPresent() ? completionTokensMax : tokensMax;
    Sampling sampling =
        new Sampling(
            most.isPresent() ? OptionalInt.of((int) most.getAsLong()) : OptionalInt.empty(),
            temperature,
            topP,
            seed,
            stop);
    return new ParsedRequest(
        endpoint,
        body,
        new ParsedRequest.Fields(model, stream, includeUsage, sampling, responseFormat, names),
        new ParsedRequest.Places(object, place, Optional.ofNullable(streamOptions)),
        texts);
  }

  private static void requireUtf8(byte[] body) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
    } catch (CharacterCodingException _) {
      throw Failure.invalid("body: not UTF-8; send JSON in UTF-8");
    }
    boolean marked = body.length > 0 && (body[0] == (byte) 0xEF || body[0] == 0);
    if (marked || (body.length > 1 && body[1] == 0)) {
      throw Failure.invalid("body: begins with a byte order mark or a zero; send plain UTF-8");
    }
  }
}
