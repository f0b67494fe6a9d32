package dev.moat.wire;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

/**
 * The body of one answer, sent piece by piece as each is written; for the exchange's loop only.
 *
 * <p>Pieces written after the caller has gone are dropped, and so are those of the answer to a HEAD
 * request, which must not have a body (RFC 9110, section 9.3.2).
 */
public final class ResponseStream {
  private final ServerExchange exchange;
  private final HttpServerResponse out;
  private boolean open;
  private Runnable onDrain = () -> {};

  ResponseStream(ServerExchange exchange, HttpServerResponse out, boolean open) {
    this.exchange = exchange;
    this.out = out;
    this.open = open;
    if (open) {
      out.drainHandler(_ -> drained());
    }
  }

  /** Sends a piece; false asks the writer to wait for {@link #onDrain}. The piece is taken. */
  public boolean write(byte[] piece) {
    if (!open || out.closed() || exchange.request().method().equals("HEAD")) {
      return true;
    }
    out.write(Buffer.buffer(piece));
    if (!out.writeQueueFull()) {
      return true;
    }
    exchange.stalled();
    return false;
  }

  /** Says what runs when the caller has taken enough for more to be written. */
  public void onDrain(Runnable listener) {
    onDrain = listener;
  }

  /** Ends the body. */
  public void end() {
    if (open) {
      open = false;
      exchange.streamed();
    }
  }

  /** Breaks off: the caller sees that the body is not complete. */
  public void abort() {
    if (open) {
      open = false;
      exchange.cut();
    }
  }

  private void drained() {
    exchange.flowing();
    exchange.guarded(onDrain);
  }
}
