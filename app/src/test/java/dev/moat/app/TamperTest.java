package dev.moat.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Flips one byte in every stored file in turn: each time the proof must fail and name it. */
final class TamperTest {
  @TempDir Path folder;

  @Test
  void everyFlippedByteBreaksTheProofAndIsNamed() throws Exception {
    Path home = folder.resolve("home");
    String receipt = answeredReceipt(home);
    assertEquals(0, verify(home, receipt).status(), "before anything is flipped");
    Random random = new Random(3);
    List<Path> files = new ArrayList<>(Copies.files(home.resolve("blobs")));
    files.addAll(Copies.files(home.resolve("ledger/tile")));
    files.add(home.resolve("ledger/checkpoint"));
    for (Path file : files) {
      byte[] before = Files.readAllBytes(file);
      byte[] flipped = before.clone();
      flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, flipped);
      Captured proof = verify(home, receipt);
      String said = file + " was flipped: " + proof.out() + proof.err();
      assertEquals(1, proof.status(), said);
      assertTrue(proof.out().contains("BROKEN") || proof.err().startsWith("moat: "), said);
      assertTrue((proof.out() + proof.err()).contains(file.getFileName().toString()), said);
      Files.write(file, before);
    }
    assertEquals(0, verify(home, receipt).status(), "after all is restored");
  }

  private static Captured verify(Path home, String receipt) {
    return Captured.run("receipt", "verify", receipt, "--home", home.toString());
  }

  private String answeredReceipt(Path home) throws IOException, InterruptedException {
    TinyModel.write(folder.resolve("model"));
    SampleProject.write(folder.resolve("project"), 24);
    Path pipeline = folder.resolve("pipeline.yaml");
    SampleProject.pipeline(pipeline, folder.resolve("project"), folder.resolve("model"));
    try (Running up = Running.start(home, pipeline)) {
      return up.complete("int", 4).headers().firstValue("x-moat-receipt").orElseThrow();
    }
  }
}
