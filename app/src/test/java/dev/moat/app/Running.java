package dev.moat.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Json;
import dev.moat.core.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One {@code moat up} in this process, with what it printed and a client that talks to it. */
final class Running implements AutoCloseable {
  private static final Pattern LOGIN = Pattern.compile("login {4}admin / (\\S+)");
  private static final Pattern KEY = Pattern.compile("key {6}(mk_\\S+)");

  private final Captured.Streams streams = new Captured.Streams("");
  private final HttpClient client = HttpClient.newHttpClient();
  private final Up up;

  private Running(Path home, Path pipeline, List<Path> sources) {
    Settings settings = Settings.standard().with("gateway", "port", "0");
    up = new Up(new Up.Order(home, settings, pipeline, sources, false), streams.terminal());
  }

  /** Starts it on any port and waits until it serves. */
  static Running start(Path home, Path pipeline, Path... sources) {
    Running running = new Running(home, pipeline, List.of(sources));
    try {
      assertEquals(0, running.up.start(), running.streams.err());
      return running;
    } catch (RuntimeException | Error e) {
      running.close();
      throw e;
    }
  }

  String address() {
    return up.address();
  }

  String out() {
    return streams.out();
  }

  String err() {
    return streams.err();
  }

  /** The administrator's login as HTTP Basic sends it; only the first start prints one. */
  String login() {
    Matcher login = LOGIN.matcher(out());
    assertTrue(login.find(), out());
    byte[] pair = ("admin:" + login.group(1)).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  /** The client key that was printed; only the first start prints one. */
  String key() {
    Matcher key = KEY.matcher(out());
    assertTrue(key.find(), out());
    return key.group(1);
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return get(path, "");
  }

  /** Gets; the header is left out if {@code authorization} is empty. */
  HttpResponse<String> get(String path, String authorization)
      throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(URI.create(address() + path)).GET(), authorization);
  }

  /** Posts JSON; the header is left out if {@code authorization} is empty. */
  HttpResponse<String> post(String path, String authorization, String json)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address() + path))
            .POST(HttpRequest.BodyPublishers.ofString(json));
    return send(request, authorization);
  }

  /** What the model that was just tuned says after {@code prompt}. */
  HttpResponse<String> complete(String prompt, int tokens)
      throws IOException, InterruptedException {
    String json =
        Json.text(
            Json.object()
                .put("model", "code-assistant")
                .put("prompt", prompt)
                .put("max_tokens", tokens)
                .put("temperature", 0));
    HttpResponse<String> answer = post("/v1/completions", "Bearer " + key(), json);
    assertEquals(200, answer.statusCode(), answer.body());
    return answer;
  }

  private HttpResponse<String> send(HttpRequest.Builder request, String authorization)
      throws IOException, InterruptedException {
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() {
    client.close();
    up.close();
  }
}
