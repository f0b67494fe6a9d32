package dev.moat.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client against a server that sends exactly the bytes it is told to. */
class ClientWireTest {
  private static final Duration BRIEF = Duration.ofMillis(400);

  /** Answers each request with the next of its answers, on one thread for each connection. */
  private static final class RawServer implements AutoCloseable {
    private final ServerSocket socket;
    private final LinkedBlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<String> requests = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<Socket> connections = new LinkedBlockingQueue<>();

    RawServer() throws IOException {
      socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      Thread.ofVirtual().start(this::accept);
    }

    private void accept() {
      try {
        while (true) {
          Socket connection = socket.accept();
          connections.add(connection);
          Thread.ofVirtual().start(() -> serve(connection));
        }
      } catch (IOException e) {
        // closed
      }
    }

    private void serve(Socket connection) {
      try {
        BufferedReader reader =
            new BufferedReader(
                new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
        while (readHead(reader)) {
          String answer = answers.take();
          boolean close = answer.startsWith("CLOSE ");
          String bytes = close ? answer.substring(6) : answer;
          connection.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
          connection.getOutputStream().flush();
          if (close) {
            connection.close();
            return;
          }
        }
      } catch (IOException | InterruptedException e) {
        // the client has gone
      }
    }

    private boolean readHead(BufferedReader reader) throws IOException {
      StringBuilder head = new StringBuilder();
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.isEmpty()) {
          requests.add(head.toString());
          return true;
        }
        head.append(line).append('\n');
      }
      return false;
    }

    URI at(String path) {
      return URI.create("http://127.0.0.1:" + socket.getLocalPort() + path);
    }

    @Override
    public void close() {
      try {
        socket.close();
        for (Socket connection : connections) {
          connection.close();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private Wire wire;
  private Client client;
  private RawServer server;

  @BeforeEach
  void start() throws IOException {
    wire = TestServer.wire();
    client = wire.client(new ClientSettings(4, 32, BRIEF, BRIEF, BRIEF));
    server = new RawServer();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
    wire.close();
  }

  private ClientResponse fetch(String path) {
    try {
      return client
          .fetch(ClientRequest.of("GET", server.at(path)), 1 << 20)
          .toCompletableFuture()
          .join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof Failure failure ? failure : e;
    }
  }

  private ClientResponse answered(String answer) {
    server.answers.add(answer);
    return fetch("/");
  }

  private Failure refused(String answer) {
    server.answers.add(answer);
    return assertThrows(Failure.class, () -> fetch("/"));
  }

  private static String ok(String body) {
    return "HTTP/1.1 200 OK\r\ncontent-length: " + body.length() + "\r\n\r\n" + body;
  }

  @Test
  void sendsAProperHead() throws InterruptedException {
    server.answers.add(ok("x"));
    fetch("/a/b?c=d");
    String head = server.requests.poll(5, TimeUnit.SECONDS);
    assertTrue(head.startsWith("GET /a/b?c=d HTTP/1.1\n"), head);
    assertTrue(head.contains("host: 127.0.0.1:" + server.socket.getLocalPort()), head);
  }

  @Test
  void readsBodiesOfEveryForm() {
    assertEquals("hello", answered(ok("hello")).text());
    assertEquals("", answered("HTTP/1.1 204 No Content\r\n\r\n").text());
    assertEquals(
        "abcd",
        answered(
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n")
            .text());
    assertEquals("to the end", answered("CLOSE HTTP/1.1 200 OK\r\n\r\nto the end").text());
    assertEquals("old", answered("CLOSE HTTP/1.0 200 OK\r\n\r\nold").text());
  }

  @Test
  void skipsInterimAnswers() {
    assertEquals("x", answered("HTTP/1.1 103 Early Hints\r\nlink: y\r\n\r\n" + ok("x")).text());
  }

  @Test
  void keepsHeadersInOrder() {
    ClientResponse response =
        answered("HTTP/1.1 200 OK\r\nset-cookie: a\r\nSet-Cookie: b\r\ncontent-length: 0\r\n\r\n");
    assertEquals(List.of("a", "b"), response.headers().all("set-cookie"));
  }

  @Test
  void sendsNoCookieBack() throws InterruptedException {
    answered("HTTP/1.1 200 OK\r\nset-cookie: a=b\r\ncontent-length: 0\r\n\r\n");
    server.requests.poll(5, TimeUnit.SECONDS);
    answered(ok("x"));
    assertTrue(!server.requests.poll(5, TimeUnit.SECONDS).contains("a=b"));
  }

  @Test
  void reusesAConnectionThatIsStillGood() {
    for (int i = 0; i < 5; i++) {
      assertEquals("x", answered(ok("x")).text());
    }
    assertEquals(1, server.connections.size());
  }

  @Test
  void opensANewConnectionAfterTheServerClosedOne() {
    for (int i = 0; i < 5; i++) {
      String closing = "CLOSE HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 1\r\n\r\nx";
      assertEquals("x", answered(closing).text());
    }
    assertEquals(5, server.connections.size());
  }

  @Test
  void saysThatTheAnswerIsNoHttp() {
    for (String garbage :
        List.of("CLOSE nonsense\r\n\r\n", "CLOSE SSH-2.0-x\r\n", "CLOSE HTTP/1.1 abc\r\n\r\n")) {
      assertTrue(refused(garbage).getMessage().contains("127.0.0.1"), garbage);
    }
  }

  @Test
  void saysThatTheAnswerWasCut() {
    for (String cut :
        List.of(
            "CLOSE ",
            "CLOSE HTTP/1.1 200",
            "CLOSE HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n12345",
            "CLOSE HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n")) {
      assertTrue(refused(cut).getMessage().startsWith("call to 127.0.0.1"), cut);
    }
  }

  @Test
  void boundsTheHeadOfAnAnswer() {
    String large = "x: " + "y".repeat(50_000) + "\r\n";
    Failure failure = refused("CLOSE HTTP/1.1 200 OK\r\n" + large + "content-length: 0\r\n\r\n");
    assertTrue(failure.getMessage().startsWith("call to"), failure.getMessage());
  }

  @Test
  void givesUpWhenTheHeadNeverEnds() {
    Failure failure = refused("HTTP/1.1 200 OK\r\nx: y\r\n");
    assertTrue(failure.getMessage().contains("in time"), failure.getMessage());
  }

  @Test
  void recoversFromEveryFailure() {
    refused("CLOSE nonsense\r\n\r\n");
    refused("HTTP/1.1 200 OK\r\nx: y\r\n");
    refused("CLOSE ");
    assertEquals("x", answered(ok("x")).text());
  }

  @Test
  void runsCallsAtTheSameTimeWithinItsBound() {
    List<java.util.concurrent.CompletableFuture<ClientResponse>> calls = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      calls.add(
          client.fetch(ClientRequest.of("GET", server.at("/" + i)), 100).toCompletableFuture());
    }
    for (int i = 0; i < 12; i++) {
      server.answers.add(ok("x"));
    }
    calls.forEach(call -> assertEquals("x", call.join().text()));
    assertTrue(
        server.connections.size() <= 4 && server.connections.size() > 1,
        "connections " + server.connections.size());
  }
}
