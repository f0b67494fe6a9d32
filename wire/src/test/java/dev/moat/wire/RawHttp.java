package dev.moat.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A connection that sends exactly the bytes it is told to, and reads what comes back. */
final class RawHttp implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 10_000;

  /** One answer as it came; {@code body} is decoded if it was chunked. */
  record Answer(int status, List<String> head, String text) {
    Optional<String> header(String name) {
      String start = name.toLowerCase(Locale.ROOT) + ":";
      return head.stream()
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
          .map(line -> line.substring(start.length()).strip())
          .findFirst();
    }
  }

  private final Socket socket;
  private final InputStream in;

  private RawHttp(Socket socket) throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
  }

  static RawHttp connect(int port) {
    return connect(port, 0);
  }

  /** A connection whose receive buffer has about that size, so that it can be filled. */
  static RawHttp connect(int port, int receiveBytes) {
    try {
      Socket socket = new Socket();
      if (receiveBytes > 0) {
        socket.setReceiveBufferSize(receiveBytes);
      }
      socket.setTcpNoDelay(true);
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
      socket.setSoTimeout(PATIENCE_MILLIS);
      return new RawHttp(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  RawHttp send(String text) {
    return send(text.getBytes(StandardCharsets.UTF_8));
  }

  RawHttp send(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends what the other end may refuse to take. */
  boolean trySend(byte[] bytes) {
    try {
      send(bytes);
      return true;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  RawHttp post(String path, String body, String... headerLines) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    StringBuilder head = new StringBuilder("POST " + path + " HTTP/1.1\r\nhost: test\r\n");
    for (String line : headerLines) {
      head.append(line).append("\r\n");
    }
    head.append("content-length: ").append(bytes.length).append("\r\n\r\n");
    return send(head.toString()).send(bytes);
  }

  /** Sends a head of these lines. */
  RawHttp lines(String... lines) {
    return send(String.join("\r\n", lines) + "\r\n\r\n");
  }

  RawHttp get(String path) {
    return send("GET " + path + " HTTP/1.1\r\nhost: test\r\n\r\n");
  }

  Answer answer() {
    return answer(true);
  }

  /** The next answer; one to a HEAD request has no body. */
  Answer answer(boolean hasBody) {
    List<String> head = head();
    int status = Integer.parseInt(head.getFirst().split(" ")[1]);
    Answer bare = new Answer(status, head.subList(1, head.size()), "");
    if (!hasBody || status == 204 || status == 304 || status < 200) {
      return bare;
    }
    byte[] body;
    if (bare.header("transfer-encoding").isPresent()) {
      body = chunks();
    } else if (bare.header("content-length").isPresent()) {
      body = exactly(Integer.parseInt(bare.header("content-length").get()));
    } else {
      body = rest();
    }
    return new Answer(status, bare.head(), new String(body, StandardCharsets.UTF_8));
  }

  List<String> head() {
    List<String> lines = new ArrayList<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      lines.add(line);
    }
    return lines;
  }

  /** The next chunk of a chunked body; empty at its end. */
  byte[] chunk() {
    int length = Integer.parseInt(line(), 16);
    byte[] chunk = exactly(length);
    line();
    return chunk;
  }

  /** Reads and drops that many bytes; returns how many they were. */
  int skip(int length) {
    try {
      in.skipNBytes(length);
      return length;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String line() {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = read(); b != '\n'; b = read()) {
      if (b < 0) {
        throw new UncheckedIOException(new IOException("closed inside a line: " + line));
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  /** Whether the other end closes within the time that the socket waits. */
  boolean closesSoon() {
    try {
      while (in.read() >= 0) {
        // what still comes does not matter
      }
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  /** Whether the other end closes within that time; what it sends is dropped. */
  boolean closedWithin(int millis) {
    try {
      socket.setSoTimeout(millis);
      return closesSoon();
    } catch (IOException e) {
      return true;
    }
  }

  void patient() {
    try {
      socket.setSoTimeout(PATIENCE_MILLIS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All until the other end closes or resets. */
  byte[] rest() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      for (int b = in.read(); b >= 0; b = in.read()) {
        all.write(b);
      }
    } catch (SocketTimeoutException e) {
      throw new UncheckedIOException(e);
    } catch (IOException e) {
      // a reset ends it as well
    }
    return all.toByteArray();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Closes so that the other end sees a reset. */
  void reset() {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] chunks() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] chunk = chunk(); chunk.length > 0; chunk = chunk()) {
      all.writeBytes(chunk);
    }
    return all.toByteArray();
  }

  private byte[] exactly(int length) {
    try {
      byte[] bytes = in.readNBytes(length);
      if (bytes.length < length) {
        throw new IOException("closed after " + bytes.length + " of " + length + " bytes");
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int read() {
    try {
      return in.read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
