package dev.moat.wire;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One call to another server, under way. Its methods may be called from any thread.
 *
 * <p>A server may close a kept connection just as a request is sent into it. Such a request, of
 * whose answer no byte came, is sent once more over another connection (RFC 9112, section 9.3.1).
 */
public final class ClientCall {
  private static final long TIMER_MILLIS_MIN = 1;

  private final Context context;
  private final ClientSettings settings;
  private final ClientRequest request;
  private final ResponseSink sink;
  private @Nullable HttpClientRequest outbound;
  private @Nullable HttpClientResponse inbound;
  private boolean done;
  private boolean paused;
  private boolean begun;
  private boolean reused;
  private boolean repeated;
  private String phase = "connection";
  private long deadline;
  private long timer = -1;

  ClientCall(Context context, ClientSettings settings, ClientRequest request, ResponseSink sink) {
    this.context = context;
    this.settings = settings;
    this.request = request;
    this.sink = sink;
  }

  /** Breaks off at once; the sink hears no more. */
  public void cancel() {
    context.runOnContext(
        _ -> {
          if (!done) {
            finish();
            reset();
          }
        });
  }

  /** Stops the flow of pieces. */
  public void pause() {
    context.runOnContext(
        _ -> {
          paused = true;
          if (inbound != null && !done) {
            inbound.pause();
          }
        });
  }

  /** Lets the pieces flow again. */
  public void resume() {
    context.runOnContext(
        _ -> {
          paused = false;
          if (inbound != null && !done) {
            expect(phase, begun ? settings.idleTimeout() : settings.headTimeout());
            inbound.resume();
          }
        });
  }

  /** Begins; {@code fresh} holds the connections of the client that nothing has gone over. */
  void start(HttpClient client, Set<HttpConnection> fresh) {
    if (done) {
      return;
    }
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.valueOf(request.method()))
            .setHost(request.address().getHost())
            .setPort(request.port())
            .setSsl(request.encrypted())
            .setURI(request.target())
            .setFollowRedirects(false)
            .setConnectTimeout(settings.connectTimeout().toMillis());
    request.headers().forEach(options::addHeader);
    client
        .request(options)
        .onSuccess(
            ready -> {
              reused = !fresh.remove(ready.connection());
              connected(ready, () -> start(client, fresh));
            })
        .onFailure(this::failed);
  }

  private void connected(HttpClientRequest ready, Runnable again) {
    outbound = ready;
    if (done) {
      reset();
      return;
    }
    ready.exceptionHandler(_ -> {});
    expect("answer", settings.headTimeout());
    ready
        .send(Buffer.buffer(request.body()))
        .onSuccess(this::answered)
        .onFailure(cause -> unanswered(cause, again));
  }

  private void unanswered(Throwable cause, Runnable again) {
    boolean closed = cause instanceof HttpClosedException || cause instanceof IOException;
    if (done || !closed || !reused || repeated || inbound != null) {
      failed(cause);
    } else {
      repeated = true;
      again.run();
    }
  }

  private void answered(HttpClientResponse response) {
    if (done) {
      return;
    }
    inbound = response;
    response.exceptionHandler(this::failed);
    response.handler(this::piece);
    response.endHandler(_ -> ended());
    guarded(
        () -> {
          sink.head(response.statusCode(), headers(response));
          progress();
        });
    if (paused && !done) {
      response.pause();
    }
  }

  private void piece(Buffer piece) {
    if (!done) {
      guarded(
          () -> {
            sink.piece(piece.getBytes());
            progress();
          });
    }
  }

  private void progress() {
    if (!done && sink.progressed()) {
      begun = true;
      expect("next piece", settings.idleTimeout());
    }
  }

  private void ended() {
    if (!done) {
      finish();
      try {
        sink.end();
      } catch (RuntimeException | Error e) {
        sink.failed(new Failure(problem(e)));
      }
    }
  }

  private void failed(Throwable cause) {
    if (!done) {
      finish();
      reset();
      sink.failed(new Failure(problem(cause)));
    }
  }

  private void guarded(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      failed(e);
    }
  }

  private void finish() {
    done = true;
    if (timer >= 0) {
      context.owner().cancelTimer(timer);
      timer = -1;
    }
  }

  private void reset() {
    if (outbound != null) {
      outbound.reset();
    }
  }

  /** Moves the deadline; the timer is set again only when it goes off too early. */
  private void expect(String what, Duration patience) {
    phase = what;
    deadline = System.nanoTime() + patience.toNanos();
    if (timer < 0) {
      arm(patience.toMillis());
    }
  }

  private void arm(long millis) {
    timer = context.owner().setTimer(Math.max(TIMER_MILLIS_MIN, millis), _ -> rang());
  }

  private void rang() {
    timer = -1;
    if (done) {
      return;
    }
    long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
    if (leftMillis > 0 || paused) {
      arm(Math.max(leftMillis, 100));
    } else {
      failed(new TimeoutException("no " + phase + " in time"));
    }
  }

  private Problem problem(Throwable cause) {
    String where = "call to " + request.peer() + ": ";
    return switch (cause) {
      case Failure failure -> failure.problem();
      case ConnectionPoolTooBusyException _ ->
          new Problem.Busy(where + "too many calls wait; try again", Duration.ofSeconds(1));
      case ConnectException _ ->
          new Problem.Broken(where + "cannot connect; check that it runs there", cause);
      case UnknownHostException _ ->
          new Problem.Broken(where + "no such host; check the address", cause);
      case TimeoutException _ ->
          new Problem.Broken(where + cause.getMessage() + "; check its load", cause);
      default -> new Problem.Broken(where + "broken off (" + cause + "); check its log", cause);
    };
  }

  private static Headers headers(HttpClientResponse response) {
    List<String> fields = new ArrayList<>(32);
    response
        .headers()
        .forEach(
            (name, value) -> {
              fields.add(name);
              fields.add(value);
            });
    return Headers.parsed(fields);
  }
}
