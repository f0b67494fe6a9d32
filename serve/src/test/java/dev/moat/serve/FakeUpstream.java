package dev.moat.serve;

import dev.moat.core.Ids;
import dev.moat.wire.Ending;
import dev.moat.wire.Headers;
import dev.moat.wire.Request;
import dev.moat.wire.Response;
import dev.moat.wire.ResponseStream;
import dev.moat.wire.Routes;
import dev.moat.wire.Server;
import dev.moat.wire.ServerExchange;
import dev.moat.wire.ServerSettings;
import dev.moat.wire.Wire;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** A model server that answers as a test tells it to, good or bad. */
final class FakeUpstream implements AutoCloseable {
  /** What it was asked. */
  record Asked(Request head, String body) {}

  final LinkedBlockingQueue<Ending> endings = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
  private final Wire wire = Wire.start(1, new Ids(InstantSource.system(), new SecureRandom()));
  private final Server server;
  private volatile BiConsumer<ServerExchange, String> answer =
      (http, _) -> http.fail(new IllegalStateException());

  FakeUpstream() {
    Routes routes = new Routes(new OpenAiErrors());
    for (Endpoint endpoint : Endpoint.values()) {
      routes.add("POST", endpoint.path(), this::take);
    }
    server = wire.serve(ServerSettings.loopback(0), routes);
  }

  String base() {
    return server.address() + "/v1";
  }

  void answers(BiConsumer<ServerExchange, String> next) {
    answer = next;
  }

  /** Answers with one body. */
  void says(int status, String type, String body) {
    answers(
        (http, _) -> http.send(Response.of(status, type, body.getBytes(StandardCharsets.UTF_8))));
  }

  void saysJson(String json) {
    says(200, "application/json", json);
  }

  /** Answers with an event stream of these events, and ends it. */
  void streams(String... events) {
    answers(
        (http, _) -> {
          ResponseStream stream = stream(http);
          for (String event : events) {
            send(stream, event);
          }
          stream.end();
        });
  }

  static ResponseStream stream(ServerExchange http) {
    return http.stream(200, Headers.of("content-type", "text/event-stream"));
  }

  static void send(ResponseStream stream, String event) {
    stream.write(("data: " + event + "\n\n").getBytes(StandardCharsets.UTF_8));
  }

  Asked nextAsked() {
    try {
      Asked next = asked.poll(4, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("nothing was asked");
      }
      return next;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void take(ServerExchange http) {
    http.onEnd(endings::add);
    http.body(
        bytes -> {
          String body = new String(bytes, StandardCharsets.UTF_8);
          asked.add(new Asked(http.request(), body));
          answer.accept(http, body);
        });
  }

  @Override
  public void close() {
    server.close();
    wire.close();
  }
}
