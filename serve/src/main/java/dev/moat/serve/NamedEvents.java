package dev.moat.serve;

import dev.moat.core.Json;
import dev.moat.wire.Headers;
import dev.moat.wire.ResponseStream;
import dev.moat.wire.ServerExchange;
import dev.moat.wire.ServerSentEvent;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * An event stream to the caller in which each event has the name that its {@code type} says. Its
 * head is sent with the first events, so that an answer that fails before still has a status.
 */
final class NamedEvents {
  private final ServerExchange http;
  private final Headers headers;
  private final Runnable onDrain;
  private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();
  private @Nullable ResponseStream stream;

  /** Runs {@code onDrain} whenever the caller has taken enough for more. */
  NamedEvents(ServerExchange http, Headers headers, Runnable onDrain) {
    this.http = http;
    this.headers = headers;
    this.onDrain = onDrain;
  }

  /** Whether the caller has got any of it. */
  boolean begun() {
    return stream != null;
  }

  /** Adds an event to those that are sent next. */
  void add(ObjectNode event) {
    String type = event.path("type").stringValue();
    waiting.writeBytes(new ServerSentEvent(type, Json.text(event)).encode());
  }

  /** Sends what was added; false asks to wait until the caller has taken more. */
  boolean flush() {
    byte[] bytes = waiting.toByteArray();
    waiting.reset();
    return bytes.length == 0 || open().write(bytes);
  }

  /** Sends what was added, and ends. */
  void end() {
    flush();
    open().end();
  }

  private ResponseStream open() {
    ResponseStream open = stream;
    if (open == null) {
      open = http.stream(200, headers);
      open.onDrain(onDrain);
      stream = open;
    }
    return open;
  }
}
