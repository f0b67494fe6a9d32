package dev.moat.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileKeyServiceTest {
  private static final byte[] CONTEXT = "context".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("keys").resolve("master.key");
  }

  private FileKeyService open() {
    return FileKeyService.openOrCreate(file());
  }

  @Test
  void theFileIsForItsOwnerOnlyAndAlone() throws IOException {
    open();
    assertEquals(
        PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(file()));
    try (var files = Files.list(file().getParent())) {
      assertEquals(List.of(file()), files.toList());
    }
  }

  @Test
  void keysAreTheSameAfterReopening() {
    FileKeyService first = open();
    byte[] wrapped = first.wrap(new byte[] {1, 2, 3}, CONTEXT);
    FileKeyService second = open();
    assertArrayEquals(new byte[] {1, 2, 3}, second.unwrap(wrapped, CONTEXT));
    assertArrayEquals(first.derive("purpose", 48), second.derive("purpose", 48));
  }

  @Test
  void twoFilesHaveOtherKeys() {
    FileKeyService other = FileKeyService.openOrCreate(folder.resolve("other.key"));
    assertFalse(Arrays.equals(open().derive("p", 32), other.derive("p", 32)));
    byte[] wrapped = open().wrap(new byte[32], CONTEXT);
    assertThrows(Failure.class, () -> other.unwrap(wrapped, CONTEXT));
  }

  @Test
  void wrappingTwiceLooksUnlike() {
    FileKeyService keys = open();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      seen.add(HexFormat.of().formatHex(keys.wrap(new byte[32], CONTEXT)));
    }
    assertEquals(200, seen.size());
  }

  @Test
  void noChangedBitOrContextUnwraps() {
    FileKeyService keys = open();
    byte[] wrapped = keys.wrap(new byte[32], CONTEXT);
    for (int bit = 0; bit < wrapped.length * 8; bit++) {
      byte[] bad = wrapped.clone();
      bad[bit / 8] ^= (byte) (1 << (bit % 8));
      Failure failure = assertThrows(Failure.class, () -> keys.unwrap(bad, CONTEXT));
      assertInstanceOf(Problem.Tampered.class, failure.problem());
    }
    for (int length = 0; length < wrapped.length; length++) {
      byte[] cut = Arrays.copyOf(wrapped, length);
      assertThrows(Failure.class, () -> keys.unwrap(cut, CONTEXT));
    }
    assertThrows(Failure.class, () -> keys.unwrap(wrapped, new byte[0]));
    assertArrayEquals(new byte[32], keys.unwrap(wrapped, CONTEXT));
  }

  @Test
  void derivedKeysDifferByPurpose() {
    FileKeyService keys = open();
    Set<String> seen =
        IntStream.range(0, 100)
            .mapToObj(i -> HexFormat.of().formatHex(keys.derive("purpose " + i, 32)))
            .collect(Collectors.toSet());
    assertEquals(100, seen.size());
    assertArrayEquals(keys.derive("p", 16), Arrays.copyOf(keys.derive("p", 100), 16));
    assertThrows(IllegalArgumentException.class, () -> keys.derive(" ", 32));
    assertThrows(IllegalArgumentException.class, () -> keys.derive("p", 0));
    assertThrows(IllegalArgumentException.class, () -> keys.derive("p", 255 * 32 + 1));
  }

  @Test
  void derivationIsHkdfOfTheKeyInTheFile() throws Exception {
    FileKeyService keys = open();
    String text = Files.readString(file()).strip();
    byte[] master =
        Arrays.copyOf(Base64.getDecoder().decode(text.substring(text.indexOf(' ') + 1)), 32);
    byte[] extracted = hmac(new byte[32], master);
    byte[] info = "moat derive 1 purpose".getBytes(StandardCharsets.UTF_8);
    byte[] block =
        hmac(extracted, ByteBuffer.allocate(info.length + 1).put(info).put((byte) 1).array());
    assertArrayEquals(block, keys.derive("purpose", 32));
  }

  private static byte[] hmac(byte[] key, byte[] message) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(message);
  }

  @Test
  void refusesAFileThatOthersMayUse() throws IOException {
    open();
    for (String mode : List.of("rw-r-----", "rw----r--", "rw--w----", "rwx------", "rw-------")) {
      Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString(mode));
      if (mode.equals("rw-------")) {
        assertEquals(32, open().derive("p", 32).length);
        return;
      }
      Failure failure = assertThrows(Failure.class, this::open, mode);
      assertInstanceOf(Problem.Denied.class, failure.problem());
      assertTrue(failure.getMessage().contains("chmod 600 " + file()), failure.getMessage());
    }
  }

  @Test
  void acceptsAFileThatEvenItsOwnerOnlyReads() throws IOException {
    byte[] before = open().derive("p", 32);
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("r--------"));
    assertArrayEquals(before, open().derive("p", 32));
  }

  @Test
  void everyDamageOfTheFileIsFound() throws IOException {
    open();
    byte[] good = Files.readAllBytes(file());
    for (int bit = 0; bit < (good.length - 1) * 8; bit++) {
      byte[] bad = good.clone();
      bad[bit / 8] ^= (byte) (1 << (bit % 8));
      Files.write(file(), bad);
      Failure failure = assertThrows(Failure.class, this::open, "bit " + bit);
      assertInstanceOf(Problem.Tampered.class, failure.problem());
    }
    for (int length = 0; length < good.length; length++) {
      Files.write(file(), Arrays.copyOf(good, length));
      assertThrows(Failure.class, this::open, "length " + length);
    }
  }

  @Test
  void racersAllUseTheSameKey() {
    Set<String> keys =
        IntStream.range(0, 16)
            .parallel()
            .mapToObj(_ -> HexFormat.of().formatHex(open().derive("p", 32)))
            .collect(Collectors.toSet());
    assertEquals(1, keys.size());
  }
}
