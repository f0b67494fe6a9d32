package dev.moat.app;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** One command of the program, run in this process with what it printed. */
record Captured(int status, String out, String err) {
  static Captured run(String... arguments) {
    return runWith("", arguments);
  }

  /** Runs with {@code input} on standard input. */
  static Captured runWith(String input, String... arguments) {
    Streams streams = new Streams(input);
    int status = new Main(streams.terminal()).run(arguments);
    return new Captured(status, streams.out(), streams.err());
  }

  /** A terminal that writes to memory. */
  static final class Streams {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Terminal terminal;

    Streams(String input) {
      terminal =
          new Terminal(
              new PrintStream(out, true, StandardCharsets.UTF_8),
              new PrintStream(err, true, StandardCharsets.UTF_8),
              new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
              Path.of("").toAbsolutePath().resolve("..").normalize(),
              Map.of());
    }

    Terminal terminal() {
      return terminal;
    }

    String out() {
      return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
      return err.toString(StandardCharsets.UTF_8);
    }
  }
}
