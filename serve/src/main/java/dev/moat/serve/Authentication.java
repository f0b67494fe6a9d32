package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.trust.ApiKey;
import dev.moat.wire.Request;
import java.util.List;

/** The stage that asks who calls: without a live key nothing is answered, nothing even read. */
final class Authentication implements Stage {
  private static final String SCHEME = "Bearer ";

  private final KeyCheck keys;

  Authentication(KeyCheck keys) {
    this.keys = keys;
  }

  @Override
  public void enter(Exchange exchange) {
    exchange.key(require(exchange.http().request()));
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
    return keys.authenticate(credentials.substring(SCHEME.length()).strip())
        .orElseThrow(() -> denied("the API key is not known, expired or revoked; ask for another"));
  }

  private static Failure denied(String why) {
    return new Failure(new Problem.Denied("authorization: " + why, Refusal.INVALID_KEY));
  }
}
