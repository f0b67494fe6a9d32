package dev.moat.serve;

import dev.moat.core.Json;
import dev.moat.core.Text;
import dev.moat.trust.Scope;
import java.util.List;
import java.util.Optional;

/**
 * The stage that asks whether the key may offer the tools that the question offers or names. The
 * body is read for it once more, but only if the key does not permit all tools and there are any.
 */
final class ToolScope implements Stage {
  private final WorkPool pool;

  ToolScope(WorkPool pool) {
    this.pool = pool;
  }

  @Override
  public void enter(Exchange exchange) {
    ParsedRequest request = exchange.request();
    Scope scope = exchange.key().scope();
    if (scope.permitsAllTools() || !OfferedTools.mayBeIn(request.fields().names())) {
      exchange.proceed();
      return;
    }
    pool.compute(
        request.body().length,
        exchange.http(),
        () -> OfferedTools.of(Json.parse(request.body(), "body")),
        offered -> decide(exchange, scope, offered));
  }

  private static void decide(Exchange exchange, Scope scope, List<OfferedTools.Tool> offered) {
    Optional<OfferedTools.Tool> denied =
        offered.stream().filter(tool -> !scope.permitsTool(tool.name())).findFirst();
    if (denied.isEmpty()) {
      exchange.proceed();
      return;
    }
    String param = denied.get().param();
    exchange.refuse(
        Refusal.notPermitted(
            param,
            param
                + ": the tool \""
                + Text.shortened(denied.get().name(), 100)
                + "\" is not for this API key; leave it out, or ask for a key for it"));
  }
}
