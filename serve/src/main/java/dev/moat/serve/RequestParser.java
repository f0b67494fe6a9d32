package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.registry.PromptTemplate;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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

  /** So many are decoded at a time to see that they can be. */
  private static final int UTF8_CHARACTERS = 2048;

  /** Several choices for one prompt are not offered. */
  private static final Set<String> ONE_ONLY = Set.of("n", "best_of");

  private final Endpoint endpoint;
  private final byte[] body;
  private final JsonCursor cursor;
  private final RequestTexts texts = new RequestTexts();
  private final FormParser form;
  private final Set<String> names = new HashSet<>();
  private final List<String> stop = new ArrayList<>();
  private String model = "";
  private String responseFormat = "";
  private boolean stream;
  private boolean includeUsage;
  private int object;
  private int messages;
  private ParsedRequest.@Nullable Place modelPlace;
  private ParsedRequest.@Nullable Place streamOptions;
  private ParsedRequest.@Nullable Place variablesPlace;
  private Map<String, PromptValue> variables = Map.of();
  private ParsedRequest.@Nullable Place noTokensMax;
  private OptionalLong tokensMax = OptionalLong.empty();
  private OptionalLong completionTokensMax = OptionalLong.empty();
  private OptionalDouble temperature = OptionalDouble.empty();
  private OptionalDouble topP = OptionalDouble.empty();
  private OptionalLong seed = OptionalLong.empty();

  private RequestParser(Endpoint endpoint, byte[] body) {
    this.endpoint = endpoint;
    this.body = body;
    this.cursor = new JsonCursor(body);
    this.form = new FormParser(endpoint, cursor);
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
      } else if (name.equals("max_tokens")) {
        noTokensMax = new ParsedRequest.Place(cursor.start(), cursor.end());
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
      case "prompt" -> prompts(name, Endpoint.COMPLETION);
      case "input" -> prompts(name, Endpoint.EMBEDDING);
      case "stream" -> stream = cursor.flag(name);
      case "stream_options" -> streamOptions();
      case "stop" -> stop();
      case "seed" -> seed = cursor.integer(name, Long.MIN_VALUE, Long.MAX_VALUE);
      case "temperature" -> temperature = cursor.number(name, 0, 2);
      case "top_p" -> topP = cursor.number(name, 0, 1);
      case "max_tokens" -> tokensMax = cursor.integer(name, leastTokens(), TOKENS_MAX);
      case "max_completion_tokens" -> completionTokensMax = cursor.integer(name, 1, TOKENS_MAX);
      case "response_format" -> responseFormat();
      case PromptTemplate.FIELD -> variables();
      default -> other(name);
    }
  }

  private void other(String name) {
    if (ONE_ONLY.contains(name)) {
      OptionalLong count = cursor.integer(name, Long.MIN_VALUE, Long.MAX_VALUE);
      if (count.orElse(1) != 1) {
        throw JsonCursor.invalid(name, "is not 1; one choice is made for each request");
      }
    } else if (!form.field(name)) {
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
      messages = cursor.start() + 1;
      new MessageParser(cursor, texts).parse();
    } else {
      throw JsonCursor.invalid(
          "messages", "is for /v1/chat/completions; send " + endpoint.promptField() + " here");
    }
  }

  private void prompts(String name, Endpoint home) {
    if (endpoint == home) {
      new PromptParser(cursor, texts, endpoint).parse();
    } else if (name.equals("prompt")) {
      throw JsonCursor.invalid(
          name, "is for " + home.path() + "; send " + endpoint.promptField() + " here");
    } else {
      texts.addUnknown(cursor, name);
    }
  }

  private void variables() {
    int start = cursor.nameStart();
    variables = new VariablesParser(cursor, texts).parse();
    variablesPlace = VariablesParser.withComma(body, start, cursor.end());
  }

  /** None at all may be asked for where the prompt itself is the answer. */
  private int leastTokens() {
    return endpoint == Endpoint.COMPLETION ? 0 : 1;
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
    AnswerForm asked = form.form(stream);
    requireFitting(asked);
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
        new ParsedRequest.Fields(
            model, stream, includeUsage, sampling, responseFormat, names, variables),
        new ParsedRequest.Places(
            object,
            place,
            messages,
            Optional.ofNullable(streamOptions),
            Optional.ofNullable(variablesPlace),
            Optional.ofNullable(noTokensMax)),
        new ParsedRequest.Content(texts, asked));
  }

  private void requireFitting(AnswerForm asked) {
    if (names.contains("stream_options") && !stream) {
      throw JsonCursor.invalid("stream_options", "is only allowed when stream is true");
    }
    if (stream && endpoint == Endpoint.EMBEDDING) {
      throw JsonCursor.invalid("stream", "is not offered for embeddings; leave it out");
    }
    if (stream && endpoint == Endpoint.COMPLETION && texts.turns().size() > 1) {
      throw JsonCursor.invalid("stream", "is not offered for several prompts; send one at a time");
    }
    if (tokensMax.orElse(1) == 0 && !asked.echo()) {
      throw JsonCursor.invalid("max_tokens", "is 0, which is only allowed when echo is true");
    }
  }

  static void requireUtf8(byte[] body) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(body);
    CharBuffer out = CharBuffer.allocate(Math.min(body.length + 1, UTF8_CHARACTERS));
    CoderResult result = decoder.decode(in, out, true);
    while (result.isOverflow()) {
      out.clear(); // what the characters are is not asked
      result = decoder.decode(in, out, true);
    }
    if (result.isError()) {
      throw Failure.invalid("body: not UTF-8; send JSON in UTF-8");
    }
    boolean marked = body.length > 0 && (body[0] == (byte) 0xEF || body[0] == 0);
    if (marked || (body.length > 1 && body[1] == 0)) {
      throw Failure.invalid("body: begins with a byte order mark or a zero; send plain UTF-8");
    }
  }
}
