package dev.moat.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.store.BlobStore;
import dev.moat.store.FileBlobStore;
import dev.moat.store.FileKeyService;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plants ten kinds of secrets and personal data in source files, runs the whole line, and looks for
 * them in all it keeps, prints and answers. They are written in halves, so that no scanner takes
 * this file for a leak.
 */
final class PlantedTest {
  /** What stands in a source file, and the part of it that must be found nowhere. */
  private static final Map<String, String> PLANTED = planted();

  private static Map<String, String> planted() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("aws = \"AK" + "IAQ3EGRIHBXD5MZ7TK\"", "Q3EGRIHBXD5MZ7TK");
    all.put("password = \"tR7&qLw9" + "zVb2\"", "tR7&qLw9" + "zVb2");
    all.put("mail = \"jane.roe@" + "initech.com\"", "jane.roe");
    all.put("card number 4539 1488 " + "0343 6467", "0343 6467");
    all.put("iban DE8937040044" + "0532013000", "0532013000");
    all.put("phone +1 415 " + "632 2671", "632 2671");
    all.put("SSN 536-22-" + "8726", "22-8726");
    all.put("host 52.95." + "110.17 is up", "110.17");
    all.put("postgres://app:kW8xTq4" + "mZr@db.corp-mail.net/main", "kW8xTq4" + "mZr");
    all.put(
        "token eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0"
            + ".dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
        "dozjgNryP4J3jVmNHl0w5N");
    return all;
  }

  @TempDir Path folder;

  @Test
  void noPlantedTextIsInAnythingKeptPrintedOrAnswered() throws Exception {
    Path project = folder.resolve("project");
    Path home = folder.resolve("home");
    TinyModel.write(folder.resolve("model"));
    SampleProject.write(project, 24);
    plant(project);
    Path pipeline = folder.resolve("pipeline.yaml");
    SampleProject.pipeline(pipeline, project, folder.resolve("model"));
    StringBuilder said = new StringBuilder();
    try (Running up = Running.start(home, pipeline)) {
      for (String line : PLANTED.keySet()) {
        said.append(up.complete("// " + line.substring(0, line.length() / 2), 24).body());
      }
      said.append(up.out()).append(up.err());
      HttpResponse<String> metrics = up.get("/metrics", up.login());
      assertEquals(200, metrics.statusCode());
      said.append(metrics.body());
    }
    assertClean("what was said", said.toString());
    int blobs = assertNoBlobHolds(home);
    assertTrue(blobs > 30, "only " + blobs + " blobs were looked at");
    assertNoFileHolds(home);
  }

  /** Each stands in a comment, in a string, and in prose. */
  private static void plant(Path project) throws IOException {
    int number = 0;
    for (String line : PLANTED.keySet()) {
      number++;
      String name = "Planted" + number;
      Files.writeString(
          project.resolve(name + ".java"),
          "/** Has a note. */\nfinal class %s {\n  // %s\n  int value%d = %d;\n}\n"
              .formatted(name, line, number, number * 77));
      Files.writeString(
          project.resolve(name + ".md"),
          "# Note %d\n\nSome words before it: %s\n\nand some after it.\n".formatted(number, line));
    }
  }

  private static void assertClean(String what, String text) {
    PLANTED.forEach(
        (line, trace) -> {
          int at = text.indexOf(trace);
          assertFalse(
              at >= 0, () -> what + " holds " + text.substring(Math.max(0, at - 80), at + 20));
        });
  }

  /** Looks into every blob as its owner can; returns how many there are. */
  private static int assertNoBlobHolds(Path home) throws IOException {
    BlobStore blobs =
        new FileBlobStore(
            home.resolve("blobs"), FileKeyService.openOrCreate(home.resolve("keys/master.key")));
    List<Digest> digests = new ArrayList<>();
    for (Path file : Copies.files(home.resolve("blobs"))) {
      digests.add(new Digest(file.getFileName().toString()));
    }
    for (Digest digest : digests) {
      byte[] plain = blobs.read(digest, Integer.MAX_VALUE);
      assertEquals(digest, Digest.of(plain));
      assertClean("blob " + digest, new String(plain, StandardCharsets.ISO_8859_1));
    }
    return digests.size();
  }

  /** Rows, ledger, scratch and all else, as they lie on the disk. */
  private static void assertNoFileHolds(Path home) throws IOException {
    for (Path file : Copies.files(home)) {
      String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
      assertClean(home.relativize(file).toString(), bytes);
    }
  }
}
