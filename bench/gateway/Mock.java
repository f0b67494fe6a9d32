import dev.moat.core.Json;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.PriorityQueue;
import java.util.Random;
import tools.jackson.databind.JsonNode;

/**
 * A model server that thinks of nothing, as a process of its own: one thread, prepared answers.
 *
 * <p>How it behaves is posted to {@code /behave} and holds for the requests after that; see {@link
 * Behaviour}.
 */
final class Mock {
  /**
   * How it answers.
   *
   * @param latencyMillis until the first byte
   * @param jitterMillis how much later than that it may be, by chance
   * @param chunks pieces of text in a stream
   * @param paceMillis from one piece to the next
   * @param failPercent how many are answered with status 500
   * @param busyPercent how many are answered with status 429
   */
  record Behaviour(
      int latencyMillis,
      int jitterMillis,
      int chunks,
      int paceMillis,
      int failPercent,
      int busyPercent) {
    static Behaviour plain() {
      return new Behaviour(0, 0, 40, 0, 0, 0);
    }

    static Behaviour of(JsonNode json) {
      return new Behaviour(
          json.path("latencyMillis").asInt(0),
          json.path("jitterMillis").asInt(0),
          json.path("chunks").asInt(40),
          json.path("paceMillis").asInt(0),
          json.path("failPercent").asInt(0),
          json.path("busyPercent").asInt(0));
    }

    JsonNode json() {
      return Json.object()
          .put("latencyMillis", latencyMillis)
          .put("jitterMillis", jitterMillis)
          .put("chunks", chunks)
          .put("paceMillis", paceMillis)
          .put("failPercent", failPercent)
          .put("busyPercent", busyPercent);
    }
  }

  private record Timer(long nanos, Runnable work) implements Comparable<Timer> {
    @Override
    public int compareTo(Timer other) {
      return Long.signum(nanos - other.nanos);
    }
  }

  private final Selector selector;
  private final PriorityQueue<Timer> timers = new PriorityQueue<>();
  private final ByteBuffer input = ByteBuffer.allocateDirect(256 << 10);
  private final byte[] bytes = new byte[256 << 10];
  private final Random random = new Random(3);
  private Behaviour behaviour = Behaviour.plain();
  private MockAnswers answers = new MockAnswers(behaviour.chunks());

  private Mock(Selector selector) {
    this.selector = selector;
  }

  /** Takes the port to listen on; says so when it does. */
  public static void main(String[] arguments) throws IOException {
    try (Selector selector = Selector.open();
        ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0])), 4096);
      server.configureBlocking(false);
      server.register(selector, SelectionKey.OP_ACCEPT);
      System.out.println("{\"port\":" + server.socket().getLocalPort() + "}");
      Mock mock = new Mock(selector);
      while (true) {
        mock.turn(server);
      }
    }
  }

  private void turn(ServerSocketChannel server) throws IOException {
    Timer first = timers.peek();
    if (first == null) {
      selector.select();
    } else {
      long millis = (first.nanos() - System.nanoTime() + 999_999) / 1_000_000;
      if (millis > 0) {
        selector.select(millis);
      } else {
        selector.selectNow();
      }
    }
    for (SelectionKey key : selector.selectedKeys()) {
      if (key.isAcceptable()) {
        accept(server);
      } else if (key.isValid()) {
        ((MockConnection) key.attachment()).ready(key);
      }
    }
    selector.selectedKeys().clear();
    long now = System.nanoTime();
    while (!timers.isEmpty() && timers.peek().nanos() <= now) {
      timers.remove().work().run();
    }
  }

  private void accept(ServerSocketChannel server) throws IOException {
    for (SocketChannel channel = server.accept(); channel != null; channel = server.accept()) {
      channel.configureBlocking(false);
      channel.socket().setTcpNoDelay(true);
      SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
      key.attach(new MockConnection(this, channel, key));
    }
  }

  /** What came in on that channel, in {@link #bytes}; -1 at its end. */
  int read(SocketChannel channel) throws IOException {
    input.clear();
    int read = channel.read(input);
    if (read > 0) {
      input.get(0, bytes, 0, read);
    }
    return read;
  }

  byte[] bytes() {
    return bytes;
  }

  Behaviour behaviour() {
    return behaviour;
  }

  MockAnswers answers() {
    return answers;
  }

  void behave(byte[] json) {
    behaviour = Behaviour.of(Json.parse(new String(json, StandardCharsets.UTF_8), "behaviour"));
    answers = new MockAnswers(behaviour.chunks());
  }

  int chance(int bound) {
    return bound <= 0 ? 0 : random.nextInt(bound);
  }

  void after(long millis, Runnable work) {
    timers.add(new Timer(System.nanoTime() + millis * 1_000_000, work));
  }
}
