package dev.moat.wire;

import dev.moat.core.Problem;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/** Collects the body of one request up to a limit, in room that it gives back when told. */
final class BodyCollector {
  /** Told when the body cannot be had. */
  interface Refusal {
    void refused(int status, Problem problem);
  }

  private static final int FIRST_BYTES = 4096;
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final int bytesMax;
  private final BodyRoom room;
  private final Consumer<byte[]> whole;
  private final Refusal refusal;
  private byte[] bytes = new byte[0];
  private int length;
  private int reserved;
  private boolean refused;

  BodyCollector(int bytesMax, BodyRoom room, Consumer<byte[]> whole, Refusal refusal) {
    this.bytesMax = bytesMax;
    this.room = room;
    this.whole = whole;
    this.refusal = refusal;
  }

  void collect(HttpServerRequest request, Headers headers) {
    Optional<String> encoding = headers.first("content-encoding");
    if (encoding.isPresent() && !encoding.get().equalsIgnoreCase("identity")) {
      refuse(415, "content-encoding: a compressed body is not read here; send it plain");
      return;
    }
    if (declared(headers) > bytesMax) {
      refuseSize();
      return;
    }
    if (request.isEnded() || !expected(headers)) {
      whole.accept(bytes);
      return;
    }
    if (headers.first("expect").filter("100-continue"::equalsIgnoreCase).isPresent()) {
      request.response().writeContinue();
    }
    request.handler(this::append);
    request.endHandler(_ -> complete());
    request.resume();
  }

  private void append(Buffer piece) {
    if (refused) {
      return;
    }
    if (piece.length() > bytesMax - length) {
      refuseSize();
      return;
    }
    int needed = length + piece.length();
    if (needed > bytes.length) {
      int grown = (int) Math.min(bytesMax, Math.max(2L * bytes.length, FIRST_BYTES));
      int size = Math.max(needed, grown);
      if (!room.take(size - reserved)) {
        refuseForNow();
        return;
      }
      reserved = size;
      bytes = Arrays.copyOf(bytes, size);
    }
    piece.getBytes(bytes, length);
    length = needed;
  }

  private void complete() {
    if (!refused) {
      whole.accept(length == bytes.length ? bytes : Arrays.copyOf(bytes, length));
    }
  }

  /** Gives the room back: nothing needs the body any more, or it will not be whole. */
  void release() {
    refused = true;
    bytes = new byte[0];
    room.give(reserved);
    reserved = 0;
  }

  private void refuseSize() {
    refuse(413, "body: larger than " + bytesMax + " bytes; send a smaller one");
  }

  private void refuse(int status, String message) {
    release();
    refusal.refused(status, new Problem.Invalid(message, "body"));
  }

  private void refuseForNow() {
    release();
    refusal.refused(
        503,
        new Problem.Busy(
            "server: the bodies of other requests fill the "
                + room.bytesMax()
                + " bytes there are for them; try again",
            RETRY));
  }

  /** Whether the head announces a body (RFC 9112, section 6.3). */
  static boolean expected(Headers headers) {
    return headers.first("transfer-encoding").isPresent() || declared(headers) > 0;
  }

  /** The length that the head declares, 0 if it declares none. */
  static long declared(Headers headers) {
    try {
      return headers.first("content-length").map(Long::parseLong).orElse(0L);
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }
}
