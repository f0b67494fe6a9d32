package dev.moat.serve;

import dev.moat.guard.Channel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.core.JsonToken;

/**
 * Collects every text of a request that a model may read, so that none goes on unjudged: the
 * content of messages, arguments and results of tools, descriptions of tools, and any name and
 * string in a field that the gateway does not know.
 */
final class RequestTexts {
  /** How many texts a request may have. */
  static final int TEXTS_MAX = 20_000;

  /** Fields whose strings are words of a fixed set. */
  private static final Set<String> WORDS = Set.of("role", "type");

  /** Fields whose strings refer to one another, and must stay the same. */
  private static final Set<String> IDS = Set.of("id", "tool_call_id");

  /** Too short for a sentence, and without the digits and marks of a secret or a datum. */
  private static final Pattern WORD = Pattern.compile("[A-Za-z_]{1,24}");

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  private final List<TextSpan> texts = new ArrayList<>();
  private final List<ParsedRequest.Turn> turns = new ArrayList<>();
  private final Map<Integer, int[]> tokens = new HashMap<>();

  List<TextSpan> texts() {
    return List.copyOf(texts);
  }

  List<ParsedRequest.Turn> turns() {
    return List.copyOf(turns);
  }

  /** The ids that stand for a text, by the number of the text. */
  Map<Integer, int[]> tokens() {
    return Map.copyOf(tokens);
  }

  int count() {
    return texts.size();
  }

  void turn(String role, List<Integer> contents) {
    turns.add(new ParsedRequest.Turn(role, contents));
  }

  /** Takes the string that the cursor is at; returns its number. */
  int add(JsonCursor cursor, String param) {
    int start = cursor.start();
    String text = cursor.rawString();
    return add(new TextSpan(param, Channel.USER, start, cursor.end(), text));
  }

  /** Takes ids of tokens in place of a text, which is empty until somebody knows it. */
  int addTokens(String param, int start, int end, int[] ids) {
    int number = add(new TextSpan(param, Channel.USER, start, end, ""));
    tokens.put(number, ids);
    return number;
  }

  private int add(TextSpan text) {
    if (texts.size() == TEXTS_MAX) {
      throw JsonCursor.invalid(text.param(), "is one text too many; " + TEXTS_MAX + " are allowed");
    }
    texts.add(text);
    return texts.size() - 1;
  }

  /** Takes every string inside the value that the cursor is at. */
  void addAll(JsonCursor cursor, String param) {
    switch (cursor.token()) {
      case VALUE_STRING -> add(cursor, param);
      case START_OBJECT -> {
        while (cursor.nextField()) {
          String name = cursor.name();
          cursor.next();
          addName(cursor, param + "." + name);
          addField(cursor, param + "." + name, name);
        }
      }
      case START_ARRAY -> {
        for (int i = 0; cursor.next() != JsonToken.END_ARRAY; i++) {
          addAll(cursor, param + "[" + i + "]");
        }
      }
      default -> {
        // numbers, truth values and null are no texts
      }
    }
  }

  /** Says that the texts from number {@code first} on come from a tool. */
  void markData(int first) {
    texts.subList(first, texts.size()).replaceAll(text -> text.of(Channel.DATA));
  }

  /** Takes a field that the gateway does not know: its name, and every string inside. */
  void addUnknown(JsonCursor cursor, String param) {
    addName(cursor, param);
    addAll(cursor, param);
  }

  /** Takes every string inside the field, but for a plain word or id where such belongs. */
  void addField(JsonCursor cursor, String param, String name) {
    if (cursor.token() != JsonToken.VALUE_STRING || !isPlain(name, cursor.rawString())) {
      addAll(cursor, param);
    }
  }

  /** Takes the name of the field that the cursor is in, unless it is a plain word. */
  void addName(JsonCursor cursor, String param) {
    String name = cursor.name();
    if (!WORD.matcher(name).matches()) {
      add(new TextSpan(param, Channel.USER, cursor.nameStart(), cursor.nameEnd(), name));
    }
  }

  private static boolean isPlain(String field, String text) {
    return (WORDS.contains(field) && WORD.matcher(text).matches())
        || (IDS.contains(field) && ID.matcher(text).matches());
  }
}
