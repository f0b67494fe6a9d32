package dev.moat.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The routes of one server: which handler takes which method and path.
 *
 * <p>A path is made of literal parts and {@code {name}}, which stands for one part; {@code
 * {name...}} at its end stands for all the rest, slashes included. A literal route wins over one
 * with names. Every GET route answers HEAD too.
 */
public final class Routes {
  private final ErrorForm errors;
  private final List<Route> routes = new ArrayList<>();
  private final List<Route.Unmatched> unmatched = new ArrayList<>();

  /** No routes yet; refusals look as {@code errors} says. */
  public Routes(ErrorForm errors) {
    this.errors = errors;
  }

  /** Adds a route whose handler runs on the event loop. */
  public Routes add(String method, String path, Handler handler) {
    routes.add(new Route(checkedMethod(method), PathPattern.parse(path), handler));
    return this;
  }

  /** Adds a route whose handler runs on a virtual thread. */
  public Routes addBlocking(String method, String path, BlockingHandler handler) {
    return add(method, path, exchange -> exchange.runBlocking(handler));
  }

  /** Says who answers requests below {@code prefix} that no route takes. */
  public Routes otherwise(String prefix, UnmatchedHandler handler) {
    unmatched.add(new Route.Unmatched(prefix, handler));
    return this;
  }

  ErrorForm errors() {
    return errors;
  }

  RouteTable table() {
    return new RouteTable(routes, unmatched);
  }

  private static String checkedMethod(String method) {
    if (!method.equals(method.toUpperCase(Locale.ROOT)) || method.isBlank()) {
      throw new IllegalArgumentException("method \"" + method + "\" is not in upper case");
    }
    return method;
  }
}
