import java.io.IOException;
import java.util.List;

/**
 * What the gateway costs, measured from outside: callers, mock backend and every gateway are
 * processes of their own, pinned, and measured in turns round by round with nginx as the unit.
 * Start reading at {@link Bench}.
 */
final class Main {
  private Main() {}

  /** Takes the options that {@link BenchOptions#USAGE} tells. */
  public static void main(String[] arguments) throws IOException {
    if (List.of(arguments).contains("--help")) {
      System.out.println(BenchOptions.USAGE);
      return;
    }
    BenchOptions options;
    try {
      options = BenchOptions.parse(List.of(arguments));
    } catch (IllegalArgumentException e) {
      System.err.println("moat: bench gateway: " + e.getMessage() + "\n" + BenchOptions.USAGE);
      System.exit(2);
      return;
    }
    if (Machine.load() > options.loadMax()) {
      System.err.println(
          "moat: bench gateway: the load average is "
              + Machine.load()
              + ": what is measured now says nothing; wait until the machine is idle, or --force");
      System.exit(2);
    }
    try (Bench bench = Bench.start(options, "moat bench gateway " + String.join(" ", arguments))) {
      switch (options.mode()) {
        case QUICK -> bench.quick();
        case FULL -> bench.full();
        case SOAK -> bench.soak();
        case PROFILE -> bench.profile();
      }
    }
  }
}
