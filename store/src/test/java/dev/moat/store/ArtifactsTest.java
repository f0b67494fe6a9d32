package dev.moat.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactsTest {
  @TempDir Path folder;
  private FileBlobStore blobs;
  private Artifacts artifacts;

  @BeforeEach
  void open() {
    KeyService keys = FileKeyService.openOrCreate(folder.resolve("master.key"));
    blobs = new FileBlobStore(folder.resolve("blobs"), keys);
    artifacts = new Artifacts(blobs);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Artifact put() {
    return artifacts.put(
        ArtifactKind.DATASET, Map.of("train.jsonl", utf8("abc"), "deep/test.jsonl", utf8("")));
  }

  private void damage(Digest digest) throws IOException {
    byte[] bytes = Files.readAllBytes(blobs.file(digest));
    bytes[bytes.length - 1] ^= 1;
    Files.write(blobs.file(digest), bytes);
  }

  @Test
  void givesBackWhatWasPut() throws IOException {
    Artifact artifact = put();
    assertEquals(artifact, artifacts.find(artifact.digest()));
    assertArrayEquals(utf8("abc"), artifacts.read(artifact, "train.jsonl"));
    assertArrayEquals(new byte[0], artifacts.read(artifact, "deep/test.jsonl"));
    try (InputStream in = artifacts.open(artifact, "train.jsonl")) {
      assertArrayEquals(utf8("abc"), in.readAllBytes());
    }
    artifacts.verify(artifact);
    assertEquals(3, artifact.bytes());
  }

  @Test
  void theDigestIsThatOfTheCanonicalManifest() {
    Artifact artifact = put();
    String manifest =
        "{\"kind\":\"dataset\",\"parts\":[{\"bytes\":0,\"digest\":\""
            + Digest.of("").hex()
            + "\",\"name\":\"deep/test.jsonl\"},{\"bytes\":3,\"digest\":\""
            + Digest.of("abc").hex()
            + "\",\"name\":\"train.jsonl\"}]}";
    assertEquals(manifest, new String(artifact.manifest(), StandardCharsets.UTF_8));
    assertEquals(Digest.of(manifest), artifact.digest());
  }

  @Test
  void kindPartsAndNamesMakeTheDigest() {
    Map<String, byte[]> parts = Map.of("a", utf8("1"));
    Digest digest = artifacts.put(ArtifactKind.MODEL, parts).digest();
    assertEquals(digest, artifacts.put(ArtifactKind.MODEL, parts).digest());
    assertNotEquals(digest, artifacts.put(ArtifactKind.ADAPTER, parts).digest());
    assertNotEquals(digest, artifacts.put(ArtifactKind.MODEL, Map.of("b", utf8("1"))).digest());
    assertNotEquals(digest, artifacts.put(ArtifactKind.MODEL, Map.of("a", utf8("2"))).digest());
  }

  @Test
  void partsAreSortedHoweverTheyCome() {
    Artifact.Part a = new Artifact.Part("a", Digest.of("1"), 1);
    Artifact.Part b = new Artifact.Part("b", Digest.of("2"), 1);
    Artifact one = Artifact.of(ArtifactKind.MODEL, List.of(a, b));
    Artifact two = Artifact.of(ArtifactKind.MODEL, List.of(b, a));
    assertEquals(one, two);
    assertEquals(List.of(a, b), two.parts());
  }

  @Test
  void aFolderBecomesItsFiles() throws IOException {
    Path model = folder.resolve("model");
    Files.createDirectories(model.resolve("deep").resolve("er"));
    Files.createDirectories(model.resolve("empty"));
    Files.write(model.resolve("config.json"), utf8("{}"));
    Files.write(model.resolve("deep").resolve("er").resolve("x"), utf8("y"));
    Artifact artifact = artifacts.putFolder(ArtifactKind.MODEL, model);
    assertEquals(
        List.of("config.json", "deep/er/x"),
        artifact.parts().stream().map(Artifact.Part::name).toList());
    assertEquals(
        artifact,
        artifacts.put(
            ArtifactKind.MODEL, Map.of("config.json", utf8("{}"), "deep/er/x", utf8("y"))));
  }

  @Test
  void linksInAFolderAreRefused() throws IOException {
    Path model = Files.createDirectory(folder.resolve("model"));
    Files.write(folder.resolve("outside"), utf8("secret"));
    Files.createSymbolicLink(model.resolve("link"), folder.resolve("outside"));
    Failure failure =
        assertThrows(Failure.class, () -> artifacts.putFolder(ArtifactKind.MODEL, model));
    assertTrue(failure.getMessage().contains("link"), failure.getMessage());
  }

  @Test
  void aFolderThatIsNotThereIsNamed() {
    Path nothing = folder.resolve("nothing");
    Failure failure =
        assertThrows(Failure.class, () -> artifacts.putFolder(ArtifactKind.MODEL, nothing));
    assertTrue(failure.getMessage().contains(nothing.toString()), failure.getMessage());
  }

  @Test
  void aMissingArtifactOrPartIsNamed() {
    Failure none = assertThrows(Failure.class, () -> artifacts.find(Digest.of("x")));
    assertInstanceOf(Problem.Missing.class, none.problem());
    Artifact artifact = put();
    Failure part = assertThrows(Failure.class, () -> artifacts.read(artifact, "other"));
    assertInstanceOf(Problem.Missing.class, part.problem());
    assertTrue(part.getMessage().contains("train.jsonl"), part.getMessage());
  }

  @Test
  void anArtifactIsWholeWhileAllItsPartsAreThere() {
    Artifact artifact = put();
    assertTrue(artifacts.isWhole(artifact));
    blobs.delete(artifact.part("deep/test.jsonl").digest());
    assertFalse(artifacts.isWhole(artifact));
  }

  @Test
  void aBlobThatIsNoManifestIsNoArtifact() {
    for (String text : List.of("hello", "{}", "[]", "{\"kind\":\"model\"}", "null")) {
      Digest digest = blobs.put(new ByteArrayInputStream(utf8(text)));
      assertThrows(Failure.class, () -> artifacts.find(digest), text);
    }
  }

  @Test
  void damageOfEachPartIsFoundAndNamed() throws IOException {
    Artifact artifact = put();
    for (Artifact.Part part : artifact.parts()) {
      byte[] good = Files.readAllBytes(blobs.file(part.digest()));
      damage(part.digest());
      Failure failure = assertThrows(Failure.class, () -> artifacts.verify(artifact));
      Problem.Tampered tampered = assertInstanceOf(Problem.Tampered.class, failure.problem());
      assertTrue(tampered.message().contains(part.name()), tampered.message());
      assertTrue(tampered.link().startsWith(part.name()), tampered.link());
      assertThrows(Failure.class, () -> artifacts.read(artifact, part.name()));
      Files.write(blobs.file(part.digest()), good);
    }
    artifacts.verify(artifact);
  }

  @Test
  void damageOfTheManifestIsFound() throws IOException {
    Artifact artifact = put();
    damage(artifact.digest());
    assertThrows(Failure.class, () -> artifacts.find(artifact.digest()));
    assertThrows(Failure.class, () -> artifacts.verify(artifact));
  }

  @Test
  void aMissingPartIsFoundAndNamed() {
    Artifact artifact = put();
    blobs.delete(artifact.part("train.jsonl").digest());
    Failure failure = assertThrows(Failure.class, () -> artifacts.verify(artifact));
    assertInstanceOf(Problem.Missing.class, failure.problem());
    assertTrue(failure.getMessage().contains("train.jsonl"), failure.getMessage());
  }

  @Test
  void aWrongSizeInTheManifestIsFound() {
    Digest digest = blobs.put(new ByteArrayInputStream(utf8("abc")));
    for (long bytes : new long[] {2, 4}) {
      Artifact lying =
          Artifact.of(ArtifactKind.MODEL, List.of(new Artifact.Part("a", digest, bytes)));
      blobs.put(new ByteArrayInputStream(lying.manifest()));
      assertThrows(Failure.class, () -> artifacts.verify(lying));
      assertThrows(Failure.class, () -> artifacts.read(lying, "a"));
    }
  }

  @Test
  void refusesNamesThatLeaveTheArtifact() {
    for (String name :
        List.of(
            "",
            "/a",
            "a/",
            "a//b",
            ".",
            "..",
            "../a",
            "a/../b",
            "a/./b",
            "a\\b",
            "C:a",
            "a\nb",
            "a\u0000",
            "x".repeat(513))) {
      assertThrows(
          Failure.class, () -> new Artifact.Part(name, Digest.of("x"), 1), "\"" + name + "\"");
    }
    for (String name : List.of("a", "a.b", ".hidden", "a/b-c_d/e.f", "...", "ü", "a b", "a..b")) {
      assertEquals(name, new Artifact.Part(name, Digest.of("x"), 1).name());
    }
    assertThrows(Failure.class, () -> new Artifact.Part("a", Digest.of("x"), -1));
  }

  @Test
  void refusesAPartNamedTwiceAndAForeignDigest() {
    Artifact.Part part = new Artifact.Part("a", Digest.of("x"), 1);
    assertThrows(Failure.class, () -> Artifact.of(ArtifactKind.MODEL, List.of(part, part)));
    Failure failure =
        assertThrows(
            Failure.class, () -> new Artifact(ArtifactKind.MODEL, Digest.of("y"), List.of(part)));
    assertInstanceOf(Problem.Tampered.class, failure.problem());
  }

  @Test
  void kindsAreNamedInLowerCase() {
    for (ArtifactKind kind : ArtifactKind.values()) {
      assertEquals(kind, ArtifactKind.parse(kind.text()));
    }
    assertThrows(Failure.class, () -> ArtifactKind.parse("MODEL"));
    assertThrows(Failure.class, () -> ArtifactKind.parse("thing"));
  }

  @Test
  void mutatedManifestsAreRefused() {
    byte[] good = put().manifest();
    Digest digest = Digest.of(good);
    assertEquals(digest, Artifact.parse(good, digest).digest());
    Random random = new Random(21);
    int refused = 0;
    for (int i = 0; i < 3_000; i++) {
      byte[] bad = good.clone();
      int flips = 1 + random.nextInt(3);
      for (int k = 0; k < flips; k++) {
        bad[random.nextInt(bad.length)] = (byte) (32 + random.nextInt(95));
      }
      try {
        // White space and the order of fields may change without changing what is meant.
        assertEquals(Artifact.parse(good, digest), Artifact.parse(bad, digest));
      } catch (Failure e) {
        refused++;
        assertFalse(e.getMessage().isEmpty());
      }
    }
    assertTrue(refused > 2_900);
  }
}
