package dev.moat.wire;

import dev.moat.core.Problem;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/** Collects the body of one request up to a limit. */
final class BodyCollector {
  /** Told when the body cannot be had. */
  interface Refusal {
    void refused(int status, Problem problem);
  }

  private static final int FIRST_BYTES = 4096;

  private final int bytesMax;
  private final Consumer<byte[]> whole;
  private final Refusal refusal;
  private byte[] bytes = new byte[0];
  private int length;
  private boolean refused;

  BodyCollector(int bytesMax, Consumer<byte[]> whole, Refusal refusal) {
    this.bytesMax = bytesMax;
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
      bytes = Arrays.copyOf(bytes, Math.max(needed, grown));
    }
    piece.getBytes(bytes, length);
    length = needed;
  }

  private void complete() {
    if (!refused) {
      whole.accept(length == bytes.length ? bytes : Arrays.copyOf(bytes, length));
    }
  }

  private void refuseSize() {
    refuse(413, "body: larger than " + bytesMax + " bytes; send a smaller one");
  }

  private void refuse(int status, String message) {
    refused = true;
    bytes = new byte[0];
    refusal.refused(status, new Problem.Invalid(message, "body"));
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
