import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * One gateway that is measured, running.
 *
 * @param name as it stands in the tables
 * @param headers what a caller must send it
 * @param model what it calls the mock's model
 * @param readySeconds from its start to its first good answer
 */
record Subject(
    String name,
    Child child,
    int port,
    Map<String, String> headers,
    String model,
    double readySeconds)
    implements AutoCloseable {
  private static final long LOOK_NANOS = 10_000_000;

  /** An order for it, to be made complete with {@link #closed} or {@link #open}. */
  Load.Order closed(Shape shape, int connections, double seconds) {
    return order(shape, connections, 0, seconds);
  }

  /** An order of so many questions a second. */
  Load.Order open(Shape shape, int connections, int rate, double seconds) {
    return order(shape, connections, Math.max(1, rate), seconds);
  }

  /** Waits for its first good answer since {@code startNanos}; ends it if none comes. */
  Subject ready(long startNanos, double secondsMax) throws IOException {
    byte[] request = closed(Shape.whole(), 1, 1).request();
    while (!answers(request)) {
      double seconds = (System.nanoTime() - startNanos) / 1e9;
      if (!child.isAlive() || seconds > secondsMax) {
        child.close();
        throw new IOException(name + ": not ready after " + (int) seconds + " s; see its log");
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    return new Subject(name, child, port, headers, model, seconds);
  }

  @Override
  public void close() {
    child.close();
  }

  private Load.Order order(Shape shape, int connections, int rate, double seconds) {
    return new Load.Order(
        port,
        headers,
        model,
        shape.promptCharacters(),
        shape.chunks(),
        connections,
        rate,
        seconds,
        0);
  }

  private boolean answers(byte[] request) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(2_000);
      socket.getOutputStream().write(request);
      InputStream in = socket.getInputStream();
      return new String(in.readNBytes(12), StandardCharsets.US_ASCII).endsWith(" 200");
    } catch (IOException _) {
      return false;
    }
  }
}
