package dev.moat.serve;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JsonToken;

/** Reads the {@code messages} of a chat. */
final class MessageParser {
  /** How many messages a conversation may have. */
  static final int MESSAGES_MAX = 4096;

  private static final Set<String> ROLES =
      Set.of("system", "developer", "user", "assistant", "tool", "function");
  private static final Set<String> PART_TEXTS = Set.of("text", "refusal");

  private final JsonCursor cursor;
  private final RequestTexts texts;

  MessageParser(JsonCursor cursor, RequestTexts texts) {
    this.cursor = cursor;
    this.texts = texts;
  }

  void parse() {
    cursor.expect(JsonToken.START_ARRAY, "messages", "an array of messages");
    int count = 0;
    while (cursor.next() != JsonToken.END_ARRAY) {
      if (count == MESSAGES_MAX) {
        throw JsonCursor.invalid("messages", "has more than " + MESSAGES_MAX + " messages");
      }
      message("messages[" + count++ + "]");
    }
    if (count == 0) {
      throw JsonCursor.invalid("messages", "is empty where at least one message is expected");
    }
  }

  private void message(String param) {
    cursor.expect(JsonToken.START_OBJECT, param, "a message object");
    int first = texts.count();
    String role = "";
    List<Integer> contents = new ArrayList<>();
    while (cursor.nextField()) {
      String name = cursor.name();
      cursor.next();
      switch (name) {
        case "role" -> role = role(param + ".role");
        case "content" -> content(param + ".content", contents);
        case "tool_call_id" -> callId(param + ".tool_call_id");
        default -> texts.addUnknown(cursor, param + "." + name);
      }
    }
    if (role.isEmpty()) {
      throw JsonCursor.invalid(param + ".role", "is missing");
    }
    if (role.equals("tool") || role.equals("function")) {
      texts.markData(first);
    }
    texts.turn(role, contents);
  }

  private void callId(String param) {
    cursor.expect(JsonToken.VALUE_STRING, param, "a string");
    texts.addField(cursor, param, "tool_call_id");
  }

  private String role(String param) {
    String role = cursor.string(param);
    if (!ROLES.contains(role)) {
      throw JsonCursor.invalid(
          param, "is not one of assistant, developer, function, system, tool, user");
    }
    return role;
  }

  private void content(String param, List<Integer> contents) {
    switch (cursor.token()) {
      case VALUE_NULL -> {
        // an assistant that only called tools says nothing
      }
      case VALUE_STRING -> contents.add(texts.add(cursor, param));
      case START_ARRAY -> {
        for (int i = 0; cursor.next() != JsonToken.END_ARRAY; i++) {
          part(param + "[" + i + "]", contents);
        }
      }
      default -> throw cursor.wrongType(param, "a string or an array of parts");
    }
  }

  private void part(String param, List<Integer> contents) {
    cursor.expect(JsonToken.START_OBJECT, param, "a content part");
    String type = "";
    while (cursor.nextField()) {
      String name = cursor.name();
      cursor.next();
      if (name.equals("type")) {
        type = cursor.string(param + ".type");
      } else if (PART_TEXTS.contains(name)) {
        cursor.expect(JsonToken.VALUE_STRING, param + "." + name, "a string");
        contents.add(texts.add(cursor, param + "." + name));
      } else {
        texts.addUnknown(cursor, param + "." + name);
      }
    }
    if (!PART_TEXTS.contains(type)) {
      throw JsonCursor.invalid(
          param + ".type", "is not text: other content cannot be judged and is not accepted");
    }
  }
}
