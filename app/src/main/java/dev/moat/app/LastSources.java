package dev.moat.app;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.store.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * The sources that {@code moat up} was last told, kept in the home: the next start without any goes
 * on with these, and does not change over to other data in silence.
 */
final class LastSources {
  private final Path file;

  LastSources(Path home) {
    this.file = home.resolve("sources.json");
  }

  /** Those told now, which are kept; else the last ones; none if there was never one told. */
  List<String> orThese(List<String> told) {
    if (told.isEmpty()) {
      return read();
    }
    write(told);
    return told;
  }

  private List<String> read() {
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      List<String> sources = new ArrayList<>();
      for (JsonNode source : Json.parse(Files.readAllBytes(file), file.toString())) {
        sources.add(source.asString(""));
      }
      return sources;
    } catch (IOException e) {
      throw Failure.broken(file + ": cannot be read (" + e.getMessage() + "); name --source", e);
    }
  }

  private void write(List<String> sources) {
    ArrayNode list = Json.array();
    sources.forEach(list::add);
    AtomicFile.writePrivate(file, Json.bytes(list));
  }
}
