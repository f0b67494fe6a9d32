package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.trust.ApiKey;
import dev.moat.wire.Request;
import java.util.List;

/**
 * The stage that asks who calls: without a live key nothing is answered, nothing even read. An
 * exchange that has passed it lives no longer than its key.
 */
final class Authentication implements Stage {
  private static final String SCHEME = "Bearer ";
  private static final String KEY_HEADER = "x-api-key";

  private final KeyCheck keys;
  private final OpenExchanges open;

  Authentication(KeyCheck keys, OpenExchanges open) {
    this.keys = keys;
    this.open = open;
  }

  @Override
  public void enter(Exchange exchange) {
    Request request = exchange.http().request();
    boolean named = exchange.endpoint() == Endpoint.MESSAGES;
    exchange.key(open.enter(exchange, () -> named ? requireEither(request) : require(request)));
    exchange.proceed();
  }

  /** The key of the request; fails as the API does when there is none or it is not good. */
  ApiKey require(Request request) {
    List<String> given = request.headers().all("authorization");
    if (given.isEmpty()) {
      throw denied("no API key was given; send it as \"Authorization: Bearer KEY\"");
    }
    String credentials = given.getFirst();
    if (given.size() > 1 || !credentials.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      throw denied("not one bearer token; send \"Authorization: Bearer KEY\"");
    }
    return live(credentials.substring(SCHEME.length()));
  }

  /** The same where a key may also come as clients of Anthropic's API send it. */
  private ApiKey requireEither(Request request) {
    List<String> given = request.headers().all(KEY_HEADER);
    if (given.isEmpty()) {
      return require(request);
    }
    if (given.size() > 1 || request.headers().first("authorization").isPresent()) {
      throw denied("more than one key was given; send either x-api-key or a bearer token");
    }
    return live(given.getFirst());
  }

  private ApiKey live(String text) {
    return keys.authenticate(text.strip())
        .orElseThrow(() -> denied("the API key is not known, expired or revoked; ask for another"));
  }

  /** A key that ended while an exchange went by it. */
  static Problem ended() {
    return problem("the API key expired or was revoked during the exchange; ask for another");
  }

  private static Failure denied(String why) {
    return new Failure(problem(why));
  }

  private static Problem problem(String why) {
    return new Problem.Denied("authorization: " + why, Refusal.INVALID_KEY);
  }
}
