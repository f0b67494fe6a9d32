package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.core.Text;
import dev.moat.trust.ApiKey;
import dev.moat.wire.Request;

/** The stage that asks whether the key may call the path that is called. */
final class EndpointScope implements Stage {
  @Override
  public void enter(Exchange exchange) {
    require(exchange.key(), exchange.http().request());
    exchange.proceed();
  }

  /** Fails as the API does unless the key may call the path, taken as it was sent. */
  static void require(ApiKey key, Request request) {
    if (!key.scope().permitsEndpoint(request.path())) {
      throw new Failure(
          new Problem.Denied(
              "endpoint "
                  + Text.shortened(request.path(), 100)
                  + ": is not for this API key; call another, or ask for a key for it",
              Refusal.PERMISSION_DENIED));
    }
  }
}
