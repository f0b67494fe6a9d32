package dev.moat.wire;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Turns the head that Vert.x parsed into ours. */
final class RequestHead {
  private RequestHead() {}

  static Request of(HttpServerRequest request, String id) {
    List<String> fields = new ArrayList<>(32);
    request
        .headers()
        .forEach(
            (name, value) -> {
              fields.add(name);
              fields.add(value);
            });
    SocketAddress peer = request.remoteAddress();
    return new Request(
        id,
        request.method().name(),
        orEmpty(request.path()),
        orEmpty(request.query()),
        Headers.parsed(fields),
        Map.of(),
        peer == null ? "" : orEmpty(peer.hostAddress()));
  }

  private static String orEmpty(@org.jspecify.annotations.Nullable String text) {
    return text == null ? "" : text;
  }
}
