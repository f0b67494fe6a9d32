package dev.moat.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Manifests read strictly, and the small things beside them. */
class ManifestReaderTest {
  private static final String DIGEST = Digest.of("x").hex();
  private static final String PART = "{\"bytes\":1,\"digest\":\"" + DIGEST + "\",\"name\":\"a\"}";

  private static Artifact parse(String manifest) {
    byte[] bytes = manifest.getBytes(StandardCharsets.UTF_8);
    return Artifact.parse(bytes, Digest.of(bytes));
  }

  private static String manifest(String kind, String parts) {
    return "{\"kind\":" + kind + ",\"parts\":" + parts + "}";
  }

  @Test
  void readsWhatArtifactsWrite() {
    assertEquals(0, parse(manifest("\"model\"", "[]")).parts().size());
    Artifact artifact = parse(manifest("\"model\"", "[" + PART + "]"));
    assertEquals(new Artifact.Part("a", Digest.of("x"), 1), artifact.part("a"));
    assertArrayEquals(
        manifest("\"model\"", "[" + PART + "]").getBytes(StandardCharsets.UTF_8),
        artifact.manifest());
  }

  @Test
  void refusesEveryOtherForm() {
    List<String> refused =
        List.of(
            manifest("\"thing\"", "[]"),
            manifest("1", "[]"),
            manifest("null", "[]"),
            manifest("\"model\"", "{}"),
            manifest("\"model\"", "null"),
            manifest("\"model\"", "[1]"),
            manifest("\"model\"", "[{}]"),
            manifest("\"model\"", "[" + PART + "," + PART + "]"),
            manifest("\"model\"", "[" + PART.replace("1", "-1") + "]"),
            manifest("\"model\"", "[" + PART.replace("\"bytes\":1", "\"bytes\":1.5") + "]"),
            manifest("\"model\"", "[" + PART.replace("\"bytes\":1", "\"bytes\":\"1\"") + "]"),
            manifest("\"model\"", "[" + PART.replace("\"bytes\":1", "\"bytes\":null") + "]"),
            manifest(
                "\"model\"",
                "[" + PART.replace("\"bytes\":1", "\"bytes\":" + "9".repeat(30)) + "]"),
            manifest("\"model\"", "[" + PART.replace(DIGEST, "abc") + "]"),
            manifest(
                "\"model\"", "[" + PART.replace(DIGEST, DIGEST.toUpperCase(Locale.ROOT)) + "]"),
            manifest("\"model\"", "[" + PART.replace("\"a\"", "\"../a\"") + "]"),
            manifest("\"model\"", "[" + PART.replace("\"a\"", "7") + "]"),
            manifest("\"model\"", "[" + PART.replace("\"name\"", "\"title\"") + "]"),
            manifest("\"model\"", "[" + PART.replace("{", "{\"more\":1,") + "]"),
            "{\"kind\":\"model\"}",
            "{\"parts\":[]}",
            "{\"kind\":\"model\",\"parts\":[],\"more\":1}",
            "{\"kind\":\"model\",\"kind\":\"model\",\"parts\":[]}",
            "[]",
            "1",
            "");
    for (String manifest : refused) {
      assertThrows(Failure.class, () -> parse(manifest), manifest);
    }
  }

  @Test
  void aManifestInAnotherFormThanWrittenIsNotThatArtifact() {
    String spaced = manifest("\"model\"", "[" + PART + "]").replace(":", ": ");
    Failure failure = assertThrows(Failure.class, () -> parse(spaced));
    assertInstanceOf(Problem.Tampered.class, failure.problem());
    String unsorted =
        manifest("\"model\"", "[" + PART.replace("\"a\"", "\"b\"") + "," + PART + "]");
    assertThrows(Failure.class, () -> parse(unsorted));
  }

  @Test
  void deepAndLongManifestsAreRefused() {
    assertThrows(
        Failure.class, () -> parse(manifest("\"model\"", "[".repeat(100) + "]".repeat(100))));
    assertThrows(
        Failure.class,
        () -> parse(manifest("\"model\"", "[" + PART.replace("a", "x".repeat(600)) + "]")));
  }

  @Test
  void anArtifactHasAtMostSoManyParts() {
    List<Artifact.Part> parts = new ArrayList<>();
    for (int i = 0; i <= Artifact.PARTS_MAX; i++) {
      parts.add(new Artifact.Part("p" + i, Digest.of("x"), 1));
    }
    assertThrows(Failure.class, () -> Artifact.of(ArtifactKind.DATASET, parts));
    parts.removeLast();
    Artifact largest = Artifact.of(ArtifactKind.DATASET, parts);
    assertEquals(Artifact.PARTS_MAX, largest.bytes());
    assertEquals(largest, Artifact.parse(largest.manifest(), largest.digest()));
  }

  @Test
  void manifestsAreCanonicalJson() {
    Artifact artifact = parse(manifest("\"model\"", "[" + PART + "]"));
    assertArrayEquals(
        Json.canonical(Json.parse(artifact.manifest(), "manifest")), artifact.manifest());
  }

  @Test
  void errorsOfTheDiskSayWhatHelps() {
    Path file = Path.of("/data/blob");
    assertEquals(
        "blob /data/blob: the disk is full; free space on the disk of /data/blob and try again",
        DiskFailure.of("blob", file, new IOException("No space left on device")).getMessage());
    assertTrue(
        DiskFailure.of("blob", file, new IOException("Disk quota exceeded"))
            .getMessage()
            .contains("free space"));
    assertTrue(
        DiskFailure.of("blob", file, new AccessDeniedException("/data/blob"))
            .getMessage()
            .contains("access denied"));
    assertTrue(
        DiskFailure.of("blob", file, new NoSuchFileException("/data"))
            .getMessage()
            .contains("/data is not there"));
    assertTrue(
        DiskFailure.of("blob", file, new IOException("Input/output error"))
            .getMessage()
            .contains("Input/output error"));
  }

  @Test
  void countsWhatIsReadHoweverItIsRead() throws IOException {
    try (Counted counted = new Counted(new ByteArrayInputStream(new byte[10]))) {
      assertEquals(0, counted.read());
      assertEquals(4, counted.read(new byte[4]));
      assertEquals(5, counted.read(new byte[9], 1, 8));
      assertEquals(-1, counted.read());
      assertEquals(-1, counted.read(new byte[3]));
      assertEquals(10, counted.count());
    }
  }
}
