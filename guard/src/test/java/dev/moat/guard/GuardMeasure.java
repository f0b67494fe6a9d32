package dev.moat.guard;

import dev.moat.core.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A program that measures the guard on text files: {@code hits PATH...} lists what is found, {@code
 * speed PATH...} reports megabytes a CPU second and microseconds a prompt, {@code held PATH...}
 * what streams hold back, {@code user|data|output PATH...} judges lines of JSON.
 */
final class GuardMeasure {
  private static final int PROMPT_CHARACTERS = 2048;
  private static final int PIECE = 4;
  private static final int ROUNDS = 5;
  private final PrintStream out;

  private GuardMeasure(PrintStream out) {
    this.out = out;
  }

  public static void main(String[] arguments) throws IOException {
    GuardMeasure measure = new GuardMeasure(System.out);
    List<String> texts = new ArrayList<>();
    List<Path> files = new ArrayList<>();
    for (int i = 1; i < arguments.length; i++) {
      try (Stream<Path> paths = Files.walk(Path.of(arguments[i]))) {
        paths.filter(Files::isRegularFile).sorted().forEach(files::add);
      }
    }
    for (Path file : files) {
      texts.add(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
    }
    switch (arguments[0]) {
      case "hits" -> measure.hits(files, texts);
      case "speed" -> measure.speed(texts);
      case "held" -> measure.held(texts);
      case "user", "data", "output" ->
          measure.judge(Channel.valueOf(arguments[0].toUpperCase(java.util.Locale.ROOT)), texts);
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  private void hits(List<Path> files, List<String> texts) {
    Map<String, Integer> counts = new TreeMap<>();
    for (int i = 0; i < texts.size(); i++) {
      String text = texts.get(i);
      for (Span span : Sensitive.find(text)) {
        counts.merge(span.type(), 1, Integer::sum);
        int from = Math.max(0, span.start() - 50);
        out.println(
            span.type()
                + "\t"
                + files.get(i).getFileName()
                + "\t"
                + oneLine(text.substring(from, span.start()))
                + "⟦"
                + oneLine(text.substring(span.start(), span.end()))
                + "⟧");
      }
    }
    out.println(counts);
  }

  /** Judges each line of JSON with a {@code text}, and prints its verdict and spans as JSON. */
  private void judge(Channel channel, List<String> files) {
    Guard guard = Guard.of(GuardPolicy.defaults());
    for (String file : files) {
      file.lines()
          .forEach(
              line -> {
                JsonNode row = Json.parse(line, "row");
                Verdict verdict = guard.judge(channel, row.get("text").asString());
                ObjectNode result = Json.object();
                result.set("id", row.get("id"));
                result.put("verdict", verdict.word()).put("score", verdict.score());
                ArrayNode spans = result.putArray("spans");
                for (Span span : verdict.spans()) {
                  spans
                      .addObject()
                      .put("type", span.type())
                      .put("start", span.start())
                      .put("end", span.end());
                }
                out.println(Json.text(result));
              });
    }
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s+", " ");
  }

  private void speed(List<String> texts) {
    long characters = texts.stream().mapToLong(String::length).sum();
    for (int round = 0; round < ROUNDS; round++) {
      long before = cpuNanos();
      int found = 0;
      for (String text : texts) {
        found += Sensitive.find(text).size();
      }
      long nanos = cpuNanos() - before;
      out.printf("find: %.1f MB a CPU second, %d found%n", characters * 1e3 / nanos, found);
      prompts(texts);
    }
  }

  /** Streams texts in pieces of a few characters and counts what is held back after each. */
  private void held(List<String> texts) {
    Guard guard = Guard.of(GuardPolicy.defaults());
    List<Integer> held = new ArrayList<>();
    for (String text : texts) {
      if (guard.judge(Channel.OUTPUT, text) instanceof Verdict.Redact) {
        continue;
      }
      StreamGuard stream = guard.stream(Channel.OUTPUT);
      int released = 0;
      for (int at = 0; at < text.length(); at += PIECE) {
        int end = Math.min(text.length(), at + PIECE);
        released += stream.accept(text.substring(at, end)).length();
        held.add(end - released);
      }
    }
    held.sort(null);
    out.printf(
        "held back: p50 %d, p90 %d, p99 %d, p999 %d, max %d characters, n %d%n",
        held.get(held.size() / 2),
        held.get(held.size() * 9 / 10),
        held.get(held.size() * 99 / 100),
        held.get((int) (held.size() * 999L / 1000)),
        held.getLast(),
        held.size());
  }

  private void prompts(List<String> texts) {
    Guard guard = Guard.of(GuardPolicy.defaults());
    List<Long> times = new ArrayList<>();
    for (String text : texts) {
      for (int at = 0; at + PROMPT_CHARACTERS <= text.length(); at += PROMPT_CHARACTERS) {
        String prompt = text.substring(at, at + PROMPT_CHARACTERS);
        long before = System.nanoTime();
        guard.judge(Channel.USER, prompt);
        times.add(System.nanoTime() - before);
      }
    }
    times.sort(null);
    out.printf(
        "judge 2 KB: p50 %d us, p99 %d us, n %d%n",
        times.get(times.size() / 2) / 1000,
        times.get(times.size() * 99 / 100) / 1000,
        times.size());
  }

  private static long cpuNanos() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    return threads.getCurrentThreadCpuTime();
  }
}
