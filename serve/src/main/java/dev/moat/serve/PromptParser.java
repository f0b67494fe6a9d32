package dev.moat.serve;

import java.util.List;
import java.util.stream.IntStream;
import tools.jackson.core.JsonToken;

/**
 * Reads what a model is to go on with or to embed: one text or several, each as a string or as the
 * ids of its tokens.
 */
final class PromptParser {
  /** How many prompts one request may have. */
  static final int PROMPTS_MAX = 128;

  /** How many inputs one request may have embedded. */
  static final int INPUTS_MAX = 2048;

  /** How many ids of tokens all prompts together may have. */
  static final int TOKENS_MAX = 1 << 18;

  private static final int TOKEN_MAX = (1 << 24) - 1;
  private static final String FORMS = "a string, strings, ids of tokens or lists of such ids";

  private final JsonCursor cursor;
  private final RequestTexts texts;
  private final String field;
  private final int most;
  private int prompts;
  private int tokens;

  PromptParser(JsonCursor cursor, RequestTexts texts, Endpoint endpoint) {
    this.cursor = cursor;
    this.texts = texts;
    field = endpoint.promptField();
    most = endpoint == Endpoint.EMBEDDING ? INPUTS_MAX : PROMPTS_MAX;
  }

  /** Reads the value that the cursor is at. */
  void parse() {
    if (cursor.token() == JsonToken.VALUE_STRING) {
      take(texts.add(cursor, field));
      return;
    }
    cursor.expect(JsonToken.START_ARRAY, field, FORMS);
    int start = cursor.start();
    switch (cursor.next()) {
      case VALUE_STRING, START_ARRAY -> several(cursor.token());
      case VALUE_NUMBER_INT -> tokens(field, start);
      case END_ARRAY ->
          throw JsonCursor.invalid(field, "is empty where at least one text is expected");
      default -> throw cursor.wrongType(field + "[0]", FORMS);
    }
  }

  private void several(JsonToken form) {
    do {
      String param = field + "[" + prompts + "]";
      if (prompts == most) {
        throw JsonCursor.invalid(field, "has more than " + most + " texts");
      }
      cursor.expect(form, param, "a text in the same form as the first");
      if (form == JsonToken.VALUE_STRING) {
        take(texts.add(cursor, param));
      } else {
        int start = cursor.start();
        cursor.next();
        tokens(param, start);
      }
    } while (cursor.next() != JsonToken.END_ARRAY);
  }

  /** Reads ids up to the end of their array, the first of which the cursor is at. */
  private void tokens(String param, int start) {
    IntStream.Builder ids = IntStream.builder();
    int count = 0;
    for (; cursor.token() != JsonToken.END_ARRAY; cursor.next()) {
      if (tokens++ == TOKENS_MAX) {
        throw JsonCursor.invalid(field, "has more than " + TOKENS_MAX + " ids of tokens");
      }
      String place = param + "[" + count++ + "]";
      cursor.expect(JsonToken.VALUE_NUMBER_INT, place, "the id of a token");
      ids.add((int) cursor.integer(place, 0, TOKEN_MAX).orElseThrow());
    }
    if (count == 0) {
      throw JsonCursor.invalid(param, "is empty where at least one id is expected");
    }
    take(texts.addTokens(param, start, cursor.end(), ids.build().toArray()));
  }

  private void take(int number) {
    prompts++;
    texts.turn("user", List.of(number));
  }
}
