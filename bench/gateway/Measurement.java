import dev.moat.core.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import tools.jackson.databind.JsonNode;

/**
 * Measures one subject under one load: what the callers saw, what the kernel charged the subject
 * for it, and how much of the machine others had meanwhile.
 */
final class Measurement {
  /**
   * What came of it.
   *
   * @param cpuMicros user and system time of the subject
   * @param subjectCores what that is of a processor
   * @param loadCores the same for callers and mock
   * @param foreignCores the same for all that is not ours
   */
  record Measured(
      JsonNode seen, double cpuMicros, double subjectCores, double loadCores, double foreignCores) {
    long answered() {
      return seen.path("answered").asLong();
    }

    double rate() {
      return seen.path("rate").asDouble();
    }

    double millis(String histogram, String percentile) {
      return seen.path(histogram).path(percentile).asDouble() / 1e3;
    }

    double cpuMicrosPerAnswer() {
      return cpuMicros / Math.max(1, answered());
    }

    double cpuMicrosPerChunk() {
      return cpuMicros / Math.max(1, seen.path("chunks").asLong());
    }

    /** The errors as text, or empty. */
    String errors() {
      JsonNode errors = seen.path("errors");
      return errors.isEmpty() ? "" : Json.text(errors);
    }
  }

  private final Loader loader;
  private final Child mock;
  private final int mockPort;
  private final HttpClient http = HttpClient.newHttpClient();
  private Mock.Behaviour behaviour = Mock.Behaviour.plain();

  Measurement(Loader loader, Child mock, int mockPort) {
    this.loader = loader;
    this.mock = mock;
    this.mockPort = mockPort;
  }

  /** Lets the mock behave so from now on. */
  void behave(Mock.Behaviour next) throws IOException {
    if (next.equals(behaviour)) {
      return;
    }
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + mockPort + "/behave"))
            .version(HttpClient.Version.HTTP_1_1)
            .POST(HttpRequest.BodyPublishers.ofString(Json.text(next.json())))
            .build();
    try {
      http.send(request, HttpResponse.BodyHandlers.discarding());
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    behaviour = next;
  }

  /** Carries out the order against the subject. */
  Measured measure(Subject subject, Load.Order order) throws IOException {
    long start = System.nanoTime();
    long subjectBefore = subject.child().cpuMicros();
    long loadBefore = loader.cpuMicros() + mock.cpuMicros();
    long oursBefore = Child.cpuMicros(ProcessHandle.current());
    long busyBefore = Machine.busyMicros();
    loader.begin(order);
    JsonNode seen = loader.end();
    double subjectCpu = subject.child().cpuMicros() - subjectBefore;
    double loadCpu = loader.cpuMicros() + mock.cpuMicros() - loadBefore;
    double ours = Child.cpuMicros(ProcessHandle.current()) - oursBefore;
    double busy = Machine.busyMicros() - busyBefore;
    double micros = (System.nanoTime() - start) / 1e3;
    return new Measured(
        seen, subjectCpu, subjectCpu / micros, loadCpu / micros, Math.max(0, busy - ours) / micros);
  }
}
