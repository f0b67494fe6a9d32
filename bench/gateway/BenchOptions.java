import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is to be measured and how.
 *
 * @param seconds of one measurement
 * @param warmQuestions to each subject in one turn of warming
 * @param peers where the peers are installed
 * @param work where homes, logs and results go; on a real disk, or the ledger costs nothing
 * @param gatewayCpus processors of what is measured, as taskset has them; empty does not pin
 * @param loadMax the machine must not be busier than this before the start
 */
record BenchOptions(
    Mode mode,
    int rounds,
    double seconds,
    int warmQuestions,
    Path root,
    Path peers,
    Path work,
    String gatewayCpus,
    String loadCpus,
    double loadMax,
    double soakMinutes) {

  /** Which of the bench's forms. */
  enum Mode {
    QUICK,
    FULL,
    SOAK,
    PROFILE
  }

  static final String USAGE =
      """
      moat bench gateway [--full | --soak MINUTES | --profile] [options]
        --peers DIR          where bench/gateway/peers/install put the peers (default:
                             ~/.cache/moat-bench)
        --rounds N           how often each case is measured (default 3, full 5)
        --seconds S          how long each time (default 2, full 4)
        --warm N             questions to each before its first measurement, and again until the
                             compilers of a JVM rest (default 20000)
        --gateway-cpus LIST  processors of the gateways (default 1)
        --load-cpus LIST     processors of callers and mock (default 0)
        --work DIR           homes, logs, results (default: target/bench-gateway)
        --load-max X         refuses when the load average is above (default 0.8)
        --force              measures on a busy machine all the same, and says so\
      """;

  private static final Set<String> FLAGS = Set.of("--full", "--profile", "--force");
  private static final Set<String> VALUES =
      Set.of(
          "--soak",
          "--peers",
          "--rounds",
          "--seconds",
          "--warm",
          "--gateway-cpus",
          "--load-cpus",
          "--work",
          "--load-max");

  static BenchOptions parse(List<String> arguments) throws IOException {
    Map<String, String> values = new HashMap<>();
    Set<String> flags = new HashSet<>();
    List<String> left = new ArrayList<>(arguments);
    while (!left.isEmpty()) {
      String name = left.removeFirst();
      if (FLAGS.contains(name)) {
        flags.add(name);
      } else if (VALUES.contains(name) && !left.isEmpty()) {
        values.put(name, left.removeFirst());
      } else {
        throw new IllegalArgumentException(name + ": no option, or without its value");
      }
    }
    Mode mode = mode(values, flags);
    boolean longer = mode != Mode.QUICK;
    boolean pinned = Machine.cores() > 1 && Files.isExecutable(Path.of("/usr/bin/taskset"));
    Path root = Path.of(System.getProperty("moat.root"));
    Path work = Path.of(values.getOrDefault("--work", root + "/target/bench-gateway"));
    return new BenchOptions(
        mode,
        Integer.parseInt(values.getOrDefault("--rounds", longer ? "5" : "3")),
        Double.parseDouble(values.getOrDefault("--seconds", longer ? "4" : "2")),
        Integer.parseInt(values.getOrDefault("--warm", "20000")),
        root,
        Path.of(
            values.getOrDefault("--peers", System.getProperty("user.home") + "/.cache/moat-bench")),
        Files.createDirectories(work.toAbsolutePath()),
        values.getOrDefault("--gateway-cpus", pinned ? "1" : ""),
        values.getOrDefault("--load-cpus", pinned ? "0" : ""),
        flags.contains("--force")
            ? Double.MAX_VALUE
            : Double.parseDouble(values.getOrDefault("--load-max", "0.8")),
        Double.parseDouble(values.getOrDefault("--soak", "0")));
  }

  private static Mode mode(Map<String, String> values, Set<String> flags) {
    if (values.containsKey("--soak")) {
      return Mode.SOAK;
    }
    if (flags.contains("--profile")) {
      return Mode.PROFILE;
    }
    return flags.contains("--full") ? Mode.FULL : Mode.QUICK;
  }
}
