package dev.moat.serve;

import dev.moat.guard.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JsonToken;

/**
 * Collects every text of a request that a model may read, so that none goes on unjudged: the
 * content of messages, arguments and results of tools, descriptions of tools, and any string in a
 * field that the gateway does not know.
 */
final class RequestTexts {
  /** How many texts a request may have. */
  static final int TEXTS_MAX = 20_000;

  /** Fields whose strings are names from a fixed set or ids, and never prose. */
  private static final Set<String> NAMES = Set.of("role", "type", "id", "tool_call_id");

  private final List<TextSpan> texts = new ArrayList<>();
  private final List<ParsedRequest.Turn> turns = new ArrayList<>();

  List<TextSpan> texts() {
    return List.copyOf(texts);
  }

  List<ParsedRequest.Turn> turns() {
    return List.copyOf(turns);
  }

  int count() {
    return texts.size();
  }

  void turn(String role, List<Integer> contents) {
    turns.add(new ParsedRequest.Turn(role, contents));
  }

  /** Takes the string that the cursor is at; returns its number. */
  int add(JsonCursor cursor, String param) {
    if (texts.size() == TEXTS_MAX) {
      throw JsonCursor.invalid(param, "is one text too many; " + TEXTS_MAX + " are allowed");
    }
    int start = cursor.start();
    String text = cursor.rawString();
    texts.add(new TextSpan(param, Channel.USER, start, cursor.end(), text));
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

  private void addField(JsonCursor cursor, String param, String name) {
    if (cursor.token() != JsonToken.VALUE_STRING || !NAMES.contains(name)) {
      addAll(cursor, param);
    }
  }
}
