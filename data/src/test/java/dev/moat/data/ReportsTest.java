package dev.moat.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Drops, datasheets and work folders. */
final class ReportsTest {
  private static final String MANIFEST =
      """
      {
        "code": "data/dataset@1",
        "input": "sha256:abc",
        "parameters": {"near-duplicate-similarity": 0.8},
        "splits": {
          "train": {"documents": 8, "bytes": 800},
          "test": {"documents": 1, "bytes": 100}
        },
        "licences": {"Apache-2.0": 7, "none": 2},
        "redactions": {"EMAIL": 3},
        "dropped": {"duplicate": {"count": 4, "examples": ["a.txt"]}},
        "near-duplicate-clusters": 5,
        "sources": [
          {"name": "moat", "kind": "git", "commit": "c0ffee", "documents": 9},
          {"name": "notes", "kind": "folder", "documents": 1}
        ],
        "collected": {
          "code": "data/collect@1",
          "dropped": {"binary": {"count": 6, "examples": []}},
          "redactions": {"EMAIL": 4, "PERSON": 2}
        }
      }
      """;

  @Test
  void dropsCountByReasonAndKeepFewExamples() {
    Drops drops = new Drops();
    AtomicInteger asked = new AtomicInteger();
    for (int i = 0; i < 8; i++) {
      drops.add(DropReason.BINARY, () -> "p" + asked.getAndIncrement());
    }
    drops.add(DropReason.EMPTY, () -> "e");
    assertEquals(9, drops.total());
    assertEquals(8, drops.count(DropReason.BINARY));
    assertEquals(0, drops.count(DropReason.MINIFIED));
    assertEquals(Drops.EXAMPLES_MAX, asked.get());
    assertEquals("8 binary, 1 empty", drops.line());
    JsonNode json = drops.toJson();
    assertEquals(8, json.at("/binary/count").asInt(0));
    assertEquals("p4", json.at("/binary/examples/4").asString(""));
    assertTrue(json.at("/binary/examples/5").isMissingNode());
  }

  @Test
  void dropsOfNothingAreNone() {
    assertEquals("none", new Drops().line());
    assertEquals("{}", Json.text(new Drops().toJson()));
  }

  @Test
  void longExamplesAreShortened() {
    Drops drops = new Drops();
    drops.add(DropReason.BINARY, () -> "x".repeat(300) + "\n");
    String example = drops.toJson().at("/binary/examples/0").asString("");
    assertEquals(201, example.length());
    assertFalse(example.contains("\n"));
  }

  @Test
  void everyReasonHasItsOwnLabel() {
    long labels =
        java.util.Arrays.stream(DropReason.values()).map(DropReason::label).distinct().count();
    assertEquals(DropReason.values().length, labels);
  }

  @Test
  void datasheetSaysWhatTheManifestSays() {
    String sheet = Datasheet.of(Json.parse(MANIFEST, "test"));
    for (String fact :
        new String[] {
          "Made by `data/dataset@1` from the documents artifact `sha256:abc`.",
          "| train | 8 | 800 |",
          "| test | 1 | 100 |",
          "Licences: Apache-2.0 7, none 2.",
          "* `moat`, git at commit `c0ffee`: 9 documents",
          "* `notes`, folder: 1 documents",
          "Collected by `data/collect@1`.",
          "Left out there: binary 6.",
          "Replaced in this dataset: EMAIL 3.",
          "Replaced in all that was collected: EMAIL 4, PERSON 2.",
          "Left out while deduplicating: duplicate 4.",
          "similarity of 0.8 of their runs of five tokens; clusters of them: 5.",
          "Documents whose licence was not recognised: 2."
        }) {
      assertTrue(sheet.contains(fact + "\n") || sheet.contains(fact), fact + "\n" + sheet);
    }
    assertFalse(sheet.contains("planted"), "no canary, no word of it");
  }

  @Test
  void datasheetOfNothingStillHasItsSections() {
    String sheet = Datasheet.of(Json.object());
    assertTrue(sheet.contains("Left out there: nothing."), sheet);
    assertTrue(sheet.contains("Replaced in this dataset: none."), sheet);
    assertEquals(7, sheet.lines().filter(line -> line.startsWith("## ")).count());
  }

  @Test
  void workFolderIsEmptyWhenOpenedAndGoneWhenClosed(@TempDir Path temporary) throws Exception {
    Path path = temporary.resolve("a/work");
    Files.createDirectories(path.resolve("left/over"));
    Files.writeString(path.resolve("left/over/file"), "x");
    try (WorkFolder folder = WorkFolder.create(path)) {
      assertFalse(Files.exists(path.resolve("left")));
      folder.write("part", "text".getBytes(StandardCharsets.UTF_8));
      assertEquals("text", Files.readString(path.resolve("part")));
    }
    assertFalse(Files.exists(path));
    assertTrue(Files.exists(temporary.resolve("a")));
  }

  @Test
  void workFolderSaysWhatItCannotWrite(@TempDir Path temporary) {
    try (WorkFolder folder = WorkFolder.create(temporary.resolve("work"))) {
      Failure failure =
          org.junit.jupiter.api.Assertions.assertThrows(
              Failure.class, () -> folder.write("absent/part", new byte[0]));
      assertTrue(failure.getMessage().contains("absent/part"), failure.getMessage());
    }
  }
}
