package dev.moat.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server in a process of its own, on a heap of 256 MiB, under attack. */
class SiegeTest {
  private static final int SLOW_CALLERS = 10_000;
  private static final int HEAD_BYTES = 12 << 10;

  private Process victim;
  private int port;
  private final List<SocketChannel> attackers = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    victim =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                SiegeVictim.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader out = victim.inputReader(StandardCharsets.UTF_8);
    port = Integer.parseInt(out.readLine());
  }

  @AfterEach
  void stop() throws IOException {
    for (SocketChannel attacker : attackers) {
      attacker.close();
    }
    victim.destroyForcibly();
  }

  private SocketChannel attack(byte[] bytes) throws IOException {
    SocketChannel attacker =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    attackers.add(attacker);
    attacker.configureBlocking(false);
    ByteBuffer left = ByteBuffer.wrap(bytes);
    while (left.hasRemaining() && attacker.write(left) > 0) {
      // as much as goes without waiting
    }
    return attacker;
  }

  private void requireAnswers(int count) {
    for (int i = 0; i < count; i++) {
      try (RawHttp http = RawHttp.connect(port).post("/echo", "x".repeat(1000))) {
        assertEquals("1000", http.answer().text());
      }
    }
    assertTrue(victim.isAlive(), "the server died");
  }

  @Test
  void answersWhileTenThousandSendLongHeadsThatNeverEnd() throws IOException {
    String head = "POST /echo HTTP/1.1\r\nhost: x\r\nx-slow: " + "s".repeat(HEAD_BYTES);
    byte[] bytes = head.getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < SLOW_CALLERS; i++) {
      attack(bytes);
      if (i % 1000 == 999) {
        requireAnswers(5);
      }
    }
    requireAnswers(100);
  }

  @Test
  void outlivesBodiesThatTogetherWouldNotFitIntoItsHeap() throws IOException {
    String head = "POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 8000000\r\n\r\n";
    for (int i = 0; i < 100; i++) {
      SocketChannel attacker = attack(head.getBytes(StandardCharsets.US_ASCII));
      attacker.configureBlocking(true);
      send(attacker, 6_000_000);
    }
    assertTrue(victim.isAlive(), "the server died");
    for (SocketChannel attacker : attackers) {
      attacker.close();
    }
    for (boolean answered = false; !answered; ) {
      try (RawHttp http = RawHttp.connect(port).post("/echo", "x")) {
        answered = http.answer().status() == 200;
      }
    }
    requireAnswers(20);
  }

  /** Sends until all is sent, or the server wants no more. */
  private static void send(SocketChannel attacker, int length) {
    ByteBuffer chunk = ByteBuffer.allocate(1 << 16);
    try {
      for (int sent = 0; sent < length; sent += chunk.capacity()) {
        chunk.clear();
        while (chunk.hasRemaining()) {
          attacker.write(chunk);
        }
      }
    } catch (IOException _) {
      // it refused the body and closed: just what it should do when there is no more room
    }
  }
}
