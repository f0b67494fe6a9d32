import dev.moat.core.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Tells what was measured: as tables for people, and every number as JSON. */
final class Report {
  private record Column(String title, String measure, int digits) {}

  private static final List<String> LADDER =
      List.of(
          Names.NETTY,
          Names.VERTX,
          Names.WIRE,
          Names.WIRE_KEYS,
          Names.PARSED,
          Names.RESERVED,
          Names.UNRECORDED,
          Names.ALL);

  /** A gateway that used less of its processor was held up by something else. */
  private static final double SATURATED_CORES = 0.95;

  private final BenchOptions options;
  private final String command;
  private final Samples samples;
  private final List<String> lines = new ArrayList<>();

  Report(BenchOptions options, String command, Samples samples) {
    this.options = options;
    this.command = command;
    this.samples = samples;
  }

  void write() throws IOException {
    ObjectNode machine = Machine.words(options.work());
    head(machine);
    questions();
    streams();
    steps();
    table(
        "400 KB of prompt",
        "long-cpu-micros",
        List.of(
            new Column("CPU us", "long-cpu-micros", 0),
            new Column("requests/s", "long-rate", 0),
            new Column("requests/s a core", "long-per-core", 0)));
    table(
        "200 open streams and 1,000 requests/s",
        "crowd-resident-mb",
        List.of(
            new Column("RSS MB", "crowd-resident-mb", 0),
            new Column("requests/s", "crowd-rate", 0),
            new Column("p50 ms", "crowd-p50", 2),
            new Column("p99 ms", "crowd-p99", 2),
            new Column("cores", "crowd-cores", 2)));
    table(
        "Start and memory",
        "ready-seconds",
        List.of(
            new Column("ready s", "ready-seconds", 2),
            new Column("RSS idle MB", "idle-resident-mb", 0),
            new Column("RSS after load MB", "loaded-resident-mb", 0)));
    soak();
    errors();
    String text = String.join("\n", lines) + "\n";
    System.out.println("\n" + text);
    Path markdown = options.work().resolve("results.md");
    Files.writeString(markdown, text);
    ObjectNode json = Json.object().put("date", LocalDate.now().toString()).put("command", command);
    json.set("machine", machine);
    json.set("samples", samples.json());
    Files.writeString(options.work().resolve("results.json"), Json.pretty(json));
    System.out.println("written: " + markdown + " and results.json beside it");
  }

  private void head(ObjectNode machine) {
    lines.add("## Gateway, " + LocalDate.now());
    lines.add("");
    lines.add("`" + command.strip() + "`");
    lines.add("");
    lines.add(
        "%s, %s cores, %s memory, kernel %s, Java %s, ledger on %s. Gateways on processors %s,"
            .formatted(
                machine.path("processor").asString(),
                machine.path("cores").asString(),
                machine.path("memory").asString(),
                machine.path("kernel").asString(),
                machine.path("java").asString(),
                machine.path("disk").asString(),
                options.gatewayCpus().isEmpty() ? "not pinned" : options.gatewayCpus()));
    lines.add(
        "callers and mock on %s. %d rounds of %s s, in turns; medians, with least and most in"
            .formatted(
                options.loadCpus().isEmpty() ? "the same" : options.loadCpus(),
                options.rounds(),
                Samples.number(options.seconds(), 0)));
    lines.add(
        "brackets. Others on the machine used %s processors meanwhile."
            .formatted(samples.cell("machine", "foreign-cores", 2)));
  }

  private void questions() {
    List<Column> columns =
        List.of(
            new Column("CPU us", "cpu-micros", 1),
            new Column("x nginx", "cpu-micros-ratio", 2),
            new Column("requests/s", "saturation-rate", 0),
            new Column("requests/s at p99 <= 10 ms", "rate-at-10ms", 0),
            new Column("CPU us at half load", "half-cpu-micros", 1),
            new Column("added p50 ms", "added-p50", 2),
            new Column("added p99 ms", "added-p99", 2),
            new Column("p99 ms", "half-p99", 2),
            new Column("own cores", "subject-cores", 2));
    table("1 KB in, 0.5 KB out", "cpu-micros", columns);
    List<String> idling =
        samples.subjects().stream()
            .filter(name -> samples.median(name, "subject-cores") < SATURATED_CORES)
            .toList();
    if (!idling.isEmpty()) {
      lines.add("");
      lines.add(
          "Not saturated, so that requests/s is the least they can do (the callers' side was at");
      lines.add("its limit, or others had the processor): " + String.join("; ", idling) + ".");
    }
  }

  private void streams() {
    table(
        "Event streams, 100 at a time, a chunk each 20 ms",
        "chunk-cpu-micros",
        List.of(
            new Column("CPU us a chunk", "chunk-cpu-micros", 2),
            new Column("x nginx", "chunk-cpu-micros-ratio", 2),
            new Column("gap p50 ms", "chunk-gap-p50", 1),
            new Column("gap p99 ms", "chunk-gap-p99", 1),
            new Column("gap max ms", "chunk-gap-max", 1),
            new Column("first chunk p50 ms", "first-chunk-p50", 1)));
  }

  private void steps() {
    List<String> measured =
        LADDER.stream().filter(name -> samples.has(name, "cpu-micros")).toList();
    if (measured.size() < 2) {
      return;
    }
    title("What each step costs, CPU us");
    row(List.of("step", "a request", "a chunk"));
    row(List.of("---", "---", "---"));
    for (int i = 1; i < measured.size(); i++) {
      String from = measured.get(i - 1);
      String to = measured.get(i);
      row(
          List.of(
              from + " -> " + to,
              difference(from, to, "cpu-micros", 1),
              difference(from, to, "chunk-cpu-micros", 2)));
    }
  }

  private String difference(String from, String to, String measure, int digits) {
    double more = samples.median(to, measure) - samples.median(from, measure);
    return Samples.number(more, digits);
  }

  private void soak() {
    table(
        "Soak",
        "soak-live-mb",
        List.of(
            new Column("live heap MB", "soak-live-mb", 1),
            new Column("RSS MB", "soak-resident-mb", 0),
            new Column("threads", "soak-threads", 0),
            new Column("open files", "soak-descriptors", 0),
            new Column("requests/s", "soak-rate", 0),
            new Column("p99 ms", "soak-p99", 2)));
  }

  private void errors() {
    if (!samples.errors().isEmpty()) {
      title("Errors (the measurements they are of do not count)");
      samples.errors().forEach(error -> lines.add("* " + error));
    }
  }

  private void table(String title, String measure, List<Column> columns) {
    List<String> measured =
        samples.subjects().stream().filter(subject -> samples.has(subject, measure)).toList();
    if (measured.isEmpty()) {
      return;
    }
    List<Column> filled =
        columns.stream()
            .filter(column -> measured.stream().anyMatch(one -> !cell(one, column).isEmpty()))
            .toList();
    title(title);
    List<String> heads = new ArrayList<>(List.of("subject"));
    filled.forEach(column -> heads.add(column.title()));
    row(heads);
    row(heads.stream().map(_ -> "---").toList());
    for (String subject : measured) {
      List<String> cells = new ArrayList<>(List.of(subject));
      filled.forEach(column -> cells.add(cell(subject, column)));
      row(cells);
    }
  }

  private String cell(String subject, Column column) {
    String ratio = "-ratio";
    if (!column.measure().endsWith(ratio)) {
      return samples.cell(subject, column.measure(), column.digits());
    }
    String measure = column.measure().replace(ratio, "");
    double value = samples.median(subject, measure) / samples.median(Names.NGINX, measure);
    return Samples.number(value, column.digits());
  }

  private void title(String title) {
    lines.add("");
    lines.add("### " + title);
    lines.add("");
  }

  private void row(List<String> cells) {
    lines.add("| " + String.join(" | ", cells) + " |");
  }
}
