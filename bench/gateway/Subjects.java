import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Starts what is measured, each before the same mock. */
final class Subjects {
  private static final double READY_SECONDS_MAX = 120;

  private final BenchOptions options;
  private final int mock;
  private final List<Path> homes = new ArrayList<>();

  Subjects(BenchOptions options, int mock) {
    this.options = options;
    this.mock = mock;
  }

  /** A relay that is one of our own programs and takes its port and the mock's. */
  Subject relay(String name, String program) throws IOException {
    int port = Ports.free();
    List<String> command = java(program, List.of(), Integer.toString(port), Integer.toString(mock));
    long start = System.nanoTime();
    Child child = started(name, command, Map.of());
    child.ignoreOutput();
    return new Subject(name, child, port, Map.of(), "m", 0).ready(start, READY_SECONDS_MAX);
  }

  /** The wire room's relay, or the gateway, with those steps on or off. */
  Subject governed(String name, String program, List<String> flags, String... steps)
      throws IOException {
    Path home = newHome();
    List<String> all =
        new ArrayList<>(List.of("--home", home.toString(), "--mock", Integer.toString(mock)));
    all.addAll(List.of(steps));
    long start = System.nanoTime();
    Child child = started(name, java(program, flags, all.toArray(String[]::new)), Map.of());
    JsonNode said = child.object("key");
    child.ignoreOutput();
    Map<String, String> headers = bearer(said.path("key").asString());
    return new Subject(name, child, said.path("port").asInt(), headers, "m", 0)
        .ready(start, READY_SECONDS_MAX);
  }

  /**
   * The program as it is shipped: {@code moat up} before the mock. The first start makes the home
   * and its key; what is measured is the second.
   */
  Subject shipped(String name, String javaOptions) throws IOException {
    Path home = newHome();
    String key;
    try (Child first = started(name, up(home, Ports.free()), Map.of())) {
      key = first.object("address").path("key").path("secret").asString();
    }
    int port = Ports.free();
    long start = System.nanoTime();
    Child child = started(name, up(home, port), Map.of("MOAT_JAVA_OPTIONS", javaOptions));
    child.ignoreOutput();
    return new Subject(name, child, port, bearer(key), "m", 0).ready(start, READY_SECONDS_MAX);
  }

  /** nginx with one worker and idle connections to the mock kept, if it is there. */
  Optional<Subject> nginx() throws IOException {
    return peer("nginx", "nginx proxy_pass", Map.of(), "m");
  }

  /** A peer that was installed before; where it is not or does not start, that is said. */
  Optional<Subject> peer(String script, String name, Map<String, String> headers, String model)
      throws IOException {
    int port = Ports.free();
    Path folder = Files.createDirectories(options.work().resolve(script));
    List<String> command =
        List.of(
            options.root().resolve("bench/gateway/peers/" + script).toString(),
            "start",
            options.peers().toString(),
            Integer.toString(port),
            Integer.toString(mock),
            folder.toString());
    long start = System.nanoTime();
    Child child = started(script, command, Map.of());
    child.ignoreOutput();
    try {
      return Optional.of(
          new Subject(name, child, port, headers, model, 0).ready(start, READY_SECONDS_MAX));
    } catch (IOException e) {
      Path log = log(script);
      System.out.println("left out: " + name + " (" + e.getMessage() + ": " + log + ")");
      return Optional.empty();
    }
  }

  /** One of our own programs with the flags that the launcher gives to every Java. */
  List<String> java(String program, List<String> flags, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program));
    command.addAll(List.of(arguments));
    return command;
  }

  static Map<String, String> bearer(String key) {
    return Map.of("authorization", "Bearer " + key);
  }

  /** Deletes what the gateways kept: keys, databases, ledgers. */
  void deleteHomes() throws IOException {
    for (Path home : homes) {
      List<Path> all;
      try (Stream<Path> walk = Files.walk(home)) {
        all = walk.sorted(Comparator.reverseOrder()).toList();
      }
      for (Path path : all) {
        Files.delete(path);
      }
    }
    homes.clear();
  }

  private Path newHome() throws IOException {
    Path home = Files.createTempDirectory(options.work(), "home");
    homes.add(home);
    return home;
  }

  private List<String> up(Path home, int port) {
    return List.of(
        options.root().resolve("moat").toString(),
        "up",
        "--home",
        home.toString(),
        "--port",
        Integer.toString(port),
        "--upstream",
        "http://127.0.0.1:" + mock + "/v1",
        "--json");
  }

  private Child started(String name, List<String> command, Map<String, String> environment)
      throws IOException {
    return Child.start(name, command, environment, options.gatewayCpus(), log(name));
  }

  private Path log(String name) {
    return options.work().resolve(name.replaceAll("[^A-Za-z0-9]+", "-") + ".log");
  }
}
