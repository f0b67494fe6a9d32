package dev.moat.serve;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A model server that sends exactly the bytes that a test tells it to, when it tells it to. */
final class RawUpstream implements AutoCloseable {
  /** What it does with a request that it has read. */
  @FunctionalInterface
  interface Script {
    void play(Line line) throws IOException;
  }

  /** The connection of one request. */
  record Line(Socket socket, int request) {
    Line send(String bytes) throws IOException {
      return send(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    Line send(byte[] bytes) throws IOException {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
      return this;
    }

    /** Waits, unless the other end goes before. */
    Line pause(int millis) throws IOException {
      socket.setSoTimeout(millis);
      try {
        if (socket.getInputStream().read() < 0) {
          throw new IOException("gone");
        }
      } catch (SocketTimeoutException _) {
        // nothing came, as it should be
      }
      socket.setSoTimeout(0);
      return this;
    }

    void close() throws IOException {
      socket.close();
    }
  }

  static final String STREAM_HEAD =
      "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

  final AtomicInteger requests = new AtomicInteger();
  final LinkedBlockingQueue<Socket> gone = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<Socket> sockets = new LinkedBlockingQueue<>();
  private final ServerSocket server;
  private volatile Script script = Line::close;

  RawUpstream() {
    try {
      server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  String base() {
    return "http://127.0.0.1:" + server.getLocalPort() + "/v1";
  }

  RawUpstream plays(Script next) {
    script = next;
    return this;
  }

  /** Answers every request well, with one text, streamed or whole as it was asked for. */
  RawUpstream says(String text) {
    return plays(
        line ->
            line.send(
                STREAM_HEAD
                    + chunk(content(text))
                    + chunk(finish())
                    + chunk("data: [DONE]\n\n")
                    + "0\r\n\r\n"));
  }

  /** One event that says something. */
  static String content(String text) {
    return "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"}}]}\n\n";
  }

  static String finish() {
    return "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
  }

  /** The bytes as one chunk of a chunked body. */
  static String chunk(String bytes) {
    return Integer.toHexString(bytes.length()) + "\r\n" + bytes + "\r\n";
  }

  static String whole(int status, String body) {
    return "HTTP/1.1 "
        + status
        + " X\r\ncontent-type: application/json\r\ncontent-length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  /** Whether the other end has closed a connection by now, or does so soon. */
  boolean wasLeft() throws InterruptedException {
    return gone.poll(10, TimeUnit.SECONDS) != null;
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        sockets.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(Socket socket) {
    try {
      while (!socket.isClosed() && readRequest(socket.getInputStream())) {
        script.play(new Line(socket, requests.incrementAndGet()));
      }
    } catch (IOException e) {
      // the other end has gone
    }
    gone.add(socket);
  }

  private static boolean readRequest(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        return false;
      }
      head.append((char) next);
    }
    int at = head.indexOf("content-length: ");
    if (at >= 0) {
      int length = Integer.parseInt(head.substring(at + 16, head.indexOf("\r\n", at)));
      return in.readNBytes(length).length == length;
    }
    return true;
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
