package dev.moat.wire;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.net.URI;

/** One request to another server. */
public final class ClientRequest {
  private final String method;
  private final URI address;
  private final Place place;
  private final Headers headers;
  private final byte[] body;

  /** What the address says, taken out once for all calls that begin with the same request. */
  private record Place(String target, boolean encrypted, int port, String peer, String origin) {
    static Place of(URI address) {
      boolean encrypted = "https".equals(address.getScheme());
      int port = address.getPort() > 0 ? address.getPort() : encrypted ? 443 : 80;
      String path = address.getRawPath().isEmpty() ? "/" : address.getRawPath();
      String query = address.getRawQuery() == null ? "" : "?" + address.getRawQuery();
      String peer = address.getHost() + ":" + port;
      String origin = address.getScheme() + "://" + peer;
      return new Place(path + query, encrypted, port, peer, origin);
    }
  }

  private ClientRequest(String method, URI address, Place place, Headers headers, byte[] body) {
    this.method = method;
    this.address = address;
    this.place = place;
    this.headers = headers;
    this.body = body;
  }

  /** A request without a body; the address must be absolute, of http or https. */
  public static ClientRequest of(String method, URI address) {
    String scheme = address.getScheme();
    if (address.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
      throw new Failure(
          new Problem.Invalid(
              "address " + address + ": not an http or https address; write scheme and host",
              "address"));
    }
    if (address.getUserInfo() != null) {
      throw new Failure(
          new Problem.Invalid(
              "address of " + address.getHost() + ": has a user in it; pass the key as a setting",
              "address"));
    }
    return new ClientRequest(method, address, Place.of(address), Headers.none(), new byte[0]);
  }

  /** This request with one more header field. */
  public ClientRequest with(String name, String value) {
    return new ClientRequest(method, address, place, headers.with(name, value), body);
  }

  /** This request with that body; the array is not copied and must not change any more. */
  public ClientRequest with(byte[] newBody) {
    return new ClientRequest(method, address, place, headers, newBody);
  }

  /** The method. */
  public String method() {
    return method;
  }

  /** Where it goes. */
  public URI address() {
    return address;
  }

  /** The header fields. */
  public Headers headers() {
    return headers;
  }

  /** The body itself, not a copy. */
  public byte[] body() {
    return body;
  }

  String target() {
    return place.target();
  }

  boolean encrypted() {
    return place.encrypted();
  }

  int port() {
    return place.port();
  }

  String origin() {
    return place.origin();
  }

  String peer() {
    return place.peer();
  }
}
