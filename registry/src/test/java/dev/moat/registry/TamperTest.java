package dev.moat.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One byte changed anywhere breaks the chain, and the broken link says where. */
class TamperTest {
  private static final Set<String> KINDS =
      Set.of(
          "release",
          "adapter",
          "adapter scan",
          "scorecard",
          "base model",
          "base model scan",
          "dataset",
          "documents");

  @TempDir Path folder;

  @Test
  void oneByteFlippedInAnyBlobIsRefusedAndNamed() throws IOException {
    try (Home home = new Home(folder)) {
      Digest release = home.release();
      Set<String> broken = new TreeSet<>();
      for (Path blob : files(home.blobFolder())) {
        byte[] original = Files.readAllBytes(blob);
        flip(blob, original, original.length / 2);
        Link link = firstBroken(home.admission().verify(release));
        Files.write(blob, original);
        String digest = blob.getFileName().toString();
        assertTrue(
            (link.subject() + link.detail()).contains(digest), "flipped " + blob + ": " + link);
        broken.add(link.what());
      }
      assertEquals(KINDS, broken);
      assertTrue(home.admission().verify(release).stream().allMatch(Link::holds));
    }
  }

  /** Flips a byte of each blob of each artifact: the first, the middle and the last in turn. */
  @Test
  void artifactIsNamedWhicheverOfItsBlobsIsFlipped() throws IOException {
    try (Home home = new Home(folder)) {
      Digest release = home.release();
      Set<String> tried = new TreeSet<>();
      int turn = 0;
      for (Link artifact : home.admission().verify(release)) {
        if (!artifact.what().equals("source")) {
          for (Digest blob : blobs(home, Digest.parse(artifact.subject()))) {
            flipAndCheck(home, release, artifact, new Place(file(home, blob), turn++ % 3));
          }
          tried.add(artifact.what());
        }
      }
      assertEquals(KINDS, tried);
      assertTrue(home.admission().verify(release).stream().allMatch(Link::holds));
    }
  }

  /** A byte of a file: in the first, middle or last place. */
  private record Place(Path file, int third) {
    int of(byte[] bytes) {
      return third * (bytes.length - 1) / 2;
    }
  }

  private static void flipAndCheck(Home home, Digest release, Link artifact, Place place)
      throws IOException {
    byte[] original = Files.readAllBytes(place.file());
    flip(place.file(), original, place.of(original));
    Link broken = firstBroken(home.admission().verify(release));
    Failure refused = assertThrows(Failure.class, () -> home.admission().require(release));
    Files.write(place.file(), original);
    assertEquals(artifact.what(), broken.what(), broken.toString());
    assertEquals(artifact.subject(), broken.subject());
    String blob = place.file().getFileName().toString();
    assertTrue(broken.detail().contains(blob), broken.detail());
    assertTrue(refused.problem() instanceof Problem.Tampered);
    String named = "not admitted, " + artifact.what() + " " + artifact.subject();
    assertTrue(refused.getMessage().contains(named), refused.getMessage());
  }

  /** Its manifest, its parts, and the envelopes of what was said of it. */
  private static Set<Digest> blobs(Home home, Digest artifact) {
    Set<Digest> blobs = new LinkedHashSet<>(List.of(artifact));
    home.artifacts().find(artifact).parts().forEach(part -> blobs.add(part.digest()));
    home.statements().about(artifact).forEach(recorded -> blobs.add(recorded.envelope()));
    return blobs;
  }

  private static Path file(Home home, Digest blob) throws IOException {
    return files(home.blobFolder()).stream()
        .filter(file -> file.endsWith(blob.hex()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void blobTakenAwayIsNamed() throws IOException {
    try (Home home = new Home(folder)) {
      Digest release = home.release();
      for (Path blob : files(home.blobFolder())) {
        byte[] original = Files.readAllBytes(blob);
        Files.delete(blob);
        Link link = firstBroken(home.admission().verify(release));
        Files.write(blob, original);
        String digest = blob.getFileName().toString();
        assertTrue(
            (link.subject() + link.detail()).contains(digest), "deleted " + blob + ": " + link);
      }
    }
  }

  @Test
  void blobSwappedForAnotherIsRefused() throws IOException {
    try (Home home = new Home(folder)) {
      Digest release = home.release();
      List<Path> blobs = files(home.blobFolder());
      for (int i = 0; i < blobs.size(); i++) {
        byte[] original = Files.readAllBytes(blobs.get(i));
        Files.write(blobs.get(i), Files.readAllBytes(blobs.get((i + 1) % blobs.size())));
        List<Link> links = home.admission().verify(release);
        Files.write(blobs.get(i), original);
        assertTrue(links.stream().anyMatch(link -> !link.holds()), "swapped " + blobs.get(i));
      }
    }
  }

  @Test
  void oneByteFlippedInAnyLedgerFileIsRefusedAndNamed() throws IOException {
    long receipt;
    Path ledger;
    try (Home home = new Home(folder)) {
      receipt = home.exchange(home.release());
      ledger = home.ledgerFolder();
    }
    List<Path> files = files(ledger);
    assertTrue(files.size() >= 3, "entries, hashes and checkpoint: " + files);
    for (Path file : files) {
      byte[] original = Files.readAllBytes(file);
      for (int place : List.of(0, original.length / 3, original.length - 1)) {
        flip(file, original, place);
        String fault = fault(receipt);
        String name = ledger.relativize(file).toString().split("\\.p")[0];
        assertTrue(
            Stream.of(name, "checkpoint", "tile", "signed note").anyMatch(fault::contains),
            "flipped byte " + place + " of " + file + ": " + fault);
      }
      Files.write(file, original);
    }
    assertEquals("", fault(receipt));
  }

  /** What is said when the folder is opened anew and the receipt verified; empty if it holds. */
  private String fault(long receipt) {
    try (Home home = new Home(folder)) {
      return home.receipts().verify(receipt).stream()
          .filter(link -> !link.holds())
          .map(Link::toString)
          .collect(Collectors.joining("\n"));
    } catch (Failure refused) {
      return refused.getMessage();
    }
  }

  private static Link firstBroken(List<Link> links) {
    return links.stream()
        .filter(link -> !link.holds())
        .findFirst()
        .orElseThrow(() -> new AssertionError("nothing was noticed"));
  }

  private static void flip(Path file, byte[] original, int place) throws IOException {
    byte[] changed = original.clone();
    changed[place] ^= 1;
    Files.write(file, changed);
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile)
          .filter(file -> Files.exists(file) && size(file) > 0)
          .sorted()
          .toList();
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
