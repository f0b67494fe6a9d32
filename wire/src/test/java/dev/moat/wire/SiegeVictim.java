package dev.moat.wire;

import dev.moat.core.Ids;
import dev.moat.core.Json;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;

/** The process that {@link SiegeTest} besieges: a server with the limits that are the default. */
final class SiegeVictim {
  private SiegeVictim() {}

  public static void main(String[] args) throws IOException {
    Routes routes =
        new Routes((status, problem) -> Response.json(status, Json.object()))
            .add("POST", "/echo", SiegeVictim::echo);
    try (Wire wire = Wire.start(2, new Ids(InstantSource.system(), new SecureRandom()));
        Server server = wire.serve(ServerSettings.loopback(0), routes);
        PrintStream out =
            new PrintStream(
                new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8)) {
      out.println(server.port());
      var _ = System.in.read(); // until the parent goes
    }
  }

  private static void echo(ServerExchange exchange) {
    exchange.body(body -> exchange.send(Response.text(200, "" + body.length)));
  }
}
