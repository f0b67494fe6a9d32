import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Half load for many minutes, with streams beside it, and what must not grow: the live heap, the
 * resident memory, threads, open files. Each stretch of the run is a row of the table.
 */
final class Soak {
  private static final int STRETCHES = 5;
  private static final int STREAMS = 50;
  private static final int CHUNKS = 100;
  private static final int PACE_MILLIS = 50;
  private static final int CONNECTIONS = 256;
  private static final long JCMD_SECONDS = 60;
  private static final long SETTLE_MILLIS = 6_000; // idle connections to the backend end after 4 s

  private final Subject subject;
  private final Loader questions;
  private final Loader streams;
  private final Measurement measurement;
  private final Samples samples;

  Soak(
      Subject subject, Loader questions, Loader streams, Measurement measurement, Samples samples) {
    this.subject = subject;
    this.questions = questions;
    this.streams = streams;
    this.measurement = measurement;
    this.samples = samples;
  }

  void run(double minutes) throws IOException {
    int rate = (int) (samples.median(subject.name(), "saturation-rate") / 2);
    measurement.behave(new Mock.Behaviour(0, 0, CHUNKS, PACE_MILLIS, 0, 0));
    look("before");
    for (int stretch = 1; stretch <= STRETCHES; stretch++) {
      String name = "after " + Samples.number(minutes * stretch / STRETCHES, 1) + " min";
      stretch(name, rate, minutes * 60 / STRETCHES);
      look(name);
    }
  }

  private void stretch(String name, int rate, double seconds) throws IOException {
    streams.begin(subject.closed(Shape.stream(CHUNKS, PACE_MILLIS), STREAMS, seconds));
    questions.begin(subject.open(Shape.whole(), CONNECTIONS, rate, seconds));
    var asked = questions.end();
    var streamed = streams.end();
    samples.add(name, "soak-rate", asked.path("rate").asDouble());
    samples.add(name, "soak-p99", asked.path("wait").path("p99").asDouble() / 1e3);
    for (var result : List.of(asked, streamed)) {
      if (!result.path("errors").isEmpty()) {
        samples.error(name + ": " + result.path("errors"));
      }
    }
  }

  private void look(String name) throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    samples.add(name, "soak-live-mb", liveBytes() / 1e6);
    samples.add(name, "soak-resident-mb", subject.child().residentBytes() / 1e6);
    samples.add(name, "soak-threads", subject.child().threads());
    samples.add(name, "soak-descriptors", subject.child().descriptors());
    System.out.println(
        name + ": " + samples.cell(name, "soak-live-mb", 1) + " MB live in the heap");
  }

  /**
   * Bytes of all objects that can be reached: the count makes the JVM collect first. What the
   * collector fills its gaps with is listed too, and left out here.
   */
  private double liveBytes() throws IOException {
    String jcmd = System.getProperty("java.home") + "/bin/jcmd";
    Process process =
        new ProcessBuilder(jcmd, Long.toString(subject.child().pid()), "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    try (var lines = process.inputReader().lines()) {
      double live =
          lines
              .filter(line -> line.matches(" *\\d+: .*") && !line.contains(".vm.Filler"))
              .mapToDouble(line -> Double.parseDouble(line.strip().split("\\s+")[2]))
              .sum();
      process.waitFor(JCMD_SECONDS, TimeUnit.SECONDS);
      return live;
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
