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
record UpstreamSettings(URI base, Optional<Secret> key, String model) {
  private static final int NAME_CHARACTERS_MAX = 256;
  private static final String PLACE = "upstream";

  /** Checks the address, and gives one without a path the usual {@code /v1}. */
  UpstreamSettings {
    if (model.isEmpty() || model.length() > NAME_CHARACTERS_MAX) {
      throw invalid(PLACE, "no model is named for it; name the model as that server does");
    }
    base = checked(base, PLACE);
  }

  /** Reads an address given as text. */
  static UpstreamSettings of(String base, Optional<Secret> key, String model) {
    return new UpstreamSettings(base(base, PLACE), key, model);
  }

  /** The address that a text means; {@code place} says in errors where it stands. */
  static URI base(String text, String place) {
    try {
      return checked(URI.create(text.strip()), place);
    } catch (IllegalArgumentException _) {
      throw invalid(place, "not an address; write it like http://127.0.0.1:8000/v1");
    }
  }

  URI at(Endpoint endpoint) {
    return URI.create(base + endpoint.path().substring("/v1".length()));
  }

  private static URI checked(URI base, String place) {
    String scheme = base.getScheme();
    if (base.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
      throw invalid(place, "not an http or https address; write it like http://127.0.0.1:8000/v1");
    }
    if (base.getUserInfo() != null || base.getQuery() != null || base.getFragment() != null) {
      throw invalid(place, "has a user, query or fragment; write scheme, host, port and path only");
    }
    String path = base.getPath().replaceFirst("/+$", "");
    return base.resolve(path.isEmpty() ? "/v1" : path);
  }

  private static Failure invalid(String place, String why) {
    return new Failure(new Problem.Invalid(place + ": " + why, place));
  }
}
