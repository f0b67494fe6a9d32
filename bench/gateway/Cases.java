import java.io.IOException;

/** The cases: each is measured of one subject at a time, and what comes of it goes to samples. */
final class Cases {
  /** Callers in a closed loop: more than enough to keep one processor busy. */
  static final int CALLERS = 32;

  /** Connections that an open loop may use before its plan has to wait. */
  private static final int OPEN_CONNECTIONS = 256;

  /** What the 99th of 100 callers may wait where throughput at a latency is asked for. */
  private static final double CEILING_MILLIS = 10;

  /** A slow peer is warm enough after so long, however little it has answered. */
  private static final double WARM_SECONDS_MAX = 20;

  /** A JVM is warm when its compilers use less of a processor in so many turns one after another. */
  private static final double COMPILING_SHARE = 0.03;

  private static final int RESTFUL_TURNS = 2;
  private static final int WARM_TURNS_MAX = 20;

  /** Of so many warming questions one more is streamed. */
  private static final int WARM_STREAM_SHARE = 8;

  private static final int STREAMS = 100;
  private static final int CHUNKS = 100;
  private static final int PACE_MILLIS = 20;
  private static final double[] SHARES = {0.95, 0.9, 0.8, 0.7, 0.6, 0.5};

  private final Measurement measurement;
  private final Samples samples;
  private final Subject direct;
  private final double seconds;

  Cases(Measurement measurement, Samples samples, Subject direct, double seconds) {
    this.measurement = measurement;
    this.samples = samples;
    this.direct = direct;
    this.seconds = seconds;
  }

  /** Load until the compilers have done their work; nothing of it is kept but errors. */
  void warm(Subject subject, int questions) throws IOException {
    measurement.behave(Mock.Behaviour.plain());
    Load.Order whole = subject.closed(Shape.whole(), CALLERS, WARM_SECONDS_MAX);
    Shape shape = Shape.stream(Mock.Behaviour.plain().chunks(), 0);
    Load.Order stream = subject.closed(shape, CALLERS, WARM_SECONDS_MAX);
    int restful = subject.child().compilerMicros() == 0 ? 1 : 0; // no JVM: one turn is enough
    for (int turn = 0; turn < WARM_TURNS_MAX && restful < RESTFUL_TURNS; turn++) {
      long start = System.nanoTime();
      long before = subject.child().compilerMicros();
      keep(subject, "warm-up", whole.atMost(questions));
      keep(subject, "warm-up of streams", stream.atMost(questions / WARM_STREAM_SHARE));
      double micros = (System.nanoTime() - start) / 1e3;
      boolean rests = subject.child().compilerMicros() - before < COMPILING_SHARE * micros;
      restful = rests ? restful + 1 : 0;
    }
  }

  /** As many questions as it can answer: the cost of one, and how many there are. */
  void saturation(Subject subject) throws IOException {
    measurement.behave(Mock.Behaviour.plain());
    Measurement.Measured measured =
        keep(subject, "saturation", subject.closed(Shape.whole(), CALLERS, seconds));
    if (measured.errors().isEmpty()) {
      String name = subject.name();
      samples.add(name, "cpu-micros", measured.cpuMicrosPerAnswer());
      samples.add(name, "saturation-rate", measured.rate());
      samples.add(name, "saturation-p50", measured.millis("wait", "p50"));
      samples.add(name, "saturation-p99", measured.millis("wait", "p99"));
      samples.add(name, "subject-cores", measured.subjectCores());
      samples.add(name, "load-cores", measured.loadCores());
    }
  }

  /** Streams at a pace: the cost of a chunk, and whether any came late. */
  void streams(Subject subject) throws IOException {
    measurement.behave(new Mock.Behaviour(0, PACE_MILLIS, CHUNKS, PACE_MILLIS, 0, 0));
    Shape shape = Shape.stream(CHUNKS, PACE_MILLIS);
    Measurement.Measured measured =
        keep(subject, "streams", subject.closed(shape, STREAMS, seconds));
    if (measured.errors().isEmpty()) {
      String name = subject.name();
      samples.add(name, "chunk-cpu-micros", measured.cpuMicrosPerChunk());
      samples.add(name, "chunk-gap-p50", measured.millis("gap", "p50"));
      samples.add(name, "chunk-gap-p99", measured.millis("gap", "p99"));
      samples.add(name, "chunk-gap-max", measured.millis("gap", "max"));
      samples.add(name, "first-chunk-p50", measured.millis("first", "p50"));
    }
  }

  /** Half of what it can answer at most, by plan; and the same without it: the difference. */
  void half(Subject subject) throws IOException {
    measurement.behave(Mock.Behaviour.plain());
    int rate = (int) (samples.median(subject.name(), "saturation-rate") / 2);
    if (rate < 1) {
      return;
    }
    Measurement.Measured through = keep(subject, "half load", open(subject, rate));
    Measurement.Measured past = keep(direct, "half load, direct", open(direct, rate));
    if (through.errors().isEmpty() && past.errors().isEmpty()) {
      String name = subject.name();
      samples.add(name, "half-rate", through.rate());
      samples.add(name, "half-cpu-micros", through.cpuMicrosPerAnswer());
      samples.add(name, "half-p99", through.millis("wait", "p99"));
      samples.add(name, "late-p99", through.millis("late", "p99"));
      for (String percentile : new String[] {"p50", "p99"}) {
        double added = through.millis("wait", percentile) - past.millis("wait", percentile);
        samples.add(name, "added-" + percentile, added);
      }
    }
  }

  /** The most questions a second, by plan, that it answers with a p99 below the ceiling. */
  void ceiling(Subject subject) throws IOException {
    measurement.behave(Mock.Behaviour.plain());
    double most = samples.median(subject.name(), "saturation-rate");
    for (double share : SHARES) {
      int rate = (int) (most * share);
      if (rate < 1) {
        return;
      }
      Measurement.Measured measured = measurement.measure(subject, open(subject, rate));
      if (measured.errors().isEmpty()
          && measured.rate() > 0.98 * rate
          && measured.millis("wait", "p99") <= CEILING_MILLIS) {
        samples.add(subject.name(), "rate-at-10ms", measured.rate());
        return;
      }
    }
    samples.add(subject.name(), "rate-at-10ms", 0);
  }

  /** 400 KB of prompt: the cost of one, and so how many a processor answers in a second. */
  void longPrompts(Subject subject) throws IOException {
    measurement.behave(Mock.Behaviour.plain());
    Measurement.Measured measured =
        keep(subject, "400 KB", subject.closed(Shape.longPrompt(), CALLERS / 4, 2 * seconds));
    if (measured.errors().isEmpty()) {
      samples.add(subject.name(), "long-cpu-micros", measured.cpuMicrosPerAnswer());
      samples.add(subject.name(), "long-rate", measured.rate());
      samples.add(subject.name(), "long-per-core", 1e6 / measured.cpuMicrosPerAnswer());
    }
  }

  /** 1,000 questions a second while {@code streams} keeps 200 streams open. */
  void crowd(Subject subject, Loader streams, int questions, double crowdSeconds)
      throws IOException {
    measurement.behave(new Mock.Behaviour(0, PACE_MILLIS, CHUNKS, 5 * PACE_MILLIS, 0, 0));
    Shape shape = Shape.stream(CHUNKS, 5 * PACE_MILLIS);
    streams.begin(subject.closed(shape, 2 * STREAMS, crowdSeconds));
    Load.Order order = subject.open(Shape.whole(), OPEN_CONNECTIONS, questions, crowdSeconds);
    Measurement.Measured measured = keep(subject, "crowd", order);
    String resident = "crowd-resident-mb";
    samples.add(subject.name(), resident, subject.child().residentBytes() / 1e6);
    String errors = streams.end().path("errors").toString();
    if (!errors.equals("{}")) {
      samples.error(subject.name() + ", streams of the crowd: " + errors);
    } else if (measured.errors().isEmpty()) {
      samples.add(subject.name(), "crowd-rate", measured.rate());
      samples.add(subject.name(), "crowd-p50", measured.millis("wait", "p50"));
      samples.add(subject.name(), "crowd-p99", measured.millis("wait", "p99"));
      samples.add(subject.name(), "crowd-cores", measured.subjectCores());
    }
  }

  private Load.Order open(Subject subject, int rate) {
    return subject.open(Shape.whole(), OPEN_CONNECTIONS, rate, seconds);
  }

  private Measurement.Measured keep(Subject subject, String what, Load.Order order)
      throws IOException {
    Measurement.Measured measured = measurement.measure(subject, order);
    if (!measured.errors().isEmpty()) {
      samples.error(subject.name() + ", " + what + ": " + measured.errors());
    }
    samples.add("machine", "foreign-cores", measured.foreignCores());
    return measured;
  }
}
