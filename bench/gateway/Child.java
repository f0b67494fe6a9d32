import dev.moat.core.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** A process of the bench, pinned to its processors, and what the kernel says of it and its own. */
final class Child implements AutoCloseable {
  private static final long STOP_SECONDS = 30;
  private static final long TICK_MICROS = 10_000; // USER_HZ is 100 on every Linux of today
  private static final int FIRST_TIMES = 11; // of utime, among the fields behind the name

  private final String name;
  private final Process process;
  private final BufferedReader output;

  private Child(String name, Process process) {
    this.name = name;
    this.process = process;
    this.output = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Starts a command on those processors; its complaints go to {@code log}. */
  static Child start(
      String name, List<String> command, Map<String, String> environment, String cpus, Path log)
      throws IOException {
    List<String> pinned = new ArrayList<>();
    if (!cpus.isEmpty()) {
      pinned.addAll(List.of("taskset", "-c", cpus));
    }
    pinned.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(pinned).redirectError(log.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy)); // however the bench ends
    return new Child(name, process);
  }

  /** The next line that it says; fails if it has ended. */
  String line() throws IOException {
    String line = output.readLine();
    if (line == null) {
      throw new IOException(name + ": it has ended; see its log");
    }
    return line;
  }

  /** The next line that is a JSON object with that field. */
  JsonNode object(String field) throws IOException {
    while (true) {
      String line = line();
      if (line.startsWith("{")) {
        JsonNode said = Json.parse(line, name);
        if (said.has(field)) {
          return said;
        }
      }
    }
  }

  /** Lets it say what it likes from now on. */
  void ignoreOutput() {
    Thread.ofPlatform()
        .daemon()
        .name("output of " + name)
        .start(
            () -> {
              try {
                while (output.readLine() != null) {
                  // only read so that it does not stall
                }
              } catch (IOException _) {
                // it has ended
              }
            });
  }

  void tell(String line) throws IOException {
    var input = process.outputWriter(StandardCharsets.UTF_8);
    input.write(line + "\n");
    input.flush();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** User and system time that it and its descendants have used. */
  long cpuMicros() {
    return cpuMicros(process.toHandle());
  }

  static long cpuMicros(ProcessHandle root) {
    return family(root).mapToLong(Child::ownCpuMicros).sum();
  }

  /** What of it the compilers of a JVM have used; none if it is no JVM. */
  long compilerMicros() {
    return family(process.toHandle()).mapToLong(Child::ownCompilerMicros).sum();
  }

  long residentBytes() {
    return family(process.toHandle()).mapToLong(pid -> status(pid, "VmRSS:") * 1024).sum();
  }

  long threads() {
    return family(process.toHandle()).mapToLong(pid -> status(pid, "Threads:")).sum();
  }

  /** Open files and sockets. */
  long descriptors() {
    return family(process.toHandle()).mapToLong(Child::ownDescriptors).sum();
  }

  @Override
  public void close() {
    List<ProcessHandle> descendants = process.descendants().toList();
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    descendants.forEach(ProcessHandle::destroy);
  }

  private static Stream<Long> family(ProcessHandle root) {
    return Stream.concat(Stream.of(root), root.descendants()).map(ProcessHandle::pid);
  }

  private static long ownCpuMicros(long pid) {
    // A process that has ended counts with its parent's waited-for children.
    return micros(read(Path.of("/proc/" + pid + "/stat")), 4);
  }

  private static long ownCompilerMicros(long pid) {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
      return tasks
          .map(task -> read(task.resolve("stat")))
          .filter(stat -> stat.contains(" Compiler"))
          .mapToLong(stat -> micros(stat, 2))
          .sum();
    } catch (IOException | UncheckedIOException _) {
      return 0;
    }
  }

  /** User and system time, and with four that of ended children too. */
  private static long micros(String stat, int times) {
    if (stat.isEmpty()) {
      return 0;
    }
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    long ticks = 0;
    for (int i = FIRST_TIMES; i < FIRST_TIMES + times; i++) {
      ticks += Long.parseLong(fields[i]);
    }
    return ticks * TICK_MICROS;
  }

  private static long status(long pid, String field) {
    return read(Path.of("/proc/" + pid + "/status"))
        .lines()
        .filter(line -> line.startsWith(field))
        .mapToLong(line -> Long.parseLong(line.substring(field.length()).strip().split(" ")[0]))
        .sum();
  }

  private static long ownDescriptors(long pid) {
    try (Stream<Path> files = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      return files.count();
    } catch (IOException | UncheckedIOException _) {
      return 0;
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException _) {
      return "";
    }
  }
}
