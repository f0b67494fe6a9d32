package dev.moat.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.flow.StepResult;
import dev.moat.store.Artifact;
import dev.moat.store.BlobStore;
import dev.moat.store.FileBlobStore;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong around the steps: full disks, kills, sources that change under them. */
final class CollectFaultsTest {
  private static final TestKeys KEYS = new TestKeys("faults");

  @TempDir private Path home;
  @TempDir private Path root;

  @BeforeEach
  void fill() {
    SplittableRandom random = new SplittableRandom(61);
    for (int i = 0; i < 12; i++) {
      Workshop.write(root, (10 + i) + ".txt", MinHashTest.words(random, 60) + "\n");
    }
  }

  @Test
  void fullDiskFailsClearlyAndLeavesNothingHalfWritten() {
    FailingBlobs blobs = new FailingBlobs(new FileBlobStore(home.resolve("blobs"), KEYS));
    try (Workshop workshop = new Workshop(home, KEYS, blobs)) {
      blobs.full.set(true);
      Failure failure = assertThrows(Failure.class, () -> workshop.collect(root));
      assertTrue(failure.getMessage().contains("no space left"), failure.getMessage());
      assertFalse(Files.exists(home.resolve("scratch/collect")));
      blobs.full.set(false);
      StepResult result = workshop.collect(root);
      assertEquals(0, result.details().path("reused").asInt(-1));
      assertEquals(12, workshop.documents(result.output()).size());
    }
  }

  @Test
  void fullDiskWhileSplittingLosesNothing() {
    FailingBlobs blobs = new FailingBlobs(new FileBlobStore(home.resolve("blobs"), KEYS));
    try (Workshop workshop = new Workshop(home, KEYS, blobs)) {
      Artifact documents = workshop.collect(root).output();
      blobs.full.set(true);
      assertThrows(Failure.class, () -> workshop.dataset(documents, Json.object()));
      assertFalse(Files.exists(home.resolve("scratch/dataset")));
      blobs.full.set(false);
      Artifact dataset = workshop.dataset(documents, Json.object()).output();
      assertEquals(13, total(Dataset.open(workshop.artifacts, dataset)));
    }
  }

  @Test
  void runThatEndedAnywhereIsRunAgainToTheSameArtifact() {
    try (Workshop workshop = new Workshop(home, KEYS)) {
      Artifact documents = workshop.collect(root).output();
      Artifact dataset = workshop.dataset(documents, Json.object()).output();
      for (int moment = 1; moment <= 20; moment++) {
        Workshop.write(root, "11.txt", "text of moment " + moment + "\n");
        endAt(workshop, moment, () -> workshop.collect(root));
        Artifact changed = workshop.collect(root).output();
        endAt(workshop, moment, () -> workshop.dataset(changed, Json.object()));
        assertTrue(workshop.document(changed, "11.txt").text().contains("moment " + moment + "\n"));
        workshop.dataset(changed, Json.object());
      }
      Workshop.write(root, "11.txt", workshop.document(documents, "11.txt").text());
      assertEquals(documents, workshop.collect(root).output());
      assertEquals(dataset, workshop.dataset(documents, Json.object()).output());
    }
  }

  @Test
  void fileThatChangesWhileItIsCollectedFailsTheRun() {
    try (Workshop workshop = new Workshop(home, KEYS)) {
      workshop.atAdvance.set(() -> Workshop.write(root, "21.txt", "changed meanwhile\n"));
      Failure failure = assertThrows(Failure.class, () -> workshop.collect(root));
      assertTrue(failure.problem() instanceof Problem.Busy);
      assertTrue(failure.getMessage().contains("21.txt: changed"), failure.getMessage());
      workshop.atAdvance.set(() -> {});
      Artifact artifact = workshop.collect(root).output();
      assertEquals("changed meanwhile\n", workshop.document(artifact, "21.txt").text());
    }
  }

  @Test
  void fileThatVanishesWhileItIsCollectedFailsTheRun() {
    try (Workshop workshop = new Workshop(home, KEYS)) {
      workshop.atAdvance.set(
          () ->
              assertTrue(root.resolve("21.txt").toFile().delete() || workshop.advances.size() > 1));
      Failure failure = assertThrows(Failure.class, () -> workshop.collect(root));
      assertTrue(failure.getMessage().contains("21.txt: changed or vanished"));
    }
  }

  @Test
  void fileReplacedByLinkWhileItIsCollectedIsNotFollowed(@TempDir Path outside) {
    Workshop.write(outside, "secret.txt", "secret\n");
    try (Workshop workshop = new Workshop(home, KEYS)) {
      workshop.atAdvance.set(() -> replaceByLink(root.resolve("21.txt"), outside));
      Failure failure = assertThrows(Failure.class, () -> workshop.collect(root));
      assertTrue(failure.getMessage().contains("21.txt"), failure.getMessage());
    }
  }

  @Test
  void socketsAreNotRead() throws IOException {
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        Workshop workshop = new Workshop(home, KEYS)) {
      socket.bind(UnixDomainSocketAddress.of(root.resolve("a.sock")));
      Artifact artifact = workshop.collect(root).output();
      assertEquals(1, workshop.manifest(artifact).at("/dropped/not-a-file/count").asInt(0));
    }
  }

  @Test
  void lastArtifactThatWasTamperedWithIsNotUsedAgain() throws IOException {
    try (Workshop workshop = new Workshop(home, KEYS)) {
      Artifact first = workshop.collect(root).output();
      Digest shard = first.part("documents-00000.jsonl").digest();
      Path blob = find(shard.hex());
      byte[] bytes = Files.readAllBytes(blob);
      bytes[bytes.length / 2] ^= 1;
      Files.write(blob, bytes);
      StepResult second = workshop.collect(root);
      assertTrue(second.details().path("reused").asInt(-1) < 12);
      assertEquals(first.digest(), second.output().digest());
    }
  }

  private Path find(String name) throws IOException {
    try (var walk = Files.walk(home.resolve("blobs"))) {
      return walk.filter(file -> name.endsWith(file.getFileName().toString()))
          .filter(Files::isRegularFile)
          .findFirst()
          .orElseThrow();
    }
  }

  private static long total(Dataset dataset) {
    long total = 0;
    for (Dataset.Split split : Dataset.Split.values()) {
      total += dataset.count(split);
    }
    return total;
  }

  private static void replaceByLink(Path file, Path outside) {
    try {
      Files.deleteIfExists(file);
      Files.createSymbolicLink(file, outside.resolve("secret.txt"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Ends the work at that advance as a kill would: with nothing tidied by the steps' own will. */
  private static void endAt(Workshop workshop, int moment, Runnable work) {
    AtomicInteger advances = new AtomicInteger();
    workshop.atAdvance.set(
        () -> {
          if (advances.incrementAndGet() == moment) {
            throw new IllegalStateException("killed");
          }
        });
    try {
      work.run();
    } catch (IllegalStateException killed) {
      assertEquals("killed", killed.getMessage());
    }
    workshop.atAdvance.set(() -> {});
  }

  private static final class FailingBlobs implements BlobStore {
    private final AtomicBoolean full = new AtomicBoolean();
    private final BlobStore blobs;

    FailingBlobs(BlobStore blobs) {
      this.blobs = blobs;
    }

    @Override
    public Digest put(InputStream bytes) {
      if (full.get()) {
        throw Failure.broken("blob store: no space left; free some", new IOException("full"));
      }
      return blobs.put(bytes);
    }

    @Override
    public InputStream open(Digest digest) {
      return blobs.open(digest);
    }

    @Override
    public boolean has(Digest digest) {
      return blobs.has(digest);
    }

    @Override
    public byte[] read(Digest digest, long bytesMax) {
      return blobs.read(digest, bytesMax);
    }

    @Override
    public void delete(Digest digest) {
      blobs.delete(digest);
    }
  }
}
