package dev.moat.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.moat.core.Json;
import dev.moat.core.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code moat up} over model servers of others, as the settings name them. */
final class OutsideReleasesTest {
  private static final Pattern KEY = Pattern.compile("key {6}(mk_\\S+)");
  private static final String ANSWER =
      "{\"choices\":[{\"message\":{\"content\":\"NAME\"},\"finish_reason\":\"stop\"}]}";

  /** A model server that says its own name. */
  private static final class ModelServer implements AutoCloseable {
    private final HttpServer server;
    private final AtomicInteger asked = new AtomicInteger();

    ModelServer(String name) throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      answer("/v1/models", "{\"data\":[{\"id\":\"" + name + "\"}]}");
      answer("/v1/chat/completions", ANSWER.replace("NAME", name));
      server.start();
    }

    private void answer(String path, String json) {
      server.createContext(
          path,
          exchange -> {
            asked.addAndGet(path.endsWith("models") ? 0 : 1);
            exchange.getRequestBody().readAllBytes();
            byte[] body = json.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("content-type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
          });
    }

    String base() {
      return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }

  private final HttpClient client = HttpClient.newHttpClient();
  private Path home = Path.of("");
  private ModelServer one;
  private ModelServer two;

  @BeforeEach
  void start(@TempDir Path fresh) throws IOException {
    home = fresh.resolve("home");
    one = new ModelServer("one");
    two = new ModelServer("two");
  }

  @AfterEach
  void stop() {
    client.close();
    one.close();
    two.close();
  }

  /** A start of the program with those settings, and what it printed. */
  private final class Started implements AutoCloseable {
    private final Captured.Streams streams = new Captured.Streams("");
    private final Up up;
    private final int status;

    Started(String yaml) {
      byte[] bytes = ("gateway: {port: 0}\n" + yaml).getBytes(StandardCharsets.UTF_8);
      Settings settings = Settings.parse(bytes, "moat.yaml", Map.of());
      up =
          new Up(
              new Up.Order(home, settings, Path.of("none"), List.of(), false), streams.terminal());
      status = up.start();
    }

    String key() {
      Matcher key = KEY.matcher(streams.out());
      assertTrue(key.find(), streams.out() + streams.err());
      return key.group(1);
    }

    HttpResponse<String> chat(String model, String key) throws Exception {
      String body =
          "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(up.address() + "/v1/chat/completions"))
              .header("authorization", "Bearer " + key)
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build();
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
      up.close();
    }
  }

  private String both() {
    return "backend:\n  one: {url: \""
        + one.base()
        + "\"}\n  two: {url: \""
        + two.base()
        + "\"}\nroute:\n  llama: {backends: [one, two], balance: weighted}\n";
  }

  private Captured moat(String... arguments) {
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--home";
    all[arguments.length + 1] = home.toString();
    return Captured.run(all);
  }

  @Test
  void aRouteIsAReleaseThatBindsAllItsAddresses() throws Exception {
    try (Started up = new Started(both())) {
      assertEquals(0, up.status, up.streams.err());
      String receipt = "";
      for (int i = 0; i < 20; i++) {
        HttpResponse<String> answer = up.chat("llama", up.key());
        assertEquals(200, answer.statusCode(), answer.body());
        receipt = answer.headers().firstValue("x-moat-receipt").orElseThrow();
      }
      assertTrue(one.asked.get() > 0 && two.asked.get() > 0, "both share the calls");
      Captured chain = moat("receipt", "verify", receipt);
      assertEquals(0, chain.status(), chain.err());
      assertTrue(chain.out().contains(one.base()), chain.out());
      assertTrue(chain.out().contains(two.base()), chain.out());
      Captured status = moat("status");
      assertTrue(status.out().contains("backend  one up, 0 calls"), status.out());
      assertEquals(2, Json.parse(moat("status", "--json").out(), "status").path("backends").size());
    }
    assertFalse(moat("status").out().contains("backend"), "nobody calls them while none runs");
  }

  @Test
  void aReleaseWhoseAddressIsNoLongerListedIsNotServed() throws Exception {
    String key;
    try (Started up = new Started("upstream: {url: \"" + one.base() + "\"}")) {
      assertEquals(0, up.status, up.streams.err());
      key = up.key();
      assertEquals(200, up.chat("one", key).statusCode());
    }
    String other = "backend: {b: {url: \"" + two.base() + "\"}}\nroute: {two: {backends: [b]}}\n";
    try (Started up = new Started(other)) {
      assertEquals(0, up.status, up.streams.err());
      assertEquals(200, up.chat("two", key).statusCode());
      assertEquals(404, up.chat("one", key).statusCode());
    }
    assertEquals(1, one.asked.get());
  }

  @Test
  void theSimpleWayAndARouteStandBesideEachOther() throws Exception {
    String yaml =
        "upstream: {url: \""
            + one.base()
            + "\"}\nbackend: {b: {url: \""
            + two.base()
            + "\"}}\nroute: {two: {backends: [b], fallback: [upstream]}}\n";
    try (Started up = new Started(yaml)) {
      assertEquals(0, up.status, up.streams.err());
      assertTrue(up.chat("one", up.key()).body().contains("\"one\""));
      assertTrue(up.chat("two", up.key()).body().contains("\"two\""));
      two.close();
      assertTrue(up.chat("two", up.key()).body().contains("\"one\""), "the fallback answers");
    }
  }
}
