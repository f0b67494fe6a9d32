package dev.moat.wire;

import dev.moat.core.Ids;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;

/** A server on a free port with the routes that a test gives it. */
final class TestServer implements AutoCloseable {
  final Wire wire;
  final Server server;

  private TestServer(Wire wire, Server server) {
    this.wire = wire;
    this.server = server;
  }

  static TestServer with(Consumer<Routes> routes) {
    return with(ServerLimits.defaults(), routes);
  }

  static TestServer with(ServerLimits limits, Consumer<Routes> routes) {
    Wire wire = wire();
    Routes all = new Routes(TestServer::error);
    routes.accept(all);
    return new TestServer(wire, wire.serve(ServerSettings.loopback(0).with(limits), all));
  }

  static Wire wire() {
    return Wire.start(2, new Ids(InstantSource.system(), new SecureRandom()));
  }

  /** Limits so short that a test can wait for them. */
  static ServerLimits shortLimits(int connectionsMax) {
    Duration brief = Duration.ofMillis(300);
    return new ServerLimits(
        1 << 20,
        64 << 20,
        4 << 10,
        connectionsMax,
        2,
        brief,
        brief,
        brief,
        brief,
        Duration.ofSeconds(1));
  }

  static Response error(int status, Problem problem) {
    return Response.json(status, Json.object().put("error", problem.message()));
  }

  int port() {
    return server.port();
  }

  RawHttp connect() {
    return RawHttp.connect(port());
  }

  /** A connection made after the server has seen that others were closed. */
  RawHttp connectOnceFreed() {
    for (int i = 0; i < 100; i++) {
      RawHttp http = connect();
      if (!http.closedWithin(50)) {
        http.patient();
        return http;
      }
      http.close();
    }
    throw new IllegalStateException("no connection was freed");
  }

  @Override
  public void close() {
    server.close();
    wire.close();
  }
}
