package dev.moat.wire;

import dev.moat.core.Json;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

/** One whole answer: status, header fields and body. */
public final class Response {
  private final int status;
  private final Headers headers;
  private final byte[] body;

  private Response(int status, Headers headers, byte[] body) {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("status " + status + " is not of 200 to 599");
    }
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  /** An answer of these bytes; the array is not copied and must not change any more. */
  public static Response of(int status, String contentType, byte[] body) {
    return new Response(status, Headers.of("content-type", contentType), body);
  }

  /** An answer of one JSON document. */
  public static Response json(int status, JsonNode tree) {
    return of(status, "application/json", Json.bytes(tree));
  }

  /** An answer of plain text. */
  public static Response text(int status, String text) {
    return of(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  /** An answer without a body. */
  public static Response empty(int status) {
    return new Response(status, Headers.none(), new byte[0]);
  }

  /** This answer with one more header field. */
  public Response with(String name, String value) {
    return new Response(status, headers.with(name, value), body);
  }

  /** The status code (RFC 9110, section 15). */
  public int status() {
    return status;
  }

  /** The header fields. */
  public Headers headers() {
    return headers;
  }

  /** The body itself, not a copy. */
  public byte[] body() {
    return body;
  }
}
