package dev.moat.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.moat.core.Json;
import dev.moat.core.Settings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Keys of a running server: made, rotated and revoked beside it by the command line. */
final class KeyStoryTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String BODY =
      "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"stream\":true";

  @TempDir Path home;
  private final CountDownLatch told = new CountDownLatch(1);
  private final Captured.Streams streams = new Captured.Streams("");
  private final HttpClient client = HttpClient.newHttpClient();
  private HttpServer service;
  private Up up;

  @BeforeEach
  void start() throws IOException {
    service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    service.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    service.createContext("/v1/models", http -> answer(http, "{\"data\":[{\"id\":\"m\"}]}"));
    service.createContext("/v1/chat", this::talk);
    service.start();
    String url = "http://127.0.0.1:" + service.getAddress().getPort() + "/v1";
    Settings settings =
        Settings.standard().with("gateway", "port", "0").with("upstream", "url", url);
    up = new Up(new Up.Order(home, settings, home, List.of(), true), streams.terminal());
    assertEquals(0, up.start(), streams.err());
  }

  @AfterEach
  void stop() {
    up.close();
    client.shutdownNow();
    service.stop(0);
  }

  private static void answer(HttpExchange http, String json) throws IOException {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    http.sendResponseHeaders(200, bytes.length);
    try (OutputStream out = http.getResponseBody()) {
      out.write(bytes);
    }
  }

  /** A model that talks until nobody listens, and then says so. */
  private void talk(HttpExchange http) throws IOException {
    http.getRequestBody().readAllBytes();
    http.getResponseHeaders().set("content-type", "text/event-stream");
    http.sendResponseHeaders(200, 0);
    String chunk =
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"plain words "
            + "and more of them, \"}}]}\n\n";
    try (OutputStream out = http.getResponseBody()) {
      while (!told.await(5, TimeUnit.MILLISECONDS)) {
        out.write(chunk.getBytes(StandardCharsets.UTF_8));
        out.flush();
      }
    } catch (IOException _) {
      told.countDown();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private JsonNode key(String... arguments) {
    List<String> all = new ArrayList<>(List.of("key"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--home", home.toString(), "--json"));
    Captured done = Captured.run(all.toArray(String[]::new));
    assertEquals(0, done.status(), done.err());
    return Json.parse(done.out(), "answer");
  }

  private HttpResponse<InputStream> post(String secret, String body) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(up.address() + CHAT))
            .header("authorization", "Bearer " + secret)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofInputStream());
  }

  private int models(String secret) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(up.address() + "/v1/models"))
            .header("authorization", "Bearer " + secret)
            .build();
    return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  @Test
  void aStreamIsCutAndItsModelStoppedWhenTheKeyIsRevokedBesideTheServer() throws Exception {
    JsonNode made = key("create", "ci", "--endpoint", CHAT, "--tool", "search");
    String secret = made.path("secret").asString();
    assertEquals(403, models(secret));
    String tool = ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"rm\"}}]}";
    assertEquals(403, post(secret, BODY + tool).statusCode());
    HttpResponse<InputStream> answer = post(secret, BODY + "}");
    assertEquals(200, answer.statusCode());
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
      assertTrue(lines.readLine().startsWith("data: "));
      key("revoke", made.path("id").asString());
      String all = String.join("\n", lines.lines().toList());
      String last = all.strip().substring(all.strip().lastIndexOf("data: "));
      assertTrue(last.contains("invalid_api_key"), last);
      assertFalse(all.contains("[DONE]"));
    }
    assertTrue(told.await(10, TimeUnit.SECONDS), "the model is told");
    assertEquals(401, models(secret));
  }

  @Test
  void aRotatedKeyWorksBesideItsSuccessor() throws Exception {
    JsonNode old = key("create", "ci", "--network", "127.0.0.0/8", "--principal", "robot");
    JsonNode next = key("rotate", old.path("id").asString(), "--overlap-hours", "1");
    assertEquals(200, models(old.path("secret").asString()));
    assertEquals(200, models(next.path("secret").asString()));
    assertEquals(old.path("networks"), next.path("networks"));
    key("rotate", old.path("id").asString(), "--overlap-hours", "0");
    assertEquals(401, models(old.path("secret").asString()));
    JsonNode keys = key("list").path("keys");
    assertEquals(4, keys.size(), "the first client's, the old one and two after it");
    assertEquals(old.path("principal"), keys.get(3).path("principal"));
  }
}
