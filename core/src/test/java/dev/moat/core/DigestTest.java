package dev.moat.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DigestTest {
  /** The one-block example of FIPS 180-4. */
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @Test
  void agreesWithThePublishedVectors() {
    assertEquals(ABC, Digest.of("abc").hex());
    assertEquals(
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        Digest.of(new byte[0]).hex());
  }

  @Test
  void piecesGiveTheDigestOfTheWhole() {
    Digest.Hasher hasher = new Digest.Hasher();
    hasher.update("xab".getBytes(), 1, 2).update(ByteBuffer.wrap("c".getBytes()));
    assertEquals(ABC, hasher.digest().hex());
  }

  @Test
  void readsItsOwnFormAndPlainHex() {
    Digest digest = Digest.of("abc");
    assertEquals(digest, Digest.parse(digest.toString()));
    assertEquals(digest, Digest.parse(ABC));
    assertEquals(digest, Digest.ofRaw(digest.raw()));
  }

  @Test
  void refusesAnythingElse() {
    for (String bad :
        List.of("", "sha256:", ABC.substring(1), ABC + "0", ABC.replace("b", "B"), "é")) {
      assertThrows(Failure.class, () -> Digest.parse(bad), bad);
    }
  }

  @Test
  void fieldsDoNotRunIntoEachOther() {
    Digest one = new Digest.Hasher().field("ab").field("c").digest();
    Digest two = new Digest.Hasher().field("a").field("bc").digest();
    assertNotEquals(one, two);
  }

  @Test
  void sortsByItsDigits() {
    assertTrue(Digest.of("abc").compareTo(Digest.of("")) < 0);
    assertEquals("ba7816bf8f01", Digest.of("abc").brief());
  }
}
