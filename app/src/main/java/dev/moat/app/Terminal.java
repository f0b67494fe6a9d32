package dev.moat.app;

import dev.moat.core.Json;
import java.io.Console;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Where the program talks to a person or a script: the only place that prints. */
final class Terminal {
  private final PrintStream out;
  private final PrintStream err;
  private final InputStream in;
  private final Map<String, String> environment;
  private final Path root;

  Terminal(PrintStream out, PrintStream err, Path root, Map<String, String> environment) {
    this(out, err, InputStream.nullInputStream(), root, environment);
  }

  Terminal(
      PrintStream out,
      PrintStream err,
      InputStream in,
      Path root,
      Map<String, String> environment) {
    this.out = out;
    this.err = err;
    this.in = in;
    this.root = root;
    this.environment = Map.copyOf(environment);
  }

  /** The terminal of this process. */
  static Terminal system() {
    Path root = Path.of(System.getProperty("moat.root", "")).toAbsolutePath().normalize();
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    return new Terminal(out, err, System.in, root, System.getenv());
  }

  /** A line of the result. */
  void print(String line) {
    out.println(line);
  }

  /** The result as one JSON document on one line, without what a terminal would act on. */
  void print(JsonNode json) {
    out.println(Harmless.json(Json.text(json)));
  }

  /** Text of the result as it comes, without a line end. */
  void printPiece(String text) {
    out.print(text);
    out.flush();
  }

  /** A line about the work, beside the result. */
  void note(String line) {
    err.println(line);
  }

  /** The one line of an error. */
  void error(String message) {
    err.println("moat: " + Options.oneLine(message));
  }

  /** The stream for progress bars. */
  PrintStream progress() {
    return err;
  }

  InputStream input() {
    return in;
  }

  /** Whether a person is likely to look on, so that bars may move. */
  @SuppressWarnings("SystemConsoleNull") // it still is where the JDK's jline cannot start
  boolean isInteractive() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  /** The folder that holds the program: examples and the base model lie under it. */
  Path root() {
    return root;
  }

  Map<String, String> environment() {
    return environment;
  }

  Path standardHome() {
    String given = environment.get("MOAT_HOME");
    Path home = given == null || given.isBlank() ? root.resolve(".moat") : Path.of(given);
    return home.toAbsolutePath().normalize();
  }
}
