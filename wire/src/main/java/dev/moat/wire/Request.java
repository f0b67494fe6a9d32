package dev.moat.wire;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.util.Map;

/**
 * The head of one request, as it arrived: who asks for what.
 *
 * @param id made here for this request, sent back as {@code x-request-id}
 * @param path the path as sent, still percent-encoded
 * @param query what stands after the question mark, or empty
 * @param parameters the decoded parts of the path that its route names
 * @param peer the address of the other end
 */
public record Request(
    String id,
    String method,
    String path,
    String query,
    Headers headers,
    Map<String, String> parameters,
    String peer) {

  /** Copies the parameters. */
  public Request {
    parameters = Map.copyOf(parameters);
  }

  /** The decoded part of the path that the route calls {@code name}. */
  public String parameter(String name) {
    String value = parameters.get(name);
    if (value == null) {
      throw new Failure(
          new Problem.Missing("path parameter " + name + ": the route names none such", name));
    }
    return value;
  }

  Request withParameters(Map<String, String> named) {
    return new Request(id, method, path, query, headers, named, peer);
  }
}
