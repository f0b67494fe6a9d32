package dev.moat.wire;

import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The part of a server that runs on one event loop; all of it is confined to that loop. */
final class ServerLoop extends VerticleBase {
  private static final long SWEEP_MILLIS = 200;
  private static final int INITIAL_LINE_BYTES_MAX = 8 << 10;
  private static final int CHUNK_BYTES_MAX = 64 << 10;

  private final ServerPlan plan;
  private final Map<HttpConnection, ServerConnection> connections = new HashMap<>();
  private final Set<ServerConnection> waiting = new LinkedHashSet<>();
  private @Nullable HttpServer server;
  private boolean draining;

  ServerLoop(ServerPlan plan) {
    this.plan = plan;
  }

  @Override
  public Future<?> start() {
    HttpServer made =
        vertx
            .createHttpServer(options())
            .connectionHandler(this::connected)
            .invalidRequestHandler(this::malformed)
            .requestHandler(this::requested);
    server = made;
    vertx.setPeriodic(SWEEP_MILLIS, _ -> sweep());
    return made.listen(address()).onSuccess(bound -> plan.bound(bound.actualPort()));
  }

  /** Stops taking connections; ends when the last exchange has ended, or {@code patience} has. */
  Future<Void> drain(Duration patience) {
    draining = true;
    vertx.setTimer(
        Math.max(1, patience.toMillis()),
        _ -> List.copyOf(connections.values()).forEach(ServerConnection::stop));
    return server == null
        ? Future.succeededFuture()
        : server.shutdown(patience.plus(ServerPlan.LAST_WORD));
  }

  ServerLimits limits() {
    return plan.settings().limits();
  }

  ServerPlan plan() {
    return plan;
  }

  boolean draining() {
    return draining;
  }

  long nanos() {
    return plan.nanos();
  }

  /** Notes that the connection waits for a request, the longest waiting first. */
  void waits(ServerConnection connection) {
    waiting.remove(connection);
    waiting.add(connection);
  }

  /** Notes that it waits no more. */
  void works(ServerConnection connection) {
    waiting.remove(connection);
  }

  void run(Runnable work) {
    context.runOnContext(_ -> work.run());
  }

  /** Loops that are given any free port must be told to share one; the id says with whom. */
  private SocketAddress address() {
    ServerSettings settings = plan.settings();
    return settings.port() == 0
        ? SocketAddress.sharedRandomPort(plan.number(), settings.host())
        : SocketAddress.inetSocketAddress(settings.port(), settings.host());
  }

  private HttpServerOptions options() {
    return new HttpServerOptions()
        .setMaxInitialLineLength(INITIAL_LINE_BYTES_MAX)
        .setMaxHeaderSize(limits().headBytesMax())
        .setMaxChunkSize(CHUNK_BYTES_MAX)
        .setHandle100ContinueAutomatically(false)
        .setHttp2ClearTextEnabled(false)
        .setCompressionSupported(false)
        .setTcpNoDelay(true);
  }

  private void connected(HttpConnection connection) {
    if (!plan.admitConnection() && !(closeLongestWaiting() && plan.admitConnection())) {
      connection.close();
      return;
    }
    ServerConnection opened = new ServerConnection(connection, this);
    connections.put(connection, opened);
    connection.exceptionHandler(_ -> {});
    connection.closeHandler(_ -> disconnected(connection));
  }

  /** Callers that send no request must not keep out those that would. */
  private boolean closeLongestWaiting() {
    if (waiting.isEmpty()) {
      return false;
    }
    ServerConnection longest = waiting.iterator().next();
    longest.close();
    disconnected(longest.http());
    return true;
  }

  private void disconnected(HttpConnection connection) {
    ServerConnection closed = connections.remove(connection);
    if (closed != null) {
      waiting.remove(closed);
      plan.releaseConnection();
      closed.closed();
    }
  }

  private void sweep() {
    long now = nanos();
    for (ServerConnection connection : new ArrayList<>(connections.values())) {
      connection.sweep(now);
    }
  }

  private void requested(HttpServerRequest request) {
    ServerExchange exchange = begin(request);
    if (exchange != null) {
      exchange.guarded(() -> plan.dispatch(exchange));
    }
  }

  private @Nullable ServerExchange begin(HttpServerRequest request) {
    ServerConnection connection = connections.get(request.connection());
    if (connection == null) {
      request.connection().close();
      return null;
    }
    ServerExchange exchange =
        new ServerExchange(this, connection, request, RequestHead.of(request, plan.nextId()));
    connection.begun(exchange);
    return exchange;
  }

  /** A request that is not HTTP, or whose head is larger than allowed. */
  private void malformed(HttpServerRequest request) {
    ServerExchange exchange = begin(request);
    if (exchange == null) {
      return;
    }
    Throwable cause = request.decoderResult().cause();
    switch (cause) {
      case TooLongHttpLineException _ ->
          exchange.refuseAndClose(
              414, "request line: longer than " + INITIAL_LINE_BYTES_MAX + " bytes; shorten it");
      case TooLongHttpHeaderException _ ->
          exchange.refuseAndClose(
              431, "header: longer than " + limits().headBytesMax() + " bytes; shorten it");
      case TooLongFrameException _ ->
          exchange.refuseAndClose(413, "request: a part of it is too long; shorten it");
      case null, default ->
          exchange.refuseAndClose(400, "request: not valid HTTP/1.1; send one that is");
    }
  }
}
