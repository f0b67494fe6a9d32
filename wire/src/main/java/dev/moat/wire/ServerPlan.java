package dev.moat.wire;

import dev.moat.core.Ids;
import dev.moat.core.Problem;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/** What the event loops of one server share; safe for all of them. */
final class ServerPlan {
  /** What an exchange gets after it was told that the server stops. */
  static final Duration LAST_WORD = Duration.ofSeconds(1);

  private final int number;
  private final ServerSettings settings;
  private final ErrorForm errors;
  private final RouteTable table;
  private final Ids ids;
  private final LongSupplier nanos;
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger port = new AtomicInteger();
  private final Semaphore blocking;
  private final BodyRoom bodyRoom;

  ServerPlan(int number, ServerSettings settings, Routes routes, Ids ids, LongSupplier nanos) {
    this.number = number;
    this.settings = settings;
    this.errors = routes.errors();
    this.table = routes.table();
    this.ids = ids;
    this.nanos = nanos;
    this.blocking = new Semaphore(settings.limits().blockingMax());
    this.bodyRoom = new BodyRoom(settings.limits().bodiesBytesMax());
  }

  ServerSettings settings() {
    return settings;
  }

  ErrorForm errors() {
    return errors;
  }

  Semaphore blocking() {
    return blocking;
  }

  BodyRoom bodyRoom() {
    return bodyRoom;
  }

  long nanos() {
    return nanos.getAsLong();
  }

  String nextId() {
    return ids.next();
  }

  int port() {
    return port.get();
  }

  void bound(int actual) {
    port.set(actual);
  }

  int number() {
    return number;
  }

  boolean admitConnection() {
    if (connections.incrementAndGet() <= settings.limits().connectionsMax()) {
      return true;
    }
    connections.decrementAndGet();
    return false;
  }

  void releaseConnection() {
    connections.decrementAndGet();
  }

  void dispatch(ServerExchange exchange) {
    Request request = exchange.request();
    switch (table.find(request.method(), request.path())) {
      case RouteTable.Match.Found(Handler handler, var parameters) -> {
        exchange.matched(parameters);
        handler.handle(exchange);
      }
      case RouteTable.Match.Nobody nobody -> unmatched(exchange, nobody);
    }
  }

  private void unmatched(ServerExchange exchange, RouteTable.Match.Nobody nobody) {
    Response refusal =
        nobody.allowed().isEmpty() ? notFound(exchange) : notAllowed(exchange, nobody);
    nobody
        .instead()
        .ifPresentOrElse(
            handler -> handler.handle(exchange, refusal), () -> exchange.send(refusal));
  }

  private Response notFound(ServerExchange exchange) {
    Request request = exchange.request();
    String what = request.method() + " " + shown(request);
    return errors.render(
        404, new Problem.Missing(what + ": no such route; check method and path", "path"));
  }

  private Response notAllowed(ServerExchange exchange, RouteTable.Match.Nobody nobody) {
    Request request = exchange.request();
    String allowed = String.join(", ", nobody.allowed());
    return errors
        .render(
            405,
            new Problem.Invalid(
                request.method() + " " + shown(request) + ": not allowed; use " + allowed,
                "method"))
        .with("allow", allowed);
  }

  private static String shown(Request request) {
    return dev.moat.core.Text.shortened(request.path(), 200);
  }
}
