package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.trust.ApiKey;
import dev.moat.wire.Request;
import java.net.InetAddress;
import java.util.Optional;

/**
 * The stage that asks where a request comes from, if its key may be used from some networks only.
 */
final class CallerNetwork implements Stage {
  private final TrustedProxies proxies;

  CallerNetwork(TrustedProxies proxies) {
    this.proxies = proxies;
  }

  @Override
  public void enter(Exchange exchange) {
    require(exchange.key(), exchange.http().request());
    exchange.proceed();
  }

  /** Fails as the API does unless the key may be used from where the request comes. */
  void require(ApiKey key, Request request) {
    if (key.scope().permitsAllNetworks()) {
      return;
    }
    Optional<InetAddress> caller = proxies.caller(request.peer(), request.headers());
    if (caller.filter(key.scope()::permitsAddress).isEmpty()) {
      throw new Failure(
          new Problem.Denied(
              "network: "
                  + caller.map(InetAddress::getHostAddress).orElse("an unknown address")
                  + " is not one from which this API key may be used; call from another,"
                  + " or ask for a key for it",
              Refusal.PERMISSION_DENIED));
    }
  }
}
