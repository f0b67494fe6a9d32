package dev.moat.wire;

import java.nio.charset.StandardCharsets;

/** One whole answer of another server. */
public final class ClientResponse {
  private final int status;
  private final Headers headers;
  private final byte[] body;

  ClientResponse(int status, Headers headers, byte[] body) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  /** The status code. */
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

  /** The body read as UTF-8. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }
}
