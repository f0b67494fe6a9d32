package dev.moat.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NoteTest {
  /** The example of the signed-note format's reference implementation (Go, sumdb/note). */
  private static final String KNOWN_KEY =
      "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

  private static final String KNOWN_NOTE =
      """
      If you think cryptography is the answer to your problem,
      then you don't know what your problem is.

      — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUg\
      YN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
      """;

  @TempDir Path folder;

  @Test
  void theKnownNoteIsSignedByItsKey() {
    Note note = Note.parse(KNOWN_NOTE);
    assertTrue(note.isSignedBy(VerifyKey.parse(KNOWN_KEY)));
    assertEquals(KNOWN_NOTE, note.format());
    assertTrue(note.text().endsWith("your problem is.\n"));
  }

  @Test
  void theKnownNoteIsNotSignedByAnother() {
    SigningKey key = new Place(folder).signingKey;
    assertFalse(Note.parse(KNOWN_NOTE).isSignedBy(key.verifyKey()));
  }

  @Test
  void aKeyOfThatNameButOtherBytesDidNotSignIt() {
    byte[] raw = new Ed25519PrivateKeyParameters(new byte[32]).generatePublicKey().getEncoded();
    VerifyKey other = new VerifyKey("PeterNeumann", raw);
    assertFalse(Note.parse(KNOWN_NOTE).isSignedBy(other));
  }

  @Test
  void signedTextsVerifyAfterARoundTrip() {
    SigningKey key = new Place(folder).signingKey;
    for (String text : List.of("\n", "one\n", "one\n\ntwo\n", "ünï\n— odd \n")) {
      Note note = Note.parse(Note.sign(text, key).format());
      assertEquals(text, note.text());
      assertTrue(note.isSignedBy(key.verifyKey()));
    }
  }

  @Test
  void otherSignaturesBesideDoNotMatter() {
    SigningKey key = new Place(folder).signingKey;
    Note known = Note.parse(KNOWN_NOTE);
    Note own = Note.sign(known.text(), key);
    Note both = new Note(known.text(), List.of(known.signatures().get(0), own.signatures().get(0)));
    Note parsed = Note.parse(both.format());
    assertTrue(parsed.isSignedBy(key.verifyKey()));
    assertTrue(parsed.isSignedBy(VerifyKey.parse(KNOWN_KEY)));
  }

  @Test
  void everyFlippedBitUnsignsANote() {
    SigningKey key = new Place(folder).signingKey;
    byte[] note = Note.sign("origin\n5\nroot\n", key).format().getBytes(StandardCharsets.UTF_8);
    for (int bit = 0; bit < note.length * 8; bit++) {
      assertFalse(isSigned(Mutations.flip(note, bit), key), "bit " + bit);
    }
  }

  @Test
  void mutatedNotesAreRefusedOrUnsigned() {
    SigningKey key = new Place(folder).signingKey;
    byte[] note = Note.sign("origin\n5\nroot\n", key).format().getBytes(StandardCharsets.UTF_8);
    Random random = new Random(7);
    for (int i = 0; i < 3_000; i++) {
      byte[] mutated = Mutations.mutate(note, random);
      boolean same =
          new String(mutated, StandardCharsets.UTF_8)
              .startsWith("origin\n5\nroot\n\n— " + key.verifyKey().name() + " ");
      assertTrue(same || !isSigned(mutated, key));
    }
  }

  private static boolean isSigned(byte[] note, SigningKey key) {
    try {
      return Note.parse(new String(note, StandardCharsets.UTF_8)).isSignedBy(key.verifyKey());
    } catch (Failure e) {
      return false;
    }
  }

  @Test
  void refusesWhatIsNotASignedNote() {
    String line = "— name " + "A".repeat(92) + "\n";
    for (String text :
        List.of(
            "",
            "\n",
            "text\n",
            "text\n\n",
            "text\n\nno dash " + "A".repeat(92) + "\n",
            "text\n\n— name\n",
            "text\n\n— name AAA\n",
            "text\n\n— name AAAA\n",
            "text\n\n— na+me " + "A".repeat(92) + "\n",
            "text\n\n—  " + "A".repeat(92) + "\n",
            "text\n\n" + line.strip(),
            "te\u0000xt\n\n" + line,
            "te\rxt\n\n" + line,
            "te\uFFFDxt\n\n" + line,
            "text\n\n" + line.repeat(33),
            "x".repeat(20_000) + "\n\n" + line)) {
      assertThrows(Failure.class, () -> Note.parse(text), text);
    }
    assertEquals(32, Note.parse("text\n\n" + line.repeat(32)).signatures().size());
  }
}
