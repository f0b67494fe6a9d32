package dev.moat.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.moat.core.Failure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Header fields that stand on every answer of an exchange, whoever sends it. */
class LateAnswerHeadersTest {
  private final AtomicInteger left = new AtomicInteger(9);

  /** What the field says on the answer of a handler that gives itself the field first. */
  private String field(Consumer<ServerExchange> handler) throws IOException, InterruptedException {
    Handler counting =
        exchange -> {
          exchange.answerHeaders(() -> Headers.of("x-left", Integer.toString(left.get())));
          handler.accept(exchange);
        };
    try (TestServer server = TestServer.with(routes -> routes.add("POST", "/", counting));
        HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/"))
              .POST(HttpRequest.BodyPublishers.ofString("x".repeat(100)))
              .build();
      return client
          .send(request, HttpResponse.BodyHandlers.ofString())
          .headers()
          .firstValue("x-left")
          .orElse("none");
    }
  }

  @Test
  void standOnAWholeAnswer() throws Exception {
    assertEquals("9", field(exchange -> exchange.send(Response.text(200, "fine"))));
  }

  @Test
  void areAskedForWhenTheHeadIsSent() throws Exception {
    assertEquals(
        "8",
        field(
            exchange -> {
              left.decrementAndGet();
              exchange.send(Response.text(200, "fine"));
            }));
  }

  @Test
  void standOnAStream() throws Exception {
    assertEquals(
        "9",
        field(
            exchange -> {
              ResponseStream stream = exchange.stream(200, Headers.none());
              stream.write("piece".getBytes(StandardCharsets.UTF_8));
              left.decrementAndGet();
              stream.end();
            }));
  }

  @Test
  void standOnRefusalsOfTheServerItself() throws Exception {
    assertEquals("9", field(exchange -> exchange.fail(Failure.invalid("no"))));
    assertEquals("9", field(exchange -> exchange.fail(new IllegalStateException("a bug"))));
  }
}
