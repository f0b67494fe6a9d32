package dev.moat.wire;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One request and the answer to it, on the event loop that owns its connection.
 *
 * <p>All methods but {@link #execute} must be called on that loop. An answer is one {@link #send},
 * or one {@link #stream}; what comes after the first is ignored, so that a handler need not ask
 * whether the caller has gone or the time is up.
 */
public final class ServerExchange {
  private static final Logger LOG = System.getLogger(ServerExchange.class.getName());

  /** A body up to this size is read and dropped after a refusal; a larger one costs the line. */
  private static final int DISCARD_BYTES_MAX = 64 << 10;

  /** What counts as status when the caller went before there was one. */
  private static final int STATUS_GONE = 499;

  private enum State {
    OPEN,
    STREAMING,
    ENDED
  }

  private final ServerLoop loop;
  private final ServerConnection connection;
  private final HttpServerRequest inbound;
  private Request request;
  private ErrorForm errors;
  private State state = State.OPEN;
  private boolean closing;
  private Consumer<Ending> onEnd = _ -> {};
  private IntConsumer onComplete = _ -> {};
  private BodyCollector.Refusal bodyRefusal = this::refuseAndClose;
  private Runnable releaseBody = () -> {};
  private Supplier<Headers> answerHeaders = Headers::none;
  private int status = STATUS_GONE;
  private @Nullable ResponseStream stream;

  ServerExchange(
      ServerLoop loop, ServerConnection connection, HttpServerRequest inbound, Request request) {
    this.loop = loop;
    this.connection = connection;
    this.inbound = inbound;
    this.request = request;
    this.errors = loop.plan().errors();
    inbound.exceptionHandler(_ -> {});
    inbound.response().exceptionHandler(_ -> {});
    if (bodyPending()) {
      inbound.pause();
    }
  }

  /** The head of the request. */
  public Request request() {
    return request;
  }

  /** Whether the answer can still be begun. */
  public boolean open() {
    return state == State.OPEN;
  }

  /** Runs {@code work} on this exchange's event loop; may be called from any thread. */
  public void execute(Runnable work) {
    loop.run(() -> guarded(work));
  }

  /** Says how refusals of this exchange look, where they look unlike those of its server. */
  public void errors(ErrorForm form) {
    errors = form;
  }

  /** Says who is told, once, when the exchange must end before its answer is complete. */
  public void onEnd(Consumer<Ending> listener) {
    onEnd = listener;
  }

  /**
   * Says who is told, once, that all is over, with the status that was sent; 499 if the caller went
   * before there was one.
   */
  public void onComplete(IntConsumer listener) {
    onComplete = listener;
  }

  /**
   * Says which header fields the answer is to have beside its own, whatever it is; asked when its
   * head is sent, and they replace its own of the same name. The last who says counts.
   */
  public void answerHeaders(Supplier<Headers> headers) {
    answerHeaders = headers;
  }

  /**
   * Reads the whole body and gives it to {@code then} on this loop. A body that is too large, too
   * slow or encoded is refused here, and {@code then} is not called.
   */
  public void body(Consumer<byte[]> then) {
    body(then, bodyRefusal);
  }

  /** Sends the whole answer. */
  public void send(Response response) {
    if (state != State.OPEN) {
      return;
    }
    state = State.ENDED;
    HttpServerResponse out = begin(response.status(), response.headers());
    connection.answered();
    if (request.method().equals("HEAD")) {
      out.putHeader("content-length", Integer.toString(response.body().length));
      out.end().onComplete(_ -> sent());
    } else {
      out.end(Buffer.buffer(response.body())).onComplete(_ -> sent());
    }
  }

  /** Sends the head of an answer whose body comes in pieces. */
  public ResponseStream stream(int status, Headers headers) {
    if (state != State.OPEN) {
      return new ResponseStream(this, inbound.response(), false);
    }
    state = State.STREAMING;
    HttpServerResponse out = begin(status, headers);
    out.setChunked(true);
    ResponseStream begun = new ResponseStream(this, out, true);
    stream = begun;
    return begun;
  }

  /** Says that the connection is to be closed after this answer. */
  public void closeAfterwards() {
    closing = true;
  }

  /** Answers with the problem that {@code reason} carries, or cuts a stream that has begun. */
  public void fail(Throwable reason) {
    if (state == State.STREAMING) {
      LOG.log(Level.WARNING, "request " + request.id() + " was cut: " + reason, reason);
      cut();
      return;
    }
    if (reason instanceof Failure failure) {
      refuse(ErrorForm.status(failure.problem()), failure.problem());
      return;
    }
    LOG.log(Level.ERROR, "request " + request.id() + " failed: " + reason, reason);
    refuse(
        500,
        new Problem.Broken(
            "server: an error inside it; quote request " + request.id() + " to its operator"));
  }

  /** Answers with that problem and status. */
  public void refuse(int status, Problem problem) {
    Response response = errors.render(status, problem);
    if (problem instanceof Problem.Busy(_, Duration retryAfter)) {
      long millis = Math.max(1, retryAfter.toMillis());
      response =
          response
              .with("retry-after", Long.toString((millis + 999) / 1000))
              .with("retry-after-ms", Long.toString(millis));
    }
    send(response);
  }

  void runBlocking(BlockingHandler handler) {
    new BlockingRun(this, loop.plan().blocking(), handler).start();
  }

  void body(Consumer<byte[]> then, BodyCollector.Refusal refusal) {
    if (state != State.OPEN) {
      return;
    }
    connection.bodyAwaited();
    bodyRefusal = refusal;
    BodyCollector collector =
        new BodyCollector(
            loop.limits().bodyBytesMax(),
            loop.plan().bodyRoom(),
            whole -> {
              connection.answerStarts();
              guarded(() -> then.accept(whole));
            },
            refusal);
    releaseBody = collector::release;
    collector.collect(inbound, request.headers());
  }

  void matched(Map<String, String> parameters) {
    if (!parameters.isEmpty()) {
      request = request.withParameters(parameters);
    }
  }

  void guarded(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      fail(e);
    }
  }

  void refuseAndClose(int newStatus, String message) {
    refuseAndClose(newStatus, new Problem.Invalid(message));
  }

  void refuseAndClose(int newStatus, Problem problem) {
    closing = true;
    refuse(newStatus, problem);
  }

  void refuseLateBody() {
    bodyRefusal.refused(
        408,
        new Problem.Invalid(
            "body: not complete after " + loop.limits().bodyTimeout() + "; send it faster",
            "body"));
  }

  /** Tells the handler that the exchange ends early; only the first reason counts. */
  void end(Ending ending) {
    Consumer<Ending> listener = onEnd;
    onEnd = _ -> {};
    if (ending == Ending.GONE) {
      state = State.ENDED;
    }
    guarded(() -> listener.accept(ending));
    if (ending == Ending.GONE) {
      complete();
    }
    if (state == State.OPEN) {
      endUnheard(ending);
    }
  }

  void stalled() {
    connection.stalled();
  }

  void flowing() {
    connection.flowing();
  }

  /** Ends a stream with those last bytes of its body. */
  void streamed(byte[] last) {
    state = State.ENDED;
    connection.answered();
    HttpServerResponse out = inbound.response();
    if (!out.headWritten()) {
      out.writeHead(); // or it would be no stream but a body of known length
    }
    (last.length == 0 ? out.end() : out.end(Buffer.buffer(last))).onComplete(_ -> sent());
  }

  /** Runs {@code work} on this loop when what it is doing now is done. */
  void afterTurn(Runnable work) {
    loop.run(work);
  }

  void cut() {
    state = State.ENDED;
    if (stream != null) {
      stream.flush();
    }
    onEnd = _ -> {};
    complete();
    connection.close();
  }

  private void complete() {
    releaseBody.run();
    IntConsumer listener = onComplete;
    onComplete = _ -> {};
    listener.accept(status);
  }

  private void endUnheard(Ending ending) {
    if (ending == Ending.TIMEOUT) {
      refuse(504, new Problem.Broken("request: not answered in time; try again"));
    } else {
      refuse(503, new Problem.Broken("server: it is stopping; try again"));
    }
  }

  private HttpServerResponse begin(int newStatus, Headers headers) {
    status = newStatus;
    HttpServerResponse out = inbound.response().setStatusCode(status);
    headers.forEach(out::putHeader);
    answerHeaders.get().forEach(out::putHeader);
    out.putHeader("x-request-id", request.id());
    closing |= loop.draining() || (bodyPending() && !discardable());
    if (closing) {
      out.putHeader("connection", "close");
    }
    return out;
  }

  private boolean bodyPending() {
    return !inbound.isEnded() && BodyCollector.expected(request.headers());
  }

  private boolean discardable() {
    Headers headers = request.headers();
    return headers.first("content-length").isPresent()
        && BodyCollector.declared(headers) <= DISCARD_BYTES_MAX;
  }

  private void sent() {
    onEnd = _ -> {};
    complete();
    if (!closing) {
      connection.idle(this);
      dropBody();
    } else if (bodyPending()) {
      connection.linger(this);
      dropBody();
    } else {
      connection.close();
    }
  }

  /** Reads on without keeping anything: to close on unread input would destroy the answer. */
  private void dropBody() {
    if (!bodyPending()) {
      return;
    }
    inbound.handler(_ -> {});
    inbound.endHandler(
        _ -> {
          if (closing) {
            connection.close();
          }
        });
    inbound.resume();
  }
}
