package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A thousand callers at the same time, each with a stream of its own. */
class GatewayCrowdTest {
  private static final int CALLERS = 1_000;
  private static final Pattern CONTENT = Pattern.compile("\"content\":\"([^\"]*)\"");
  private static final int PATIENCE_MILLIS = 60_000;

  private final TestGateway gateway = TestGateway.start();
  private final List<Socket> callers = new ArrayList<>();

  @AfterEach
  void stop() throws IOException {
    for (Socket caller : callers) {
      caller.close();
    }
    gateway.close();
  }

  private void ask(int number) throws IOException {
    Socket caller = new Socket(InetAddress.getLoopbackAddress(), gateway.server.port());
    callers.add(caller);
    caller.setSoTimeout(PATIENCE_MILLIS);
    byte[] body =
        TestGateway.chatBody("question " + number, ",\"stream\":true")
            .getBytes(StandardCharsets.UTF_8);
    String head =
        "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nconnection: close\r\n"
            + "authorization: Bearer "
            + TestGateway.KEY
            + "\r\ncontent-length: "
            + body.length
            + "\r\n\r\n";
    caller.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    caller.getOutputStream().write(body);
  }

  private static String all(Socket caller) throws IOException {
    InputStream in = caller.getInputStream();
    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }

  /** What the deltas of the stream say together. */
  private static String said(String stream) {
    return CONTENT
        .matcher(stream)
        .results()
        .map(found -> found.group(1))
        .collect(Collectors.joining());
  }

  @Test
  void aThousandStreamsAtOnceEachGetTheirOwnAnswer() throws IOException {
    gateway.backend.waits();
    for (int i = 0; i < CALLERS; i++) {
      ask(i);
    }
    List<FakeBackend.Run> runs = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      runs.add(gateway.backend.nextRun());
    }
    assertEquals(CALLERS, gateway.meters.get("moat.exchanges.active").gauge().value());
    for (FakeBackend.Run run : runs) {
      run.say("answer to " + run.call.messages().getLast().content() + ".", " And more.").finish();
    }
    for (int i = 0; i < CALLERS; i++) {
      String text = all(callers.get(i));
      assertTrue(text.startsWith("HTTP/1.1 200"), text);
      assertEquals("answer to question " + i + ". And more.", said(text));
      assertTrue(text.contains("data: [DONE]"), text);
    }
    for (int i = 0; i < 2 * CALLERS; i++) {
      gateway.ledger.next();
    }
    assertTrue(gateway.ledger.isEmpty());
  }
}
