package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.core.Text;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads one JSON document token by token and knows the byte offsets of each value. Every complaint
 * names the parameter it is about.
 */
final class JsonCursor {
  private static final int NAME_CHARACTERS_MAX = 1024;
  private static final int NUMBER_CHARACTERS_MAX = 64;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Json.DEPTH_MAX)
                  .maxNameLength(NAME_CHARACTERS_MAX)
                  .maxNumberLength(NUMBER_CHARACTERS_MAX)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private final byte[] document;
  private final JsonParser parser;
  private int nameStart;
  private JsonToken token = JsonToken.NOT_AVAILABLE;

  JsonCursor(byte[] document) {
    this.document = document;
    parser = FACTORY.createParser(ObjectReadContext.empty(), document);
  }

  JsonToken token() {
    return token;
  }

  JsonToken next() {
    try {
      JsonToken read = parser.nextToken();
      token = read == null ? JsonToken.NOT_AVAILABLE : read;
      return token;
    } catch (JacksonException e) {
      throw malformed(e);
    }
  }

  /** Moves to the next field of the object that the cursor is in; false at its end. */
  boolean nextField() {
    boolean more = next() != JsonToken.END_OBJECT;
    nameStart = more ? start() : nameStart;
    return more;
  }

  String name() {
    return parser.currentName();
  }

  /** Offset of the opening quote of the name of the field last moved to. */
  int nameStart() {
    return nameStart;
  }

  /** Offset after the closing quote of that name. */
  int nameEnd() {
    int at = nameStart + 1;
    while (document[at] != '"') {
      at += document[at] == '\\' ? 2 : 1;
    }
    return at + 1;
  }

  /** Offset of the first byte of the value. */
  int start() {
    return Math.toIntExact(parser.currentTokenLocation().getByteOffset());
  }

  /** Offset after the last byte of the value, which must have been read. */
  int end() {
    return Math.toIntExact(parser.currentLocation().getByteOffset());
  }

  boolean isNull() {
    return token == JsonToken.VALUE_NULL;
  }

  String string(String param) {
    expect(JsonToken.VALUE_STRING, param, "a string");
    return rawString();
  }

  /** The text of the string that the cursor is at. */
  String rawString() {
    try {
      return parser.getString();
    } catch (JacksonException e) {
      throw malformed(e);
    }
  }

  boolean flag(String param) {
    if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
      throw wrongType(param, "true or false");
    }
    return token == JsonToken.VALUE_TRUE;
  }

  OptionalLong integer(String param, long least, long most) {
    if (isNull()) {
      return OptionalLong.empty();
    }
    expect(JsonToken.VALUE_NUMBER_INT, param, "an integer");
    long value;
    try {
      value = parser.getLongValue();
    } catch (JacksonException _) {
      throw invalid(param, "is not from " + least + " to " + most);
    }
    if (value < least || value > most) {
      throw invalid(param, value + " is not from " + least + " to " + most);
    }
    return OptionalLong.of(value);
  }

  OptionalDouble number(String param, double least, double most) {
    if (isNull()) {
      return OptionalDouble.empty();
    }
    if (!token.isNumeric()) {
      throw wrongType(param, "a number");
    }
    double value;
    try {
      value = parser.getDoubleValue();
    } catch (JacksonException e) {
      throw malformed(e);
    }
    if (!(value >= least && value <= most)) {
      throw invalid(param, value + " is not from " + least + " to " + most);
    }
    return OptionalDouble.of(value);
  }

  void expect(JsonToken wanted, String param, String words) {
    if (token != wanted) {
      throw wrongType(param, words);
    }
  }

  Failure wrongType(String param, String words) {
    return invalid(param, "is " + found() + " where " + words + " is expected");
  }

  static Failure invalid(String param, String why) {
    return new Failure(
        new Problem.Invalid(Text.shortened(param, 200) + ": " + why + "; correct it", param));
  }

  private String found() {
    return switch (token) {
      case START_OBJECT, END_OBJECT -> "an object";
      case START_ARRAY, END_ARRAY -> "an array";
      case VALUE_STRING -> "a string";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      case VALUE_TRUE, VALUE_FALSE -> "a truth value";
      case VALUE_NULL -> "null";
      default -> "nothing";
    };
  }

  private static Failure malformed(JacksonException e) {
    String why = Text.shortened(String.valueOf(e.getOriginalMessage()), 160);
    if (e instanceof StreamConstraintsException) {
      return Failure.invalid("body: too deep or too long inside (" + why + "); make it simpler");
    }
    var location = e.getLocation();
    String where =
        location == null
            ? ""
            : " at line " + location.getLineNr() + " column " + location.getColumnNr();
    return Failure.invalid("body" + where + ": not valid JSON (" + why + "); correct it there");
  }
}
