package dev.moat.trust;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.store.FileKeyService;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The signing key and its public half. */
class VerifyKeyTest {
  private static final byte[] MESSAGE = "message".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  @Test
  void verifiesTheFirstVectorOfTheStandard() {
    byte[] raw =
        HexFormat.of().parseHex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    byte[] signature =
        HexFormat.of()
            .parseHex(
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                    + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
    assertTrue(new VerifyKey("rfc8032", raw).verify(new byte[0], signature));
    assertFalse(new VerifyKey("rfc8032", raw).verify(new byte[1], signature));
  }

  @Test
  void signaturesVerifyWithTheJdkToo() throws Exception {
    SigningKey key = new Place(folder).signingKey;
    byte[] typed = Base64.getDecoder().decode(key.verifyKey().text().split("\\+", 3)[2]);
    Signature verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(jdkKey(Arrays.copyOfRange(typed, 1, 33)));
    verifier.update(MESSAGE);
    assertTrue(verifier.verify(key.sign(MESSAGE)));
  }

  /** RFC 8032, section 5.1.2: the point's y, little-endian, with the sign of x on top. */
  private static PublicKey jdkKey(byte[] raw) throws Exception {
    byte[] reversed = new byte[32];
    for (int i = 0; i < 32; i++) {
      reversed[i] = raw[31 - i];
    }
    boolean odd = reversed[0] < 0;
    reversed[0] &= 0x7F;
    EdECPoint point = new EdECPoint(odd, new BigInteger(1, reversed));
    return KeyFactory.getInstance("Ed25519")
        .generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, point));
  }

  @Test
  void noChangedMessageOrSignatureVerifies() {
    SigningKey key = new Place(folder).signingKey;
    byte[] signature = key.sign(MESSAGE);
    assertTrue(key.verifyKey().verify(MESSAGE, signature));
    for (int bit = 0; bit < signature.length * 8; bit += 3) {
      assertFalse(key.verifyKey().verify(MESSAGE, Mutations.flip(signature, bit)));
    }
    for (int bit = 0; bit < MESSAGE.length * 8; bit++) {
      assertFalse(key.verifyKey().verify(Mutations.flip(MESSAGE, bit), signature));
    }
    for (int length : new int[] {0, 63, 65}) {
      assertFalse(key.verifyKey().verify(MESSAGE, Arrays.copyOf(signature, length)));
    }
  }

  @Test
  void textsRoundTrip() {
    VerifyKey key = new Place(folder).signingKey.verifyKey();
    assertEquals(key, VerifyKey.parse(key.text()));
    assertEquals(key, VerifyKey.parse(key.text() + "\n"));
    assertEquals(key.hashCode(), VerifyKey.parse(key.text()).hashCode());
    assertEquals(key.text(), key.toString());
    assertEquals(64, key.id().length());
  }

  @Test
  void refusesTextsThatAreNotKeys() {
    String good = new Place(folder).signingKey.verifyKey().text();
    String[] parts = good.split("\\+", 3);
    for (String text :
        List.of(
            "",
            "name",
            "name+00000000+AAAA",
            parts[0] + "+00000000+" + parts[2],
            "other+" + parts[1] + "+" + parts[2],
            "na me+" + parts[1] + "+" + parts[2],
            "+" + parts[1] + "+" + parts[2],
            good.substring(0, good.length() - 2),
            good + "AAAA",
            "x".repeat(600))) {
      Failure failure = assertThrows(Failure.class, () -> VerifyKey.parse(text), text);
      assertInstanceOf(Problem.Invalid.class, failure.problem());
    }
  }

  @Test
  void refusesBytesThatAreNoPointOfTheCurve() {
    int refused = 0;
    for (int i = 0; i < 64; i++) {
      byte[] raw = new byte[32];
      raw[0] = (byte) i;
      try {
        assertFalse(new VerifyKey("moat/test", raw).verify(raw, new byte[64]));
      } catch (Failure e) {
        assertInstanceOf(Problem.Invalid.class, e.problem());
        refused++;
      }
    }
    assertTrue(refused > 10, "only " + refused);
  }

  @Test
  void mutatedTextsAreRefusedOrTheSameKey() {
    VerifyKey key = new Place(folder).signingKey.verifyKey();
    byte[] text = key.text().getBytes(StandardCharsets.UTF_8);
    Random random = new Random(8);
    int refused = 0;
    for (int i = 0; i < 3_000; i++) {
      try {
        String mutated = new String(Mutations.mutate(text, random), StandardCharsets.UTF_8);
        assertEquals(key, VerifyKey.parse(mutated));
      } catch (Failure e) {
        refused++;
      }
    }
    assertTrue(refused > 2_500);
  }

  @Test
  void theKeyIsTheSameAfterReopening() {
    Place place = new Place(folder);
    SigningKey again = SigningKey.openOrCreate(folder.resolve("signing.key"), place.keys);
    assertEquals(place.signingKey.id(), again.id());
    assertArrayEquals(place.signingKey.sign(MESSAGE), again.sign(MESSAGE));
    assertTrue(place.signingKey.verifyKey().name().startsWith("moat/"));
  }

  @Test
  void twoInstallationsHaveOtherKeysAndNames() {
    SigningKey one = new Place(folder.resolve("one")).signingKey;
    SigningKey two = new Place(folder.resolve("two")).signingKey;
    assertNotEquals(one.id(), two.id());
    assertNotEquals(one.verifyKey().name(), two.verifyKey().name());
    assertFalse(two.verifyKey().verify(MESSAGE, one.sign(MESSAGE)));
  }

  @Test
  void thePrivateKeyIsWrappedAndForItsOwnerOnly() throws Exception {
    Place place = new Place(folder);
    Path file = folder.resolve("signing.key");
    assertEquals(PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(file));
    String text = Files.readString(file).strip();
    byte[] wrapped = Base64.getDecoder().decode(text.substring(text.indexOf(' ') + 1));
    byte[] seed =
        place.keys.unwrap(wrapped, "moat signing key".getBytes(StandardCharsets.US_ASCII));
    assertEquals(32, seed.length);
    assertFalse(text.contains(Base64.getEncoder().encodeToString(seed)));
  }

  @Test
  void thePublicKeyIsBesideItAndIsWrittenAgain() throws Exception {
    Place place = new Place(folder);
    Path file = folder.resolve("signing.key.pub");
    assertEquals(place.signingKey.verifyKey().text() + "\n", Files.readString(file));
    Files.writeString(file, "rubbish");
    SigningKey.openOrCreate(folder.resolve("signing.key"), place.keys);
    assertEquals(place.signingKey.verifyKey().text() + "\n", Files.readString(file));
    Files.delete(file);
    SigningKey.openOrCreate(folder.resolve("signing.key"), place.keys);
    assertTrue(Files.exists(file));
  }

  @Test
  void refusesADamagedKeyFileAndAnotherMasterKey() throws Exception {
    Place place = new Place(folder);
    Path file = folder.resolve("signing.key");
    byte[] good = Files.readAllBytes(file);
    Random random = new Random(9);
    for (int i = 0; i < 200; i++) {
      byte[] bad = Mutations.flip(good, random.nextInt((good.length - 4) * 8));
      Files.write(file, bad);
      Failure failure =
          assertThrows(Failure.class, () -> SigningKey.openOrCreate(file, place.keys));
      assertInstanceOf(Problem.Tampered.class, failure.problem());
      assertTrue(failure.getMessage().contains(file.toString()));
    }
    Files.write(file, good);
    FileKeyService other = FileKeyService.openOrCreate(folder.resolve("other.key"));
    Failure failure = assertThrows(Failure.class, () -> SigningKey.openOrCreate(file, other));
    assertTrue(failure.getMessage().contains("another master key"));
  }
}
