import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;

/** A relay on Vert.x as it comes, which governs nothing: what the library costs above Netty. */
final class VertxRelay extends VerticleBase {
  private static final int CONNECTIONS_MAX = 256;

  private final int port;
  private final RequestOptions target;
  private HttpClientAgent client;

  private VertxRelay(int port, int backend) {
    this.port = port;
    this.target = new RequestOptions().setHost("127.0.0.1").setPort(backend);
  }

  /** Takes the port to listen on and the port of the backend. */
  public static void main(String[] arguments) {
    int port = Integer.parseInt(arguments[0]);
    int backend = Integer.parseInt(arguments[1]);
    int loops = Runtime.getRuntime().availableProcessors();
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(loops));
    var _ =
        vertx.deployVerticle(
            () -> new VertxRelay(port, backend), new DeploymentOptions().setInstances(loops));
  }

  @Override
  public Future<?> start() {
    client =
        vertx.createHttpClient(
            new HttpClientOptions(), new PoolOptions().setHttp1MaxSize(CONNECTIONS_MAX));
    return vertx
        .createHttpServer(new HttpServerOptions())
        .requestHandler(this::relay)
        .listen(port, "127.0.0.1");
  }

  private void relay(HttpServerRequest request) {
    RequestOptions options =
        new RequestOptions(target).setMethod(request.method()).setURI(request.uri());
    request
        .body()
        .compose(
            body ->
                client
                    .request(options)
                    .compose(
                        out -> {
                          out.putHeader(
                              HttpHeaders.CONTENT_TYPE,
                              request.getHeader(HttpHeaders.CONTENT_TYPE));
                          return out.send(body);
                        }))
        .onSuccess(answer -> answer(request.response(), answer))
        .onFailure(_ -> request.response().setStatusCode(502).end());
  }

  private static void answer(HttpServerResponse out, HttpClientResponse answer) {
    out.setStatusCode(answer.statusCode());
    String length = answer.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length == null) {
      out.setChunked(true);
    } else {
      out.putHeader(HttpHeaders.CONTENT_LENGTH, length);
    }
    out.putHeader(HttpHeaders.CONTENT_TYPE, answer.getHeader(HttpHeaders.CONTENT_TYPE));
    answer.handler((Buffer piece) -> out.write(piece));
    answer.endHandler(_ -> out.end());
    answer.exceptionHandler(_ -> out.reset());
  }
}
