package dev.moat.wire;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http1ClientConfig;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConfig;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** Calls other servers over pooled connections. It follows no redirect and keeps no cookie. */
public final class Client implements AutoCloseable {
  /**
   * Shorter than the five seconds after which common model servers close an idle connection, so
   * that a call is not sent into a connection that is just being closed.
   */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(4);

  private static final int HEAD_BYTES_MAX = 32 << 10;

  private final Vertx vertx;
  private final ClientSettings settings;
  private final Set<String> peers;
  private final HttpClientAgent agent;

  /** Connections that no request has gone over yet. */
  private final Set<HttpConnection> fresh = ConcurrentHashMap.newKeySet();

  /** Calls the addresses of {@code peers} only, or any if there are none. */
  Client(Vertx vertx, ClientSettings settings, Set<String> peers) {
    this.vertx = vertx;
    this.settings = settings;
    this.peers = Set.copyOf(peers);
    HttpClientConfig config =
        new HttpClientConfig()
            .setVersions(HttpVersion.HTTP_1_1)
            .setHttp1Config(
                new Http1ClientConfig()
                    .setKeepAliveTimeout(KEEP_ALIVE)
                    .setMaxHeaderSize(HEAD_BYTES_MAX))
            .setConnectTimeout(settings.connectTimeout())
            .setVerifyHost(true)
            .setDecompressionEnabled(false);
    PoolOptions pool =
        new PoolOptions()
            .setHttp1MaxSize(settings.connectionsMax())
            .setMaxWaitQueueSize(settings.waitingMax());
    this.agent =
        vertx
            .httpClientBuilder()
            .with(config)
            .with(pool)
            .withConnectHandler(this::connected)
            .build();
  }

  /** Sends a request; {@code sink} is called on the event loop of the caller, or on one of ours. */
  public ClientCall send(ClientRequest request, ResponseSink sink) {
    if (!peers.isEmpty() && !peers.contains(request.origin())) {
      throw new Failure(
          new Problem.Denied(
              "call to " + request.peer() + ": not an address of the settings; add it there",
              "outbound"));
    }
    Context context = vertx.getOrCreateContext();
    ClientCall call = new ClientCall(context, settings, request, sink);
    context.runOnContext(_ -> call.start(agent, fresh));
    return call;
  }

  /** Sends a request and collects an answer of at most {@code bodyBytesMax} bytes. */
  public CompletionStage<ClientResponse> fetch(ClientRequest request, int bodyBytesMax) {
    Collector collector = new Collector(request, bodyBytesMax);
    collector.call = send(request, collector);
    return collector.whole;
  }

  /** Closes the pool and cuts the calls under way. */
  @Override
  public void close() {
    Server.await(agent.shutdown(Duration.ZERO), Duration.ofSeconds(10));
  }

  private void connected(HttpConnection connection) {
    fresh.add(connection);
    connection.closeHandler(_ -> fresh.remove(connection));
  }

  private static final class Collector implements ResponseSink {
    private final CompletableFuture<ClientResponse> whole = new CompletableFuture<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final ClientRequest request;
    private final int bodyBytesMax;
    private int status;
    private Headers headers = Headers.none();
    private volatile @org.jspecify.annotations.Nullable ClientCall call;

    Collector(ClientRequest request, int bodyBytesMax) {
      this.request = request;
      this.bodyBytesMax = bodyBytesMax;
    }

    @Override
    public void head(int newStatus, Headers newHeaders) {
      status = newStatus;
      headers = newHeaders;
    }

    @Override
    public void piece(byte[] piece) {
      if (piece.length > bodyBytesMax - body.size()) {
        whole.completeExceptionally(
            Failure.invalid(
                "answer of "
                    + request.peer()
                    + ": larger than "
                    + bodyBytesMax
                    + " bytes; ask for less"));
        ClientCall running = call;
        if (running != null) {
          running.cancel();
        }
        return;
      }
      body.writeBytes(piece);
    }

    @Override
    public void end() {
      whole.complete(new ClientResponse(status, headers, body.toByteArray()));
    }

    @Override
    public void failed(Failure failure) {
      whole.completeExceptionally(failure);
    }
  }
}
