package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.core.Secret;
import java.net.URI;
import java.util.Optional;

/**
 * Where a model server is, as its operator says. No address ever comes from a request.
 *
 * @param base the address before {@code /chat/completions}, such as {@code http://host:8000/v1}
 * @param key what the server wants to see as bearer token
 * @param model the name of the model there
 */
public record UpstreamSettings(URI base, Optional<Secret> key, String model) {
  private static final int NAME_CHARACTERS_MAX = 256;

  /** Checks the address, and gives one without a path the usual {@code /v1}. */
  public UpstreamSettings {
    String scheme = base.getScheme();
    if (base.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
      throw invalid("not an http or https address; write it like http://127.0.0.1:8000/v1");
    }
    if (base.getUserInfo() != null || base.getQuery() != null || base.getFragment() != null) {
      throw invalid("has a user, query or fragment; write scheme, host, port and path only");
    }
    if (model.isEmpty() || model.length() > NAME_CHARACTERS_MAX) {
      throw invalid("no model is named for it; name the model as that server does");
    }
    String path = base.getPath().replaceFirst("/+$", "");
    base = base.resolve(path.isEmpty() ? "/v1" : path);
  }

  /** Reads an address given as text. */
  public static UpstreamSettings of(String base, Optional<Secret> key, String model) {
    try {
      return new UpstreamSettings(URI.create(base.strip()), key, model);
    } catch (IllegalArgumentException _) {
      throw invalid("not an address; write it like http://127.0.0.1:8000/v1");
    }
  }

  URI at(Endpoint endpoint) {
    return URI.create(base + endpoint.path().substring("/v1".length()));
  }

  private static Failure invalid(String why) {
    return new Failure(new Problem.Invalid("upstream: " + why, "upstream"));
  }
}
