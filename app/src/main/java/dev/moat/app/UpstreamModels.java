package dev.moat.app;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.serve.RoutingSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Asks an OpenAI-compatible service which models it has. */
final class UpstreamModels {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int MODELS_MAX = 100;

  private UpstreamModels() {}

  static List<String> list(AppSettings.Upstream upstream) {
    String url = upstream.url().orElseThrow();
    URI base = RoutingSettings.base(url);
    List<String> names = new ArrayList<>();
    for (JsonNode model : ask(upstream, URI.create(base + "/models")).path("data")) {
      if (names.size() < MODELS_MAX && model.path("id").isString()) {
        names.add(model.path("id").stringValue());
      }
    }
    if (names.isEmpty()) {
      throw failed(url, "lists no models", new IOException("no data"));
    }
    return names;
  }

  private static JsonNode ask(AppSettings.Upstream upstream, URI uri) {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(PATIENCE);
    upstream
        .token()
        .ifPresent(token -> request.header("Authorization", "Bearer " + token.reveal()));
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<byte[]> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      if (response.statusCode() != 200) {
        throw failed(uri.toString(), "answers " + response.statusCode(), new IOException("status"));
      }
      return Json.parse(response.body(), uri.toString());
    } catch (IOException e) {
      throw failed(uri.toString(), "does not answer (" + e + ")", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(uri.toString(), "interrupted", e);
    }
  }

  private static Failure failed(String url, String why, Exception cause) {
    return new Failure(
        new Problem.Broken(
            "--upstream " + url + ": " + why + "; give the base URL that ends in /v1", cause));
  }
}
