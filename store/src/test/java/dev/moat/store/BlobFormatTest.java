package dev.moat.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file format of blobs and its dealings with key services other than the default. */
class BlobFormatTest {
  @TempDir Path folder;

  /** A key service far away: it keeps the keys, gives tickets of any length, and may be down. */
  private static final class Remote implements KeyService {
    private final Map<String, byte[]> kept = new HashMap<>();
    private final int ticketBytes;
    private boolean down;
    private int calls;

    Remote(int ticketBytes) {
      this.ticketBytes = ticketBytes;
    }

    @Override
    public byte[] wrap(byte[] key, byte[] context) {
      up();
      byte[] ticket = new byte[ticketBytes];
      new Random(kept.size()).nextBytes(ticket);
      kept.put(name(ticket, context), key.clone());
      return ticket;
    }

    @Override
    public byte[] unwrap(byte[] wrapped, byte[] context) {
      up();
      byte[] key = kept.get(name(wrapped, context));
      if (key == null) {
        throw new Failure(new Problem.Tampered("ticket: not known", "ticket"));
      }
      return key.clone();
    }

    @Override
    public byte[] derive(String purpose, int bytes) {
      return new byte[bytes];
    }

    private void up() {
      calls++;
      if (down) {
        throw new Failure(new Problem.Busy("key service: down; try again", Duration.ZERO));
      }
    }

    private static String name(byte[] ticket, byte[] context) {
      return HexFormat.of().formatHex(ticket) + "/" + HexFormat.of().formatHex(context);
    }
  }

  private FileBlobStore store(KeyService keys) {
    return new FileBlobStore(folder.resolve("blobs"), keys);
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static Digest put(BlobStore blobs, byte[] bytes) {
    return blobs.put(new ByteArrayInputStream(bytes));
  }

  @Test
  void wrappedKeysOfAnyLengthUpToTheHeaderFit() {
    for (int ticket : new int[] {1, 60, 200, 501, 502}) {
      FileBlobStore blobs = store(new Remote(ticket));
      byte[] bytes = random(1000 + ticket);
      assertArrayEquals(bytes, blobs.read(put(blobs, bytes), 2000));
    }
  }

  @Test
  void aWrappedKeyThatDoesNotFitIsAMistakeOfTheProgram() throws IOException {
    FileBlobStore blobs = store(new Remote(503));
    assertThrows(IllegalStateException.class, () -> put(blobs, random(10)));
    try (var files = Files.walk(folder.resolve("blobs"))) {
      assertEquals(0, files.filter(Files::isRegularFile).count());
    }
  }

  @Test
  void oneCallOfTheKeyServiceServesABlob() {
    Remote keys = new Remote(100);
    FileBlobStore blobs = store(keys);
    Digest digest = put(blobs, random(3_000_000));
    assertEquals(1, keys.calls);
    blobs.read(digest, 3_000_000);
    assertEquals(2, keys.calls);
    blobs.has(digest);
    blobs.delete(digest);
    assertEquals(2, keys.calls);
  }

  @Test
  void aKeyServiceThatIsDownIsNotTakenForTampering() throws IOException {
    Remote keys = new Remote(100);
    FileBlobStore blobs = store(keys);
    Digest digest = put(blobs, random(10));
    keys.down = true;
    Failure reading = assertThrows(Failure.class, () -> blobs.open(digest));
    assertInstanceOf(Problem.Busy.class, reading.problem());
    Failure writing = assertThrows(Failure.class, () -> put(blobs, random(20)));
    assertInstanceOf(Problem.Busy.class, writing.problem());
    try (var files = Files.walk(folder.resolve("blobs"))) {
      assertEquals(1, files.filter(Files::isRegularFile).count());
    }
    keys.down = false;
    assertArrayEquals(random(10), blobs.read(digest, 10));
  }

  @Test
  void aWrongDataKeyIsTampering() {
    Remote keys = new Remote(100);
    FileBlobStore blobs = store(keys);
    Digest digest = put(blobs, random(10));
    keys.kept.replaceAll((_, _) -> new byte[BlobFormat.KEY_BYTES]);
    Failure failure = assertThrows(Failure.class, () -> blobs.read(digest, 10));
    assertInstanceOf(Problem.Tampered.class, failure.problem());
  }

  @Test
  void bytesThatAreNotOfTheDigestAreFoundAtTheEndAlthoughTheyDecrypt() throws IOException {
    // Only who has the keys can make such a file; the digest is checked all the same.
    Remote keys = new Remote(100);
    byte[] dataKey = random(32);
    Digest claimed = Digest.of("something else");
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(BlobFormat.header(keys.wrap(dataKey, BlobFormat.context(claimed))));
    try (var out = BlobFormat.streaming(dataKey).newEncryptingStream(file, BlobFormat.ASSOCIATED)) {
      out.write(random(5000));
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
    try (InputStream in =
        BlobFormat.decrypt(new ByteArrayInputStream(file.toByteArray()), claimed, keys)) {
      assertEquals(5000, in.readNBytes(5000).length);
      Failure failure = assertThrows(Failure.class, in::read);
      assertEquals(
          claimed.hex(), assertInstanceOf(Problem.Tampered.class, failure.problem()).link());
    }
  }

  @Test
  void headersOfEveryWrongFormAreTampering() throws IOException {
    Remote keys = new Remote(100);
    FileBlobStore blobs = store(keys);
    Digest digest = put(blobs, random(10));
    byte[] good = Files.readAllBytes(blobs.file(digest));
    for (int length : new int[] {0, 1, 7, 8, 10, 100, 511, 512}) {
      assertTampered(Arrays.copyOf(good, length), digest, keys);
    }
    byte[] long16 = good.clone();
    long16[8] = (byte) 0xFF;
    assertTampered(long16, digest, keys);
    byte[] none = good.clone();
    none[8] = 0;
    none[9] = 0;
    assertTampered(none, digest, keys);
    byte[] padded = good.clone();
    padded[511] = 1;
    assertTampered(padded, digest, keys);
  }

  private static void assertTampered(byte[] file, Digest digest, KeyService keys) {
    Failure failure =
        assertThrows(
            Failure.class,
            () -> {
              try (InputStream in =
                  BlobFormat.decrypt(new ByteArrayInputStream(file), digest, keys)) {
                in.readAllBytes();
              }
            });
    assertInstanceOf(Problem.Tampered.class, failure.problem());
  }

  @Test
  void mutatedFilesGiveTheirBytesOrTampering() throws IOException {
    FileBlobStore blobs = store(FileKeyService.openOrCreate(folder.resolve("master.key")));
    byte[] bytes = random(200);
    Digest digest = put(blobs, bytes);
    byte[] good = Files.readAllBytes(blobs.file(digest));
    Random random = new Random(81);
    for (int i = 0; i < 300; i++) {
      byte[] bad = good.clone();
      int changes = 1 + random.nextInt(4);
      for (int k = 0; k < changes; k++) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      int length = random.nextInt(3) == 0 ? random.nextInt(bad.length) : bad.length;
      byte[] file = Arrays.copyOf(bad, length);
      Files.write(blobs.file(digest), file);
      if (Arrays.equals(file, good)) {
        assertArrayEquals(bytes, blobs.read(digest, 200));
      } else {
        Failure failure = assertThrows(Failure.class, () -> blobs.read(digest, 200));
        assertInstanceOf(Problem.Tampered.class, failure.problem());
      }
    }
  }

  @Test
  void anErrorOfTheDiskWhileReadingIsNotTakenForTampering() throws IOException {
    Remote keys = new Remote(100);
    FileBlobStore blobs = store(keys);
    Digest digest = put(blobs, random(3_000_000));
    InputStream failing =
        new FilterInputStream(Files.newInputStream(blobs.file(digest))) {
          private long left = 1_500_000;

          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            int n = super.read(bytes, offset, length);
            left -= n;
            if (left < 0) {
              throw new IOException("Input/output error");
            }
            return n;
          }
        };
    try (InputStream in = BlobFormat.decrypt(failing, digest, keys)) {
      Failure failure = assertThrows(Failure.class, in::readAllBytes);
      assertInstanceOf(Problem.Broken.class, failure.problem());
      assertTrue(failure.getMessage().contains("disk failed"), failure.getMessage());
    }
  }

  @Test
  void theFileIsClosedWhateverHappens() throws IOException {
    Remote keys = new Remote(100);
    FileBlobStore blobs = store(keys);
    Digest digest = put(blobs, random(1000));
    byte[] good = Files.readAllBytes(blobs.file(digest));
    boolean[] closed = {false};
    class Watched extends ByteArrayInputStream {
      Watched(byte[] bytes) {
        super(bytes);
      }

      @Override
      public void close() {
        closed[0] = true;
      }
    }
    assertThrows(Failure.class, () -> BlobFormat.decrypt(new Watched(new byte[600]), digest, keys));
    assertTrue(closed[0]);
    closed[0] = false;
    InputStream in = BlobFormat.decrypt(new Watched(good), digest, keys);
    assertFalse(closed[0]);
    assertEquals(10, in.readNBytes(10).length);
    in.close();
    assertTrue(closed[0]);
  }

  @Test
  void partsCanBeSkippedAndCopied() throws IOException {
    FileBlobStore blobs = store(new Remote(100));
    byte[] bytes = random(200_000);
    Digest digest = put(blobs, bytes);
    try (InputStream in = blobs.open(digest)) {
      in.skipNBytes(150_000);
      assertArrayEquals(Arrays.copyOfRange(bytes, 150_000, 200_000), in.readAllBytes());
    }
    ByteArrayOutputStream copy = new ByteArrayOutputStream();
    try (InputStream in = blobs.open(digest)) {
      assertEquals(200_000, in.transferTo(copy));
    }
    assertArrayEquals(bytes, copy.toByteArray());
  }

  @Test
  void artifactsWhosePartCannotBeStoredHaveNoManifest() {
    Remote keys = new Remote(100);
    FileBlobStore blobs = store(keys);
    Artifacts artifacts = new Artifacts(blobs);
    keys.down = true;
    Failure failure =
        assertThrows(
            Failure.class,
            () -> artifacts.put(ArtifactKind.MODEL, Map.of("a", random(5), "b", random(6))));
    keys.down = false;
    Artifact same = artifacts.put(ArtifactKind.MODEL, Map.of("a", random(5), "b", random(6)));
    assertInstanceOf(Problem.Busy.class, failure.problem());
    assertSame(ArtifactKind.MODEL, same.kind());
    artifacts.verify(same);
  }
}
