package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.trust.ApiKey;
import dev.moat.wire.Response;
import dev.moat.wire.ServerExchange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Shows and removes the answers of the Responses API that are kept. */
final class ResponseRoutes {
  private static final int ITEMS_STANDARD = 20;
  private static final int ITEMS_MAX = 100;
  private static final String QUERY_LIMIT = "limit";

  private final ResponseKeeper keeper;

  ResponseRoutes(ResponseKeeper keeper) {
    this.keeper = keeper;
  }

  /** Shows a response. */
  void show(ServerExchange http, ApiKey key) {
    if (query(http).getOrDefault("stream", "false").equals("true")) {
      throw new Failure(
          new Problem.Invalid("stream: a kept response comes whole; leave it out", "stream"));
    }
    keeper.find(
        http,
        key,
        http.request().parameter("id"),
        found ->
            http.send(
                found
                    .map(conversation -> Response.json(200, conversation.response()))
                    .orElseGet(ResponseRoutes::unknown)));
  }

  /** Removes a response for good. */
  void delete(ServerExchange http, ApiKey key) {
    String id = http.request().parameter("id");
    keeper.delete(http, key, id, deleted -> http.send(deleted ? gone(id) : unknown()));
  }

  /** Lists what the model read for a response. */
  void inputItems(ServerExchange http, ApiKey key) {
    Map<String, String> query = query(http);
    int limit = limit(query.getOrDefault(QUERY_LIMIT, Integer.toString(ITEMS_STANDARD)));
    boolean newestFirst = !query.getOrDefault("order", "desc").equals("asc");
    String after = query.getOrDefault("after", "");
    keeper.find(
        http,
        key,
        http.request().parameter("id"),
        found ->
            http.send(
                found
                    .map(kept -> Response.json(200, page(kept, newestFirst, after, limit)))
                    .orElseGet(ResponseRoutes::unknown)));
  }

  private static ObjectNode page(Conversation kept, boolean reversed, String after, int limit) {
    List<JsonNode> items = new ArrayList<>();
    kept.inputItems().forEach(items::add);
    List<JsonNode> ordered = reversed ? items.reversed() : items;
    int from = 0;
    for (int i = 0; i < ordered.size(); i++) {
      from = id(ordered.get(i)).equals(after) ? i + 1 : from;
    }
    List<JsonNode> shown = ordered.subList(from, Math.min(ordered.size(), from + limit));
    ObjectNode page = Json.object().put("object", "list");
    ArrayNode data = page.putArray("data");
    shown.forEach(data::add);
    page.put("has_more", from + shown.size() < ordered.size());
    return page.put("first_id", shown.isEmpty() ? "" : id(shown.getFirst()))
        .put("last_id", shown.isEmpty() ? "" : id(shown.getLast()));
  }

  private static String id(JsonNode item) {
    return item.path("id").asString("");
  }

  private static int limit(String text) {
    if (!text.matches("[0-9]{1,3}") || Integer.parseInt(text) < 1) {
      throw notALimit();
    }
    int limit = Integer.parseInt(text);
    if (limit > ITEMS_MAX) {
      throw notALimit();
    }
    return limit;
  }

  private static Failure notALimit() {
    return new Failure(
        new Problem.Invalid("limit: not a number from 1 to " + ITEMS_MAX, QUERY_LIMIT));
  }

  private static Map<String, String> query(ServerExchange http) {
    Map<String, String> query = new TreeMap<>();
    for (String field : http.request().query().split("&", -1)) {
      int equals = field.indexOf('=');
      if (equals > 0) {
        query.put(field.substring(0, equals), field.substring(equals + 1));
      }
    }
    return query;
  }

  private static Response gone(String id) {
    ObjectNode told = Json.object().put("id", id).put("object", "response").put("deleted", true);
    return Response.json(200, told);
  }

  private static Response unknown() {
    return Continuation.unknown("").response();
  }
}
