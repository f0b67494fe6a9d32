package dev.moat.wire;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;

/**
 * The body of one answer, sent piece by piece as each is written; for the exchange's loop only.
 *
 * <p>The first piece in a turn of the loop is sent at once, with the head if that has not gone yet.
 * Small ones after it wait for the end of the turn and go together: a backend that is read seldom
 * brings many at a time, and to send each by itself costs more than all else that is done to it.
 *
 * <p>Pieces written after the caller has gone are dropped, and so are those of the answer to a HEAD
 * request, which must not have a body (RFC 9110, section 9.3.2).
 */
public final class ResponseStream {
  /** So many bytes may wait for the end of a turn. */
  private static final int JOINED_BYTES_MAX = 8 << 10;

  private final ServerExchange exchange;
  private final HttpServerResponse out;
  private final ByteArrayOutputStream joined = new ByteArrayOutputStream(0);
  private boolean open;
  private boolean inTurn;
  private boolean sentInTurn;
  private Runnable onDrain = () -> {};

  ResponseStream(ServerExchange exchange, HttpServerResponse out, boolean open) {
    this.exchange = exchange;
    this.out = out;
    this.open = open;
    if (open) {
      out.drainHandler(_ -> drained());
      turn();
    }
  }

  /** Sends a piece; false asks the writer to wait for {@link #onDrain}. The piece is taken. */
  public boolean write(byte[] piece) {
    if (!open || out.closed() || exchange.request().method().equals("HEAD")) {
      return true;
    }
    turn();
    if (sentInTurn && piece.length <= JOINED_BYTES_MAX - joined.size()) {
      joined.writeBytes(piece);
    } else {
      flush();
      sentInTurn = true;
      out.write(Buffer.buffer(piece));
    }
    return !isFull();
  }

  /** Says what runs when the caller has taken enough for more to be written. */
  public void onDrain(Runnable listener) {
    onDrain = listener;
  }

  /** Ends the body. */
  public void end() {
    if (open) {
      open = false;
      exchange.streamed(joined.toByteArray());
    }
  }

  /** Breaks off: the caller sees that the body is not complete. */
  public void abort() {
    if (open) {
      open = false;
      exchange.cut();
    }
  }

  /** Sends what waits. */
  void flush() {
    if (joined.size() > 0 && !out.closed()) {
      out.write(Buffer.buffer(joined.toByteArray()));
    }
    joined.reset();
  }

  private void turn() {
    if (!inTurn) {
      inTurn = true;
      exchange.afterTurn(this::turned);
    }
  }

  private void turned() {
    inTurn = false;
    sentInTurn = false;
    if (!open || out.closed()) {
      return;
    }
    if (!out.headWritten()) {
      out.writeHead();
    }
    if (joined.size() > 0) {
      flush();
      var _ = isFull(); // the next piece will tell the writer
    }
  }

  private boolean isFull() {
    if (!out.writeQueueFull()) {
      return false;
    }
    exchange.stalled();
    return true;
  }

  private void drained() {
    exchange.flowing();
    exchange.guarded(onDrain);
  }
}
