import dev.moat.guard.Channel;
import dev.moat.guard.Guard;
import dev.moat.guard.GuardPolicy;
import dev.moat.guard.Sensitive;
import dev.moat.guard.StreamGuard;
import dev.moat.guard.Verdict;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * CPU cost of judging text; the floor is one pass that only reads every character.
 *
 * <p>{@code moat bench guard [--texts N] [--write FILE] [--peers PYTHON] [FOLDER]}: texts are made
 * here, or of the files in FOLDER; FILE gets those texts as JSON lines; PYTHON is one that has the
 * peers of {@code guard_peers.py}, which are then measured on the same texts in the same run.
 */
final class guard {
  private static final int TEXTS = 5_000;
  private static final int WARM_TEXTS = 2_000;
  private static final int PEER_TEXTS = 1_000;
  private static final int STREAM_PIECE = 4;
  private static final int SHORT_CHARACTERS = 2_000;
  private static final int LONG_TIMES = 32;
  private static final int STARTS = 7;
  private static final int CHARACTERS_MAX = 4 << 20;
  private static final int LONG_CHARACTERS = 400_000;

  private guard() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Map<String, String> options = options(arguments);
    int count = Integer.parseInt(options.getOrDefault("--texts", Integer.toString(TEXTS)));
    String folder = options.get("FOLDER");
    List<String> texts =
        GuardTexts.of(folder == null ? List.of() : GuardTexts.pieces(Path.of(folder)), count);
    Guard judge = Guard.of(GuardPolicy.defaults());
    each(judge, texts);
    lengths(judge, texts);
    starts(texts.getFirst());
    if (options.containsKey("--write")) {
      GuardTexts.write(texts, Path.of(options.get("--write")));
    }
    if (options.containsKey("--peers")) {
      peers(options.get("--peers"), texts);
    }
    bulk(judge, Path.of(System.getProperty("moat.root", ".")));
  }

  private static Map<String, String> options(String[] arguments) {
    Map<String, String> options = new LinkedHashMap<>();
    for (int i = 0; i < arguments.length; i++) {
      if (!arguments[i].startsWith("--")) {
        options.put("FOLDER", arguments[i]);
      } else if (i + 1 < arguments.length
          && List.of("--texts", "--write", "--peers").contains(arguments[i])) {
        options.put(arguments[i], arguments[++i]);
      } else {
        throw new IllegalArgumentException(
            arguments[i] + ": not so; [--texts N] [--write FILE] [--peers PYTHON] [FOLDER]");
      }
    }
    return options;
  }

  /** Every text by itself, through every case in turn. */
  private static void each(Guard judge, List<String> texts) {
    Map<String, ToDoubleFunction<String>> cases = new LinkedHashMap<>();
    cases.put("floor: read every character", guard::sum);
    for (Channel channel : Channel.values()) {
      cases.put(channel.name().toLowerCase(Locale.ROOT), it -> judge.judge(channel, it).score());
    }
    cases.put("user, in pieces of " + STREAM_PIECE, it -> streamed(judge, it));
    texts.stream()
        .limit(WARM_TEXTS)
        .forEach(text -> cases.values().forEach(each -> each.applyAsDouble(text)));
    List<Measure.Sample> samples =
        cases.keySet().stream().map(_ -> new Measure.Sample(texts.size())).toList();
    for (String text : texts) {
      int at = 0;
      for (ToDoubleFunction<String> each : cases.values()) {
        samples.get(at++).add(() -> each.applyAsDouble(text));
      }
    }
    long blocked =
        texts.stream().filter(it -> judge.judge(Channel.USER, it) instanceof Verdict.Block).count();
    double length = texts.stream().mapToInt(String::length).average().orElse(0);
    Measure.line("texts", texts.size(), "");
    Measure.line("characters a text, mean", length, "");
    Measure.line("blocked on the user channel (cheaper)", blocked, "");
    int at = 0;
    for (String name : cases.keySet()) {
      boolean barred = name.equals("user");
      Measure.Sample sample = samples.get(at++);
      Measure.line(name + ": p50", sample.micros(0.5), "us CPU" + (barred ? " (<= 2,500)" : ""));
      Measure.line(name + ": p99", sample.micros(0.99), "us CPU" + (barred ? " (<= 5,000)" : ""));
      Measure.line(name + ": allocated, p50", sample.bytes(0.5), "bytes");
      Measure.line(name + ": allocated, p99", sample.bytes(0.99), "bytes");
    }
    long before = processNanos();
    double sum = texts.stream().mapToDouble(it -> judge.judge(Channel.USER, it).score()).sum();
    double whole = (processNanos() - before) / 1e3 / texts.size();
    Measure.line("user: mean, all threads of the JVM", whole, sum < 0 ? "" : "us CPU");
  }

  private static double streamed(Guard judge, String text) {
    StreamGuard stream = judge.stream(Channel.USER);
    int released = 0;
    for (int i = 0; i < text.length(); i += STREAM_PIECE) {
      released += stream.accept(text.substring(i, Math.min(text.length(), i + STREAM_PIECE)))
          .length();
    }
    return released + stream.finish().length();
  }

  /** A text of 16k tokens, and its 32 parts of 512 by themselves; none that is refused early. */
  private static void lengths(Guard judge, List<String> texts) {
    List<String> parts =
        texts.stream()
            .map(it -> it.substring(0, SHORT_CHARACTERS))
            .filter(it -> !(judge.judge(Channel.USER, it) instanceof Verdict.Block))
            .limit(LONG_TIMES)
            .toList();
    String whole = String.join("", parts);
    for (Channel channel : Channel.values()) {
      double[] seconds =
          Measure.inTurns(
              () -> judge.judge(channel, whole).score(),
              () -> parts.stream().mapToDouble(it -> judge.judge(channel, it).score()).sum());
      String name = channel.name().toLowerCase(Locale.ROOT);
      boolean cut = judge.judge(channel, whole) instanceof Verdict.Block;
      Measure.line(name + ": 16k tokens", seconds[0] * 1e6, cut ? "us CPU, BLOCKED" : "us CPU");
      Measure.line(name + ": to 512 tokens", seconds[0] / seconds[1] * parts.size(), "x (<= 40)");
    }
  }

  /** Fresh JVMs: what loading and the first verdict add to one that does nothing. */
  private static void starts(String text) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("moat-bench");
    Path jar = loader(folder);
    String classpath = jar + File.pathSeparator + System.getProperty("java.class.path");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> plain = List.of(java, "-cp", classpath, "GuardLoad");
    Path cache = folder.resolve("cache.aot");
    List<String> quiet = List.of("-Xlog:aot*=off", "-Xlog:cds*=off", "-cp", classpath, "GuardLoad");
    run(
        with(with(List.of(java, "-XX:AOTCacheOutput=" + cache), quiet), List.of(text)),
        ProcessBuilder.Redirect.DISCARD); // it tells at length of its second process
    List<String> ahead = with(List.of(java, "-XX:AOTCache=" + cache), quiet);
    Map<String, List<String>> cases = new LinkedHashMap<>();
    cases.put("load + first verdict", with(plain, List.of(text)));
    cases.put("only JSON read once", with(plain, List.of("--json")));
    cases.put("load + first verdict, AOT cache", with(ahead, List.of(text)));
    double[][] millis = new double[2 + 2 * cases.size()][STARTS];
    for (int round = 0; round < STARTS; round++) {
      double[] empty = start(plain);
      millis[0][round] = empty[0];
      millis[1][round] = empty[1];
      int at = 2;
      for (List<String> command : cases.values()) {
        double[] each = start(command);
        millis[at++][round] = each[0] - empty[0];
        millis[at++][round] = each[1] - empty[1];
      }
    }
    Measure.line("floor: an empty JVM: CPU", Measure.median(millis[0]), "ms");
    Measure.line("floor: an empty JVM: clock", Measure.median(millis[1]), "ms");
    int at = 2;
    for (String name : cases.keySet()) {
      String unit = "ms above it" + (name.startsWith("load") ? " (<= 300)" : "");
      Measure.line(name + ": CPU", Measure.median(millis[at++]), unit);
      Measure.line(name + ": clock", Measure.median(millis[at++]), unit);
    }
  }

  private static List<String> with(List<String> first, List<String> more) {
    return Stream.concat(first.stream(), more.stream()).toList();
  }

  /** A jar of {@link GuardLoad}, as an ahead-of-time cache takes no folders. */
  private static Path loader(Path folder) {
    Path source = Path.of(System.getProperty("jdk.launcher.sourcefile", "bench/guard.java"));
    Path classes = folder.resolve("classes");
    Path jar = folder.resolve("load.jar");
    String classpath = System.getProperty("java.class.path");
    tool("javac", "-proc:none", "-nowarn", "-Xlint:-classfile", "-d", classes.toString(), "-cp",
        classpath, source.resolveSibling("GuardLoad.java").toString());
    tool("jar", "--create", "--file", jar.toString(), "-C", classes.toString(), ".");
    return jar;
  }

  private static void tool(String name, String... arguments) {
    if (ToolProvider.findFirst(name).orElseThrow().run(System.out, System.err, arguments) != 0) {
      throw new IllegalStateException(name + " failed");
    }
  }

  /** Milliseconds of CPU and of the clock that a process takes. */
  private static double[] start(List<String> command) throws IOException, InterruptedException {
    long before = System.nanoTime();
    String said = run(command, ProcessBuilder.Redirect.INHERIT);
    return new double[] {
      Long.parseLong(said.strip()) / 1e6, (System.nanoTime() - before) / 1e6
    };
  }

  private static String run(List<String> command, ProcessBuilder.Redirect errors)
      throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectError(errors).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int failed = process.waitFor();
    if (failed != 0) {
      throw new IllegalStateException(command.getFirst() + ": exit status " + failed);
    }
    return said;
  }

  private static void peers(String python, List<String> texts)
      throws IOException, InterruptedException {
    Path file = Files.createTempFile("moat-bench", ".jsonl");
    GuardTexts.write(texts.subList(0, Math.min(PEER_TEXTS, texts.size())), file);
    Path source = Path.of(System.getProperty("jdk.launcher.sourcefile", "bench/guard.java"));
    String script = source.resolveSibling("guard_peers.py").toString();
    System.out.flush();
    new ProcessBuilder(python, script, file.toString()).inheritIO().start().waitFor();
    Files.delete(file);
  }

  /** Long texts of many kinds, and the detectors of secrets and personal data alone. */
  private static void bulk(Guard judge, Path folder) throws IOException {
    String text = text(folder, ".java");
    double megabytes = text.length() / 1e6;
    double[] find = Measure.inTurns(() -> Sensitive.find(text).size(), () -> sum(text));
    Measure.line("secrets and personal data, source text", megabytes / find[0], "MB/cpu-s");
    Measure.line("floor: read every character", megabytes / find[1], "MB/cpu-s");
    longTexts(text, text(folder, ".md"))
        .forEach(
            (kind, each) -> {
              double[] seconds =
                  Measure.inTurns(
                      () -> judge.judge(Channel.DATA, each).score(), () -> sum(each));
              Measure.line(
                  "whole guard, 400 KB of " + kind,
                  seconds[0] / each.length() * 1e9,
                  "ns CPU a character");
            });
  }

  /** What people send, and what is made to be slow; for the data channel, which is never cut. */
  private static Map<String, String> longTexts(String code, String prose) {
    Random random = new Random(7);
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("prose", filled(prose));
    texts.put("code", filled(code));
    texts.put(
        "JSON", filled("{\"id\": 17, \"name\": \"Anna B\", \"tags\": [\"new\", \"x-1\"]},\n"));
    texts.put("numbers", filled(made(random, "0123456789", " -.,/", 6)));
    texts.put("long words", filled(made(random, "abcdefgABCDEFG0123456789", " ", 60)));
    texts.put("another script", filled(made(random, "абвгдежзиклмно", " ,", 6)));
    texts.put("signs", filled(made(random, "aB3 !\"$%&/()=?.:,;-_#+*@<>|[]{}", "'", 9)));
    return texts;
  }

  private static String made(Random random, String letters, String ends, int length) {
    StringBuilder out = new StringBuilder();
    while (out.length() < LONG_CHARACTERS) {
      for (int i = 1 + random.nextInt(2 * length); i > 0; i--) {
        out.append(letters.charAt(random.nextInt(letters.length())));
      }
      out.append(ends.charAt(random.nextInt(ends.length())));
    }
    return out.toString();
  }

  private static String filled(String text) {
    String more = text.isEmpty() ? " " : text;
    return more.repeat(LONG_CHARACTERS / more.length() + 1).substring(0, LONG_CHARACTERS);
  }

  private static long processNanos() {
    return ((com.sun.management.OperatingSystemMXBean)
            ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static double sum(String text) {
    long sum = 0;
    for (int i = 0; i < text.length(); i++) {
      sum += text.charAt(i);
    }
    return sum;
  }

  private static String text(Path folder, String ending) throws IOException {
    StringBuilder out = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(each -> each.toString().endsWith(ending)).toList()) {
        if (out.length() < CHARACTERS_MAX) {
          out.append(Files.readString(file));
        }
      }
    }
    return out.toString();
  }
}
