package dev.moat.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Ids;
import dev.moat.core.Problem;
import java.io.UncheckedIOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The life of event loops, servers and clients. */
class WireTest {
  private final Wire wire = TestServer.wire();

  @AfterEach
  void stop() {
    wire.close();
  }

  private static Ids ids() {
    return new Ids(InstantSource.system(), new SecureRandom());
  }

  private static Routes saying(String text) {
    return new Routes(TestServer::error)
        .add("GET", "/", exchange -> exchange.send(Response.text(200, text)));
  }

  private static String ask(Server server) {
    try (RawHttp http = RawHttp.connect(server.port())) {
      return http.get("/").answer().text();
    }
  }

  @Test
  void servesSeveralAtTheSameTime() {
    try (Server one = wire.serve(ServerSettings.loopback(0), saying("one"));
        Server two = wire.serve(ServerSettings.loopback(0), saying("two"))) {
      assertNotEquals(one.port(), two.port());
      assertEquals("one", ask(one));
      assertEquals("two", ask(two));
    }
  }

  @Test
  void closesOneServerAndKeepsTheOther() {
    try (Server stays = wire.serve(ServerSettings.loopback(0), saying("stays"))) {
      Server goes = wire.serve(ServerSettings.loopback(0), saying("goes"));
      goes.close();
      goes.close();
      assertThrows(UncheckedIOException.class, () -> ask(goes));
      assertEquals("stays", ask(stays));
    }
  }

  @Test
  void spreadsConnectionsOverItsLoops() {
    Set<String> threads = ConcurrentHashMap.newKeySet();
    Routes routes =
        new Routes(TestServer::error)
            .add(
                "GET",
                "/",
                exchange -> {
                  threads.add(Thread.currentThread().getName());
                  exchange.send(Response.empty(204));
                });
    try (Server server = wire.serve(ServerSettings.loopback(0), routes)) {
      List<RawHttp> connections = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        RawHttp http = RawHttp.connect(server.port());
        connections.add(http);
        http.get("/").answer();
      }
      connections.forEach(RawHttp::close);
      assertEquals(2, threads.size(), threads.toString());
    }
  }

  @Test
  void runsOnASingleLoop() {
    try (Wire small = Wire.start(1, ids());
        Server server = small.serve(ServerSettings.loopback(0), saying("small"))) {
      assertEquals("small", ask(server));
    }
  }

  @Test
  void refusesCountsOfLoopsThatMakeNoSense() {
    assertThrows(Failure.class, () -> Wire.start(0, ids()));
    assertThrows(Failure.class, () -> Wire.start(65, ids()));
  }

  @Test
  void bindsAGivenPortForAllItsLoops() {
    int port;
    try (Server server = wire.serve(ServerSettings.loopback(0), saying("x"))) {
      port = server.port();
    }
    try (Server server = wire.serve(ServerSettings.loopback(port), saying("y"))) {
      assertEquals(port, server.port());
      for (int i = 0; i < 4; i++) {
        assertEquals("y", ask(server));
      }
    }
  }

  @Test
  void leavesNothingBehindWhenAPortIsInUse() {
    try (Server server = wire.serve(ServerSettings.loopback(0), saying("first"))) {
      for (int i = 0; i < 3; i++) {
        Failure failure =
            assertThrows(
                Failure.class,
                () ->
                    TestServer.wire()
                        .serve(ServerSettings.loopback(server.port()), saying("second")));
        assertTrue(failure.problem() instanceof Problem.Busy, failure.toString());
      }
      assertEquals("first", ask(server));
    }
  }

  @Test
  void saysThatAHostIsUnknown() {
    ServerSettings nowhere = new ServerSettings("no-such-host.invalid", 0, ServerLimits.defaults());
    Failure failure = assertThrows(Failure.class, () -> wire.serve(nowhere, saying("x")));
    assertTrue(failure.getMessage().contains("no-such-host.invalid"), failure.getMessage());
  }

  @Test
  void writesAnAddressOfTheSixthVersionInBrackets() {
    ServerSettings six = new ServerSettings("::1", 0, ServerLimits.defaults());
    String address;
    try (Server server = wire.serve(six, saying("six"))) {
      address = server.address();
      try (Client client = wire.client(ClientSettings.defaults())) {
        ClientRequest request = ClientRequest.of("GET", URI.create(address + "/"));
        assertEquals("six", client.fetch(request, 100).toCompletableFuture().join().text());
      }
    } catch (Failure noSuchAddress) {
      address = "http://[::1]:1"; // this machine has no such address
    }
    assertTrue(address.startsWith("http://[::1]:"), address);
  }

  @Test
  void endsOpenConnectionsWhenItCloses() {
    Wire other = TestServer.wire();
    Server server = other.serve(ServerSettings.loopback(0), saying("x"));
    try (RawHttp http = RawHttp.connect(server.port())) {
      assertEquals("x", http.get("/").answer().text());
      other.close();
      assertTrue(http.closesSoon());
    }
  }

  @Test
  void countsConnectionsDown() {
    Routes routes = saying("x");
    ServerSettings few = ServerSettings.loopback(0).with(TestServer.shortLimits(2));
    try (Server server = wire.serve(few, routes)) {
      for (int i = 0; i < 50; i++) {
        try (RawHttp http = RawHttp.connect(server.port())) {
          if (i % 3 == 0) {
            http.reset();
          } else if (i % 3 == 1) {
            http.send("GET / HT");
          }
        }
      }
      assertEquals("x", eventually(server));
    }
  }

  /** The server sees with some delay that others have gone. */
  private static String eventually(Server server) {
    for (int i = 0; i < 200; i++) {
      try {
        return ask(server);
      } catch (UncheckedIOException e) {
        Thread.onSpinWait();
      }
    }
    throw new AssertionError("the connections that were closed still count");
  }
}
