package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Json;
import dev.moat.wire.ServerLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What the connection itself refuses has the form of the API too. */
class WireErrorsTest {
  private static final Duration PATIENT = Duration.ofSeconds(20);

  private TestGateway gateway;

  @BeforeEach
  void start() {
    ServerLimits limits =
        new ServerLimits(
            10_000,
            64 << 20,
            4_000,
            100,
            8,
            PATIENT,
            Duration.ofMillis(300),
            PATIENT,
            PATIENT,
            PATIENT);
    gateway = TestGateway.start(GatewaySettings.defaults(), limits);
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  /** Sends the bytes and reads until the server closes; the error of the answer. */
  private JsonNode refused(int status, String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.server.port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      try {
        socket.getInputStream().transferTo(all);
      } catch (IOException e) {
        // a reset after the answer ends it as well
      }
      String said = all.toString(StandardCharsets.UTF_8);
      assertTrue(said.split(" ")[1].equals("" + status), said);
      assertTrue(said.contains("x-request-id: "), said);
      assertTrue(said.contains("content-type: application/json"), said);
      JsonNode error =
          Json.parse(said.substring(said.indexOf("\r\n\r\n") + 4), "answer").path("error");
      assertEquals(Set.of("message", "type", "param", "code"), Set.copyOf(error.propertyNames()));
      assertEquals("invalid_request_error", error.path("type").stringValue());
      return error;
    }
  }

  private static String head(String... lines) {
    return String.join("\r\n", lines) + "\r\n\r\n";
  }

  private static String posting(String... lines) {
    return head(
        "POST /v1/chat/completions HTTP/1.1",
        "host: x",
        "authorization: Bearer " + TestGateway.KEY,
        String.join("\r\n", lines));
  }

  private static void assertCode(String code, JsonNode error) {
    assertEquals(code, error.path("code").asString(), error.toString());
  }

  @Test
  void aRequestThatIsNoHttp() throws IOException {
    assertTrue(refused(400, "nonsense\r\n\r\n").path("code").isNull());
  }

  @Test
  void aHeadThatIsTooLarge() throws IOException {
    String large = "x: " + "y".repeat(5_000);
    assertCode("request_headers_too_large", refused(431, posting(large)));
  }

  @Test
  void aRequestLineThatIsTooLong() throws IOException {
    refused(414, head("GET /" + "y".repeat(9_000) + " HTTP/1.1", "host: x"));
  }

  @Test
  void aBodyThatIsTooLarge() throws IOException {
    assertCode("request_too_large", refused(413, posting("content-length: 10001")));
    JsonNode error =
        refused(413, posting("transfer-encoding: chunked") + "4e20\r\n" + "x".repeat(20_000));
    assertCode("request_too_large", error);
    assertTrue(error.path("message").stringValue().contains("10000"), error.toString());
  }

  @Test
  void aBodyThatIsLate() throws IOException {
    assertCode("request_timeout", refused(408, posting("content-length: 100") + "{\"model\""));
  }

  @Test
  void aBodyThatIsCompressed() throws IOException {
    String gzip = posting("content-encoding: gzip", "content-length: 1", "connection: close");
    assertCode("unsupported_content_encoding", refused(415, gzip + "x"));
  }

  @Test
  void aLengthThatIsNone() throws IOException {
    refused(400, posting("content-length: 5", "content-length: 6"));
  }

  @Test
  void nothingOfThisReachesTheModelOrTheLedger() throws IOException {
    refused(413, posting("content-length: 10001"));
    refused(408, posting("content-length: 100") + "{\"model\"");
    assertTrue(gateway.backend.unasked());
    assertTrue(gateway.ledger.isEmpty());
    String metrics = gateway.meters.scrape();
    assertTrue(metrics.contains("status=\"413\"} 1"), metrics);
    assertTrue(metrics.contains("status=\"408\"} 1"), metrics);
    assertTrue(metrics.contains("moat_exchanges_active 0"), metrics);
  }
}
