package dev.moat.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
  private static final Digest ROOT = Digest.of("root");

  @TempDir Path folder;

  @Test
  void signedCheckpointsRoundTrip() {
    SigningKey key = new Place(folder).signingKey;
    for (long size : new long[] {0, 1, 20_852_163, Long.MAX_VALUE}) {
      Checkpoint checkpoint = Checkpoint.sign(size, ROOT, key);
      assertEquals(checkpoint, Checkpoint.parse(checkpoint.note()));
      assertEquals(size, Checkpoint.parse(checkpoint.note()).size());
      assertTrue(checkpoint.isSignedBy(key.verifyKey()));
    }
  }

  @Test
  void theTextIsOriginSizeAndRoot() {
    SigningKey key = new Place(folder).signingKey;
    String[] lines = Checkpoint.sign(42, ROOT, key).note().split("\n");
    assertEquals(key.verifyKey().name(), lines[0]);
    assertEquals("42", lines[1]);
    assertEquals(Base64.getEncoder().encodeToString(ROOT.raw()), lines[2]);
    assertEquals("", lines[3]);
    assertTrue(lines[4].startsWith("— " + key.verifyKey().name() + " "));
    assertEquals(5, lines.length);
  }

  @Test
  void fieldsThatAreNotTheNotesAreNotSigned() {
    SigningKey key = new Place(folder).signingKey;
    Checkpoint good = Checkpoint.sign(42, ROOT, key);
    VerifyKey verifyKey = key.verifyKey();
    assertFalse(new Checkpoint(good.origin(), 43, good.root(), good.note()).isSignedBy(verifyKey));
    assertFalse(
        new Checkpoint(good.origin(), 42, Digest.of("x"), good.note()).isSignedBy(verifyKey));
  }

  @Test
  void aCheckpointOfAnotherOriginDoesNotCount() {
    SigningKey key = new Place(folder).signingKey;
    String text = "elsewhere\n42\n" + Base64.getEncoder().encodeToString(ROOT.raw()) + "\n";
    Checkpoint foreign = Checkpoint.parse(Note.sign(text, key).format());
    assertEquals("elsewhere", foreign.origin());
    assertFalse(foreign.isSignedBy(key.verifyKey()));
  }

  @Test
  void extensionLinesAreKept() {
    SigningKey key = new Place(folder).signingKey;
    String root = Base64.getEncoder().encodeToString(ROOT.raw());
    String text = key.verifyKey().name() + "\n42\n" + root + "\nmore\n";
    Checkpoint extended = Checkpoint.parse(Note.sign(text, key).format());
    assertEquals(42, extended.size());
    assertTrue(extended.isSignedBy(key.verifyKey()));
  }

  @Test
  void refusesTextsThatAreNotCheckpoints() {
    SigningKey key = new Place(folder).signingKey;
    String root = Base64.getEncoder().encodeToString(ROOT.raw());
    for (String text :
        List.of(
            "\n",
            "origin\n",
            "origin\n1\n",
            "\n1\n" + root + "\n",
            "origin\n01\n" + root + "\n",
            "origin\n-1\n" + root + "\n",
            "origin\n+1\n" + root + "\n",
            "origin\n1 \n" + root + "\n",
            "origin\n9999999999999999999\n" + root + "\n",
            "origin\n99999999999999999999\n" + root + "\n",
            "origin\n1\nAAAA\n",
            "origin\n1\n" + root.replace("=", "") + "\n",
            "origin\n1\nnot base64\n")) {
      String note = Note.sign(text, key).format();
      assertThrows(Failure.class, () -> Checkpoint.parse(note), text);
    }
  }

  @Test
  void mutatedCheckpointsAreRefusedOrUnsigned() {
    SigningKey key = new Place(folder).signingKey;
    Checkpoint good = Checkpoint.sign(42, ROOT, key);
    byte[] note = good.note().getBytes(StandardCharsets.UTF_8);
    Random random = new Random(11);
    for (int i = 0; i < 3_000; i++) {
      String mutated = new String(Mutations.mutate(note, random), StandardCharsets.UTF_8);
      try {
        Checkpoint parsed = Checkpoint.parse(mutated);
        assertTrue(
            !parsed.isSignedBy(key.verifyKey())
                || (parsed.size() == 42 && parsed.root().equals(ROOT)));
      } catch (Failure e) {
        assertFalse(e.getMessage().isEmpty());
      }
    }
  }
}
