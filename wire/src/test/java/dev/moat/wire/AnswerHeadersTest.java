package dev.moat.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.moat.core.Ids;
import dev.moat.core.Problem;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Header fields that an exchange gets whatever its answer is. */
class AnswerHeadersTest {
  private final HttpClient client = HttpClient.newHttpClient();
  private Wire wire;
  private Server server;

  @BeforeEach
  void start() {
    wire = Wire.start(1, new Ids(InstantSource.system(), new SecureRandom()));
    ErrorForm errors = (status, problem) -> Response.text(status, problem.message());
    Routes routes =
        new Routes(errors)
            .add("GET", "/whole", this::whole)
            .add("GET", "/stream", this::stream)
            .add("GET", "/refused", this::refused)
            .add("GET", "/last", this::last);
    server = wire.serve(ServerSettings.loopback(0), routes);
  }

  @AfterEach
  void stop() {
    server.close();
    wire.close();
    client.close();
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(server.address() + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private void whole(ServerExchange http) {
    http.answerHeaders(() -> Headers.of("x-said", "early"));
    http.answerHeaders(() -> Headers.of("x-said", "late"));
    http.send(Response.text(200, "whole"));
    http.answerHeaders(() -> Headers.of("x-said", "too late"));
  }

  private void stream(ServerExchange http) {
    http.answerHeaders(() -> Headers.of("x-said", "first"));
    ResponseStream stream = http.stream(200, Headers.of("content-type", "text/plain"));
    http.answerHeaders(() -> Headers.of("x-said", "second"));
    stream.write("streamed".getBytes(StandardCharsets.UTF_8));
    stream.end();
  }

  private void refused(ServerExchange http) {
    http.answerHeaders(() -> Headers.of("x-said", "no"));
    http.refuse(503, new Problem.Broken("refused"));
  }

  private void last(ServerExchange http) {
    http.closeAfterwards();
    http.send(Response.text(200, "last"));
  }

  @Test
  void standOnEveryKindOfAnswerOnce() throws Exception {
    assertEquals(java.util.List.of("late"), get("/whole").headers().allValues("x-said"));
    assertEquals(java.util.List.of("first"), get("/stream").headers().allValues("x-said"));
    assertEquals(java.util.List.of("no"), get("/refused").headers().allValues("x-said"));
    assertEquals(java.util.List.of(), get("/last").headers().allValues("x-said"));
  }

  @Test
  void theLastAnswerOfAConnectionSaysSo() throws Exception {
    HttpResponse<String> answer = get("/last");
    assertEquals("last", answer.body());
    assertEquals("close", answer.headers().firstValue("connection").orElse(""));
    assertEquals("", get("/whole").headers().firstValue("connection").orElse(""));
    assertEquals(200, get("/last").statusCode(), "a new connection is taken");
  }
}
