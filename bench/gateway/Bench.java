import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One run of the bench: starts what is measured, measures in turns, reports, ends it all. */
final class Bench implements AutoCloseable {
  private static final List<String> SMALL = List.of("-XX:+UseSerialGC", "-Xmx512m");
  private static final double CROWD_SECONDS = 20;
  private static final int CROWD_QUESTIONS = 1_000;

  private final BenchOptions options;
  private final String command;
  private final Subjects subjects;
  private final Child mock;
  private final Loader loader;
  private final Subject direct;
  private final Measurement measurement;
  private final Samples samples = new Samples();
  private final Cases cases;
  private final List<Subject> running = new ArrayList<>();

  private Bench(BenchOptions options, String command, int mockPort) throws IOException {
    this.options = options;
    this.command = command;
    this.subjects = new Subjects(options, mockPort);
    this.mock =
        Child.start(
            "mock",
            small("Mock", Integer.toString(mockPort)),
            Map.of(),
            options.loadCpus(),
            options.work().resolve("mock.log"));
    mock.line();
    this.loader = Loader.start(options, small("Load"), "load");
    this.direct = new Subject("direct", mock, mockPort, Map.of(), "m", 0);
    this.measurement = new Measurement(loader, mock, mockPort);
    this.cases = new Cases(measurement, samples, direct, options.seconds());
  }

  static Bench start(BenchOptions options, String command) throws IOException {
    return new Bench(options, command, Ports.free());
  }

  /** About two minutes: nginx, the floors, the gateway with and without guards. */
  void quick() throws IOException {
    subjects.nginx().ifPresent(running::add);
    running.add(subjects.relay(Names.NETTY, "NettyRelay"));
    running.add(subjects.governed(Names.WIRE, "WireRelay", List.of(), "--keys", "off"));
    gateway(Names.UNGUARDED, "--guards", "off");
    Subject all = gateway(Names.ALL);
    warm();
    for (int round = 1; round <= options.rounds(); round++) {
      round(round);
      cases.half(all);
    }
    report();
  }

  /** Every case, the shipped program, the steps one by one, and the peers. */
  void full() throws IOException {
    subjects.nginx().ifPresent(running::add);
    running.add(subjects.relay(Names.NETTY, "NettyRelay"));
    running.add(subjects.relay(Names.VERTX, "VertxRelay"));
    running.add(subjects.governed(Names.WIRE, "WireRelay", List.of(), "--keys", "off"));
    running.add(subjects.governed(Names.WIRE_KEYS, "WireRelay", List.of()));
    gateway(Names.PARSED, "--guards", "off", "--limits", "off", "--ledger", "off");
    gateway(Names.RESERVED, "--guards", "off", "--ledger", "off");
    gateway(Names.UNRECORDED, "--ledger", "off");
    Subject unguarded = gateway(Names.UNGUARDED, "--guards", "off");
    Subject all = gateway(Names.ALL);
    running.add(subjects.shipped(Names.SHIPPED, ""));
    peers();
    idle();
    warm();
    for (int round = 1; round <= options.rounds(); round++) {
      round(round);
      for (Subject subject : running) {
        cases.half(subject);
      }
      cases.longPrompts(unguarded);
      cases.longPrompts(all);
    }
    for (Subject subject : running) {
      say("most questions at a p99 of 10 ms: " + subject.name());
      cases.ceiling(subject);
      samples.add(subject.name(), "loaded-resident-mb", subject.child().residentBytes() / 1e6);
    }
    end();
    crowd("");
    crowd("-Xmx80m");
    report();
  }

  /** Half load for long, with what must not grow before and after. */
  void soak() throws IOException {
    Subject shipped = subjects.shipped(Names.SHIPPED, "");
    running.add(shipped);
    cases.warm(shipped, options.warmQuestions());
    cases.saturation(shipped);
    try (Loader streams = Loader.start(options, small("Load"), "streams")) {
      new Soak(shipped, loader, streams, measurement, samples).run(options.soakMinutes());
    }
    report();
  }

  /** Where the time of the governed chat goes, from a recording of the JVM's own profiler. */
  void profile() throws IOException {
    Path recording = options.work().resolve("gateway.jfr");
    List<String> flags =
        List.of(
            "-XX:StartFlightRecording:filename="
                + recording
                + ",settings=profile,jdk.CPUTimeSample#enabled=true"
                + ",jdk.CPUTimeSample#throttle=2ms",
            "-XX:FlightRecorderOptions:stackdepth=128");
    Subject all = subjects.governed(Names.ALL, "Governed", flags);
    running.add(all);
    cases.warm(all, options.warmQuestions());
    for (int round = 1; round <= options.rounds(); round++) {
      cases.saturation(all);
    }
    end();
    Profile.print(recording, options.rounds() * options.seconds());
    report();
  }

  @Override
  public void close() throws IOException {
    end();
    loader.close();
    mock.close();
    subjects.deleteHomes();
  }

  private Subject gateway(String name, String... steps) throws IOException {
    Subject gateway = subjects.governed(name, "Governed", List.of(), steps);
    running.add(gateway);
    return gateway;
  }

  private void peers() throws IOException {
    subjects
        .peer(
            "portkey",
            "Portkey",
            Map.of(
                "authorization",
                "Bearer none",
                "x-portkey-provider",
                "openai",
                "x-portkey-custom-host",
                "http://127.0.0.1:" + direct.port() + "/v1"),
            "m")
        .ifPresent(running::add);
    subjects.peer("litellm", "LiteLLM", Subjects.bearer("sk-bench"), "m").ifPresent(running::add);
    subjects.peer("bifrost", "Bifrost", Map.of(), "openai/m").ifPresent(running::add);
  }

  private void idle() {
    for (Subject subject : running) {
      samples.add(subject.name(), "ready-seconds", subject.readySeconds());
      samples.add(subject.name(), "idle-resident-mb", subject.child().residentBytes() / 1e6);
    }
  }

  private void warm() throws IOException {
    for (Subject subject : running) {
      say("warming: " + subject.name());
      cases.warm(subject, options.warmQuestions());
    }
    cases.warm(direct, options.warmQuestions());
  }

  private void round(int round) throws IOException {
    for (Subject subject : running) {
      say("round " + round + " of " + options.rounds() + ": " + subject.name());
      cases.saturation(subject);
    }
    for (Subject subject : running) {
      say("round " + round + " of " + options.rounds() + ", streams: " + subject.name());
      cases.streams(subject);
    }
  }

  private void crowd(String javaOptions) throws IOException {
    say("200 streams and 1,000 questions a second: " + javaOptions);
    try (Subject shipped = subjects.shipped(Names.SHIPPED + " " + javaOptions, javaOptions);
        Loader streams = Loader.start(options, small("Load"), "streams")) {
      cases.warm(shipped, options.warmQuestions());
      cases.crowd(shipped, streams, CROWD_QUESTIONS, CROWD_SECONDS);
    } catch (IOException e) {
      samples.error("crowd, " + javaOptions + ": " + e.getMessage());
    }
  }

  private void report() throws IOException {
    new Report(options, command, samples).write();
  }

  private void end() {
    running.forEach(Subject::close);
    running.clear();
  }

  private List<String> small(String program, String... arguments) {
    List<String> command = new ArrayList<>(subjects.java(program, SMALL, arguments));
    command.remove("-XX:+UseParallelGC");
    return command;
  }

  private static void say(String what) {
    System.out.println(what);
  }
}
