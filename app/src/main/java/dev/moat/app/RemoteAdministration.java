package dev.moat.app;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.databind.JsonNode;

/** Acts through the admin API of the server that holds the home. */
final class RemoteAdministration implements Administration {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final RunningServer server;

  RemoteAdministration(RunningServer server) {
    this.server = server;
  }

  @Override
  public JsonNode status() {
    return ask("GET", "status", Json.object());
  }

  @Override
  public JsonNode keys() {
    return ask("GET", "keys", Json.object());
  }

  @Override
  public JsonNode createKey(KeyOrder order) {
    return ask("POST", "keys", order.toJson());
  }

  @Override
  public JsonNode rotateKey(String id, Duration overlap) {
    return ask("POST", "keys/" + segment(id) + "/rotate", KeyOrder.overlapJson(overlap));
  }

  @Override
  public JsonNode revokeKey(String id) {
    return ask("DELETE", "keys/" + segment(id), Json.object());
  }

  @Override
  public JsonNode erasePseudonyms(Erasure erasure) {
    return ask("POST", "pseudonyms/erase", erasure.toJson());
  }

  @Override
  public JsonNode limits() {
    return ask("GET", "limits", Json.object());
  }

  @Override
  public JsonNode users() {
    return ask("GET", "users", Json.object());
  }

  @Override
  public JsonNode createUser(String name, String role) {
    return ask("POST", "users", Json.object().put("name", name).put("role", role));
  }

  /** Lets the server read its settings and releases again; {@code {"releases","restart"}}. */
  JsonNode reload() {
    return ask("POST", "reload", Json.object());
  }

  private static String segment(String id) {
    return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private JsonNode ask(String method, String path, JsonNode body) {
    URI uri = URI.create(server.address() + "/admin/v1/" + path);
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .timeout(PATIENCE)
            .header("Authorization", "Bearer " + server.token().reveal())
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofByteArray(Json.bytes(body)))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
      JsonNode answer = Json.parse(response.body(), uri.toString());
      if (response.statusCode() != 200) {
        throw Failure.invalid(answer.path("error").path("message").asString("refused"));
      }
      return answer;
    } catch (IOException e) {
      String message = server.address() + ": the server of this home does not answer; restart it";
      throw new Failure(new Problem.Broken(message, e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.broken(server.address() + ": interrupted", e);
    }
  }
}
