package dev.moat.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.GZIPInputStream;

/** A collector of OTLP/HTTP that keeps what it is sent, and reads as much of it as tests ask. */
final class FakeCollector implements AutoCloseable {
  static final int SERVER = 2;
  static final int CLIENT = 3;

  /** One request, its body without compression, a character a byte. */
  record Sent(String path, Map<String, String> headers, String body) {
    String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  /** One span; a list as attribute is {@code [a, b]}. */
  record Span(
      String traceId,
      String spanId,
      String parentId,
      String name,
      int kind,
      Map<String, String> attributes) {}

  private final Queue<Sent> sent = new ConcurrentLinkedQueue<>();
  private final HttpServer server;

  FakeCollector() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::take);
    server.start();
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  List<Sent> all() {
    return List.copyOf(sent);
  }

  private void take(HttpExchange http) throws IOException {
    byte[] body = http.getRequestBody().readAllBytes();
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    http.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
    if (headers.getOrDefault("content-encoding", "").equals("gzip")) {
      body = new GZIPInputStream(new java.io.ByteArrayInputStream(body)).readAllBytes();
    }
    String text = new String(body, StandardCharsets.ISO_8859_1);
    sent.add(new Sent(http.getRequestURI().getPath(), headers, text));
    http.sendResponseHeaders(200, -1);
    http.close();
  }

  /** The spans of an ExportTraceServiceRequest (opentelemetry-proto, trace/v1). */
  static List<Span> spans(String body) {
    byte[] request = body.getBytes(StandardCharsets.ISO_8859_1);
    List<Span> spans = new ArrayList<>();
    for (byte[] resource : fields(request, 1)) {
      for (byte[] scope : fields(resource, 2)) {
        fields(scope, 2).forEach(span -> spans.add(span(span)));
      }
    }
    return spans;
  }

  private static Span span(byte[] span) {
    Map<String, String> attributes = new TreeMap<>();
    for (byte[] pair : fields(span, 9)) {
      attributes.put(text(fields(pair, 1)), value(fields(pair, 2).getFirst()));
    }
    return new Span(
        hex(fields(span, 1)),
        hex(fields(span, 2)),
        hex(fields(span, 4)),
        text(fields(span, 5)),
        (int) number(fields(span, 6).getFirst()),
        attributes);
  }

  /** An AnyValue: a text, an integer, a number, or a list of such. */
  private static String value(byte[] any) {
    if (!fields(any, 1).isEmpty()) {
      return text(fields(any, 1));
    }
    if (!fields(any, 3).isEmpty()) {
      return Long.toString(number(fields(any, 3).getFirst()));
    }
    if (!fields(any, 5).isEmpty()) {
      List<String> all = new ArrayList<>();
      fields(fields(any, 5).getFirst(), 1).forEach(each -> all.add(value(each)));
      return all.toString();
    }
    return "number";
  }

  private static String text(List<byte[]> field) {
    return field.isEmpty() ? "" : new String(field.getFirst(), StandardCharsets.UTF_8);
  }

  private static String hex(List<byte[]> field) {
    return field.isEmpty() ? "" : HexFormat.of().formatHex(field.getFirst());
  }

  private static long number(byte[] varint) {
    long value = 0;
    for (int i = 0; i < varint.length; i++) {
      value |= (long) (varint[i] & 0x7F) << (7 * i);
    }
    return value;
  }

  /** The values of all fields of that number in a protobuf message. */
  private static List<byte[]> fields(byte[] message, int wanted) {
    List<byte[]> found = new ArrayList<>();
    int[] at = {0};
    while (at[0] < message.length) {
      long tag = number(varint(message, at));
      byte[] value =
          switch ((int) (tag & 7)) {
            case 0 -> varint(message, at);
            case 1 -> bytes(message, at, 8);
            case 2 -> bytes(message, at, (int) number(varint(message, at)));
            case 5 -> bytes(message, at, 4);
            default -> throw new AssertionError("no protobuf at " + at[0]);
          };
      if (tag >>> 3 == wanted) {
        found.add(value);
      }
    }
    return found;
  }

  private static byte[] varint(byte[] message, int[] at) {
    int end = at[0];
    while ((message[end] & 0x80) != 0) {
      end++;
    }
    return bytes(message, at, end + 1 - at[0]);
  }

  private static byte[] bytes(byte[] message, int[] at, int length) {
    byte[] value = java.util.Arrays.copyOfRange(message, at[0], at[0] + length);
    at[0] += length;
    return value;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
