package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program in another language that talks to the gateway; it is installed below target/. */
final class ClientProgram {
  private final Path sources;
  private final Path folder;

  /** The program whose sources are in {@code src/test/LANGUAGE}. */
  ClientProgram(String language) {
    sources = Path.of("src", "test", language);
    folder = Path.of("target", language + "-client");
  }

  /** Whether the command can be run and says that all is well. */
  static boolean runs(String... command) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Runs the commands that install it, unless what they installed is what {@code lock} lists. */
  void install(String lock, List<String> files, List<List<String>> commands) throws Exception {
    Files.createDirectories(folder);
    for (String file : files) {
      Files.copy(sources.resolve(file), folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    Path stamp = folder.resolve("installed");
    String wanted = Digest.of(Files.readAllBytes(folder.resolve(lock))).hex();
    if (Files.exists(stamp) && Files.readString(stamp).equals(wanted)) {
      return;
    }
    Files.deleteIfExists(stamp);
    for (List<String> command : commands) {
      run(command, 300);
    }
    Files.writeString(stamp, wanted);
  }

  /** What the command prints when it is run in the program's folder. */
  String run(List<String> command, int seconds) throws Exception {
    Path errors = folder.resolve("errors.txt");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectError(errors.toFile())
            .start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(seconds, TimeUnit.SECONDS), command.getFirst());
    assertEquals(0, process.exitValue(), Files.readString(errors));
    return out;
  }
}
