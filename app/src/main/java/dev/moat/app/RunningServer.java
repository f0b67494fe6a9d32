package dev.moat.app;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.core.Secret;
import dev.moat.store.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * The address of the server that holds a home, and the token that only its owner can read: so that
 * the command line can ask it to do what it alone may do while it runs.
 */
record RunningServer(String address, Secret token) {
  private static Path file(Path home) {
    return home.resolve("run/server.json");
  }

  /** Leaves a note for the command line; the file is readable by its owner only. */
  void publish(Path home) {
    Path file = file(home);
    try {
      Files.createDirectories(home.resolve("run"));
      Files.setPosixFilePermissions(
          home.resolve("run"), PosixFilePermissions.fromString("rwx------"));
    } catch (IOException e) {
      throw Failure.broken(file + ": cannot be written (" + e.getMessage() + ")", e);
    }
    JsonNode json = Json.object().put("address", address).put("token", token.reveal());
    AtomicFile.write(file, Json.bytes(json));
  }

  static void withdraw(Path home) {
    try {
      Files.deleteIfExists(file(home));
    } catch (IOException e) {
      throw Failure.broken(file(home) + ": cannot be deleted (" + e.getMessage() + ")", e);
    }
  }

  static Optional<RunningServer> find(Path home) {
    Path file = file(home);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      JsonNode json = Json.parse(Files.readAllBytes(file), file.toString());
      return Optional.of(
          new RunningServer(
              json.path("address").asString(""), Secret.of(json.path("token").asString(""))));
    } catch (IOException e) {
      throw new Failure(new Problem.Broken(file + ": cannot be read (" + e.getMessage() + ")", e));
    }
  }
}
