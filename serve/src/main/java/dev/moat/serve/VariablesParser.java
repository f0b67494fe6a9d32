package dev.moat.serve;

import dev.moat.registry.PromptTemplate;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.node.JsonNodeFactory;

/** Reads the {@code prompt_variables} of a request. */
final class VariablesParser {
  /** How many values a request may give. */
  static final int VALUES_MAX = 64;

  private final JsonCursor cursor;
  private final RequestTexts texts;

  VariablesParser(JsonCursor cursor, RequestTexts texts) {
    this.cursor = cursor;
    this.texts = texts;
  }

  Map<String, PromptValue> parse() {
    Map<String, PromptValue> values = new LinkedHashMap<>();
    cursor.expect(JsonToken.START_OBJECT, PromptTemplate.FIELD, "an object");
    while (cursor.nextField()) {
      String name = cursor.name();
      String param = PromptTemplate.FIELD + "." + name;
      cursor.next();
      texts.addName(cursor, param);
      if (values.size() == VALUES_MAX) {
        throw JsonCursor.invalid(PromptTemplate.FIELD, "has more than " + VALUES_MAX + " values");
      }
      values.put(name, value(param));
    }
    return values;
  }

  private PromptValue value(String param) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return switch (cursor.token()) {
      case VALUE_STRING -> new PromptValue.Said(texts.add(cursor, param));
      case VALUE_TRUE, VALUE_FALSE -> new PromptValue.Plain(nodes.booleanNode(cursor.flag(param)));
      case VALUE_NUMBER_INT ->
          new PromptValue.Plain(
              nodes.numberNode(
                  cursor.integer(param, Long.MIN_VALUE, Long.MAX_VALUE).orElseThrow()));
      case VALUE_NUMBER_FLOAT ->
          new PromptValue.Plain(
              nodes.numberNode(
                  cursor.number(param, -Double.MAX_VALUE, Double.MAX_VALUE).orElseThrow()));
      default -> throw cursor.wrongType(param, "a string, a number or a truth value");
    };
  }

  /** The place of a field with one of the commas beside it: what is cut out with the field. */
  static ParsedRequest.Place withComma(byte[] body, int start, int end) {
    int after = end;
    while (isBlank(body[after])) {
      after++;
    }
    if (body[after] == ',') {
      return new ParsedRequest.Place(start, after + 1);
    }
    int before = start - 1;
    while (isBlank(body[before])) {
      before--;
    }
    return new ParsedRequest.Place(body[before] == ',' ? before : start, end);
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }
}
