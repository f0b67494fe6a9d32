import dev.moat.core.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import tools.jackson.databind.node.ObjectNode;

/** What machine this is and how busy it is, as its kernel says. */
final class Machine {
  private static final long TICK_MICROS = 10_000;

  private Machine() {}

  /** Average number of processes that wanted to run in the last minute. */
  static double load() throws IOException {
    return Double.parseDouble(Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
  }

  /** Time that all processors together were not idle. */
  static long busyMicros() throws IOException {
    String[] fields =
        Files.readAllLines(Path.of("/proc/stat"))
            .getFirst()
            .substring("cpu".length())
            .strip()
            .split(" ");
    long all = Arrays.stream(fields).limit(8).mapToLong(Long::parseLong).sum();
    long idle = Long.parseLong(fields[3]) + Long.parseLong(fields[4]);
    return (all - idle) * TICK_MICROS;
  }

  /** In words: processor, cores, memory, kernel, Java, and the disk under {@code home}. */
  static ObjectNode words(Path home) throws IOException {
    return Json.object()
        .put("processor", first("/proc/cpuinfo", "model name"))
        .put("cores", cores())
        .put("memory", first("/proc/meminfo", "MemTotal"))
        .put("kernel", System.getProperty("os.version"))
        .put("java", System.getProperty("java.vm.version"))
        .put("disk", Files.getFileStore(home).type());
  }

  static long cores() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines.filter(line -> line.startsWith("processor")).count();
    }
  }

  private static String first(String file, String name) throws IOException {
    try (var lines = Files.lines(Path.of(file))) {
      return lines
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    }
  }
}
