package dev.moat.serve;

import dev.moat.core.Json;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The calls of one answer, put together from their parts. */
final class ToolCalls {
  private static final class Call {
    private String id = "";
    private String name = "";
    private final StringBuilder arguments = new StringBuilder();
  }

  private final Map<Integer, Call> calls = new TreeMap<>();

  /** Takes a part; true if it is the first of its call. */
  boolean add(Piece.ToolCall part) {
    boolean first = !calls.containsKey(part.index());
    Call call = calls.computeIfAbsent(part.index(), _ -> new Call());
    if (first) {
      call.id = part.id().isEmpty() ? "call_" + part.index() : part.id();
      call.name = part.name();
    }
    call.arguments.append(part.arguments());
    return first;
  }

  boolean isEmpty() {
    return calls.isEmpty();
  }

  void clear() {
    calls.clear();
  }

  /** All calls, whole. */
  ArrayNode json() {
    ArrayNode all = Json.array();
    calls.forEach((_, call) -> all.add(json(call)));
    return all;
  }

  /** A part as a delta: id, type and name with the first only, the index always. */
  ArrayNode delta(Piece.ToolCall part, boolean first) {
    ObjectNode call = Json.object().put("index", part.index());
    ObjectNode function = Json.object();
    if (first) {
      Call begun = calls.getOrDefault(part.index(), new Call());
      call.put("id", begun.id).put("type", "function");
      function.put("name", begun.name);
    }
    function.put("arguments", part.arguments());
    call.set("function", function);
    return Json.array().add(call);
  }

  private static ObjectNode json(Call call) {
    ObjectNode json = Json.object().put("id", call.id).put("type", "function");
    json.putObject("function").put("name", call.name).put("arguments", call.arguments.toString());
    return json;
  }
}
