package dev.moat.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Kept connections that end just as they are used again, and what counts as progress. */
class ClientReuseTest {
  private static final Duration BRIEF = Duration.ofMillis(400);
  private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx";

  /** What the server does with its request of that number, from 1. */
  private interface Script {
    void play(int request, Socket connection) throws IOException;
  }

  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger connections = new AtomicInteger();
  private final LinkedBlockingQueue<Socket> open = new LinkedBlockingQueue<>();
  private ServerSocket server;
  private Wire wire;
  private Client client;
  private volatile Script script = (_, connection) -> send(connection, OK);

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
    wire = TestServer.wire();
    client = wire.client(new ClientSettings(4, 32, BRIEF, BRIEF, BRIEF));
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    wire.close();
    server.close();
    for (Socket connection : open) {
      connection.close();
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket connection = server.accept();
        open.add(connection);
        connections.incrementAndGet();
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
      String line = reader.readLine();
      while (line != null) {
        if (line.isEmpty()) {
          script.play(requests.incrementAndGet(), connection);
        }
        line = connection.isClosed() ? null : reader.readLine();
      }
    } catch (IOException e) {
      // the client has gone
    }
  }

  private static void send(Socket connection, String bytes) throws IOException {
    connection.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
    connection.getOutputStream().flush();
  }

  private String fetch() {
    try {
      return client
          .fetch(
              ClientRequest.of("GET", URI.create("http://127.0.0.1:" + server.getLocalPort())),
              1 << 20)
          .toCompletableFuture()
          .join()
          .text();
    } catch (CompletionException e) {
      throw e.getCause() instanceof Failure failure ? failure : e;
    }
  }

  @Test
  void sendsAgainWhatAKeptConnectionSwallowed() {
    script =
        (request, connection) -> {
          if (request == 2) {
            connection.close();
          } else {
            send(connection, OK);
          }
        };
    assertEquals("x", fetch());
    assertEquals("x", fetch());
    assertEquals(3, requests.get());
    assertEquals(2, connections.get());
  }

  @Test
  void sendsAgainOnlyOnce() {
    script =
        (request, connection) -> {
          if (request == 1) {
            send(connection, OK);
          } else {
            connection.close();
          }
        };
    assertEquals("x", fetch());
    assertThrows(Failure.class, this::fetch);
    assertEquals(3, requests.get());
  }

  @Test
  void sendsNotAgainOverANewConnection() {
    script = (_, connection) -> connection.close();
    assertThrows(Failure.class, this::fetch);
    assertEquals(1, requests.get(), "the server saw it and did not want it");
  }

  @Test
  void sendsNotAgainWhenPartOfAnAnswerCame() {
    script =
        (request, connection) -> {
          send(connection, request == 1 ? OK : "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nab");
          if (request > 1) {
            connection.close();
          }
        };
    assertEquals("x", fetch());
    assertThrows(Failure.class, this::fetch);
    assertEquals(2, requests.get());
  }

  @Test
  void callsOnlyTheAddressesItWasGiven() {
    URI given = URI.create("http://127.0.0.1:" + server.getLocalPort() + "/v1");
    try (Client bound =
        wire.client(new ClientSettings(4, 32, BRIEF, BRIEF, BRIEF), List.of(given))) {
      URI listed = URI.create("http://127.0.0.1:" + server.getLocalPort() + "/other");
      assertEquals(
          "x", bound.fetch(ClientRequest.of("GET", listed), 9).toCompletableFuture().join().text());
      for (String other :
          List.of(
              "http://127.0.0.1:1/v1",
              "https://127.0.0.1:" + server.getLocalPort() + "/v1",
              "http://localhost:" + server.getLocalPort() + "/v1",
              "http://169.254.169.254/latest")) {
        Failure denied =
            assertThrows(
                Failure.class,
                () -> bound.fetch(ClientRequest.of("GET", URI.create(other)), 9),
                other);
        assertInstanceOf(Problem.Denied.class, denied.problem());
      }
    }
    assertEquals(1, requests.get());
    assertThrows(
        Failure.class, () -> wire.client(ClientSettings.defaults(), List.of()), "no open door");
  }

  /** Takes pieces; only one that has a {@code !} is progress. */
  private static final class Marked implements ResponseSink {
    private final LinkedBlockingQueue<String> words = new LinkedBlockingQueue<>();
    private boolean marked;

    @Override
    public void head(int status, Headers headers) {
      words.add("head");
    }

    @Override
    public void piece(byte[] piece) {
      marked = new String(piece, StandardCharsets.UTF_8).contains("!");
      words.add("piece");
    }

    @Override
    public boolean progressed() {
      return marked;
    }

    @Override
    public void end() {
      words.add("end");
    }

    @Override
    public void failed(Failure failure) {
      words.add(failure.getMessage());
    }

    private String last() throws InterruptedException {
      String word = words.take();
      while (!word.startsWith("call") && !word.equals("end")) {
        word = words.take();
      }
      return word;
    }
  }

  private Marked drip(String first, String each) {
    script =
        (_, connection) -> {
          send(connection, "HTTP/1.1 200 OK\r\n\r\n" + first);
          for (int i = 0; i < 40; i++) {
            pause(connection);
            send(connection, each);
          }
          connection.close();
        };
    Marked sink = new Marked();
    ClientCall _ =
        client.send(
            ClientRequest.of("GET", URI.create("http://127.0.0.1:" + server.getLocalPort())), sink);
    return sink;
  }

  /** Waits fifty milliseconds: nothing more comes over the connection. */
  private static void pause(Socket connection) throws IOException {
    connection.setSoTimeout(50);
    try {
      int _ = connection.getInputStream().read();
    } catch (java.net.SocketTimeoutException _) {
      // so it is
    }
  }

  @Test
  void aHeadAndCommentsAreNotTheAnswer() throws InterruptedException {
    String said = drip("", ":").last();
    assertTrue(said.contains("no answer in time"), said);
  }

  @Test
  void whatIsNoProgressDoesNotKeepAnAnswerAlive() throws InterruptedException {
    String said = drip("!", ":").last();
    assertTrue(said.contains("no next piece in time"), said);
  }

  @Test
  void progressKeepsAnAnswerAlive() throws InterruptedException {
    assertEquals("end", drip("!", "!").last());
  }
}
