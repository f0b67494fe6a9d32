package dev.moat.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileBlobStoreTest {
  private static final int SEGMENT = 1 << 20;

  @TempDir Path folder;
  private KeyService keys;
  private FileBlobStore blobs;

  @BeforeEach
  void open() {
    keys = FileKeyService.openOrCreate(folder.resolve("master.key"));
    blobs = new FileBlobStore(folder.resolve("blobs"), keys);
  }

  private static byte[] random(int length, int seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private Digest put(byte[] bytes) {
    return blobs.put(new ByteArrayInputStream(bytes));
  }

  private long filesBelow(String name) throws IOException {
    try (var files = Files.walk(folder.resolve(name))) {
      return files.filter(Files::isRegularFile).count();
    }
  }

  private static Problem.Tampered tampered(Failure failure) {
    return assertInstanceOf(Problem.Tampered.class, failure.problem());
  }

  @Test
  void theAdviceOfADamagedBlobCanBeFollowed() throws IOException {
    byte[] bytes = random(3_000, 41);
    Digest digest = put(bytes);
    Path file = blobs.file(digest);
    byte[] stored = Files.readAllBytes(file);
    stored[stored.length - 1] ^= 1;
    Files.write(file, stored);
    Failure failure = assertThrows(Failure.class, () -> blobs.read(digest, bytes.length));
    String place = "delete its file in blobs/" + digest.hex().substring(0, 2);
    assertTrue(failure.getMessage().contains(place), failure.getMessage());
    assertTrue(file.endsWith(digest.hex().substring(0, 2) + "/" + digest.hex()));
    Files.delete(file);
    assertFalse(blobs.has(digest));
    assertEquals(digest, put(bytes));
    assertArrayEquals(bytes, blobs.read(digest, bytes.length));
  }

  @Test
  void givesBackBytesOfEverySizeAroundASegment() throws IOException {
    for (int size :
        new int[] {0, 1, 15, 16, 4096, 65_535, 65_536, SEGMENT - 57, SEGMENT, 2 * SEGMENT + 3}) {
      byte[] bytes = random(size, size);
      Digest digest = put(bytes);
      assertEquals(Digest.of(bytes), digest);
      assertTrue(blobs.has(digest));
      assertArrayEquals(bytes, blobs.read(digest, size));
      try (InputStream in = blobs.open(digest)) {
        assertArrayEquals(bytes, in.readAllBytes());
        assertEquals(-1, in.read());
      }
    }
  }

  @Test
  void givesBackBytesOneAtATime() throws IOException {
    byte[] bytes = random(300, 1);
    Digest digest = put(bytes);
    try (InputStream in = blobs.open(digest)) {
      for (byte b : bytes) {
        assertEquals(b & 0xFF, in.read());
      }
      assertEquals(-1, in.read());
      assertEquals(-1, in.read());
    }
  }

  @Test
  void theSameBytesAreStoredOnce() throws IOException {
    byte[] bytes = random(1000, 2);
    assertEquals(put(bytes), put(bytes));
    assertEquals(1, filesBelow("blobs"));
  }

  @Test
  void storingAgainRepairsADamagedCopy() throws IOException {
    byte[] bytes = random(1000, 2);
    Digest digest = put(bytes);
    Files.write(blobs.file(digest), new byte[3]);
    put(bytes);
    assertArrayEquals(bytes, blobs.read(digest, 1000));
  }

  @Test
  void blobsAreThereAfterReopening() {
    Digest digest = put(random(1000, 3));
    FileBlobStore again = new FileBlobStore(folder.resolve("blobs"), keys);
    assertArrayEquals(random(1000, 3), again.read(digest, 1000));
  }

  @Test
  void theFileHoldsNoPlainText() throws IOException {
    byte[] plain = "a secret that must not be readable".getBytes(StandardCharsets.UTF_8);
    Digest digest = put(plain);
    String stored = new String(Files.readAllBytes(blobs.file(digest)), StandardCharsets.ISO_8859_1);
    assertFalse(stored.contains("secret"));
    byte[] before = Files.readAllBytes(blobs.file(digest));
    put(plain);
    assertFalse(Arrays.equals(before, Files.readAllBytes(blobs.file(digest))));
  }

  @Test
  void anotherMasterKeyReadsNothing() {
    Digest digest = put(random(100, 4));
    KeyService other = FileKeyService.openOrCreate(folder.resolve("other.key"));
    FileBlobStore foreign = new FileBlobStore(folder.resolve("blobs"), other);
    tampered(assertThrows(Failure.class, () -> foreign.read(digest, 100)));
  }

  @Test
  void everyFlippedBitOfASmallBlobIsFound() throws IOException {
    byte[] bytes = random(40, 5);
    Digest digest = put(bytes);
    byte[] good = Files.readAllBytes(blobs.file(digest));
    for (int bit = 0; bit < good.length * 8; bit += 7) {
      byte[] bad = good.clone();
      bad[bit / 8] ^= (byte) (1 << (bit % 8));
      Files.write(blobs.file(digest), bad);
      Failure failure = assertThrows(Failure.class, () -> blobs.read(digest, 40), "bit " + bit);
      assertEquals(digest.hex(), tampered(failure).link());
    }
    Files.write(blobs.file(digest), good);
    assertArrayEquals(bytes, blobs.read(digest, 40));
  }

  @Test
  void aFlippedByteOfALargeBlobIsFoundBeforeItIsGivenOut() throws IOException {
    byte[] bytes = random(3 * SEGMENT, 6);
    Digest digest = put(bytes);
    byte[] bad = Files.readAllBytes(blobs.file(digest));
    bad[2 * SEGMENT + 100] ^= 1;
    Files.write(blobs.file(digest), bad);
    byte[] given = new byte[3 * SEGMENT];
    int length = 0;
    try (InputStream in = blobs.open(digest)) {
      while (true) {
        int at = length;
        length += in.read(given, at, 4096);
      }
    } catch (Failure e) {
      tampered(e);
    }
    assertTrue(length > SEGMENT - 8192 && length < 2 * SEGMENT + 100, "gave out " + length);
    assertArrayEquals(Arrays.copyOf(bytes, length), Arrays.copyOf(given, length));
  }

  @Test
  void everyCutIsFound() throws IOException {
    Digest digest = put(random(100, 7));
    byte[] good = Files.readAllBytes(blobs.file(digest));
    for (int length = 0; length < good.length; length += 7) {
      Files.write(blobs.file(digest), Arrays.copyOf(good, length));
      tampered(assertThrows(Failure.class, () -> blobs.read(digest, 100)));
    }
    Files.write(blobs.file(digest), Arrays.copyOf(good, good.length + 1));
    tampered(assertThrows(Failure.class, () -> blobs.read(digest, 100)));
  }

  @Test
  void aBlobPutInPlaceOfAnotherIsFound() throws IOException {
    Digest one = put(random(100, 8));
    Digest two = put(random(100, 9));
    Files.copy(blobs.file(one), blobs.file(two), StandardCopyOption.REPLACE_EXISTING);
    Failure failure = assertThrows(Failure.class, () -> blobs.open(two));
    assertEquals(two.hex(), tampered(failure).link());
  }

  @Test
  void aMissingBlobIsNamed() {
    Digest digest = Digest.of("nothing");
    assertFalse(blobs.has(digest));
    Failure failure = assertThrows(Failure.class, () -> blobs.open(digest));
    Problem.Missing missing = assertInstanceOf(Problem.Missing.class, failure.problem());
    assertTrue(missing.message().contains(digest.hex()));
  }

  @Test
  void aDeletedBlobIsGone() {
    Digest digest = put(random(10, 10));
    blobs.delete(digest);
    blobs.delete(digest);
    assertFalse(blobs.has(digest));
  }

  @Test
  void readsNoMoreThanAllowed() {
    Digest digest = put(random(100, 11));
    assertEquals(100, blobs.read(digest, 100).length);
    Failure failure = assertThrows(Failure.class, () -> blobs.read(digest, 99));
    assertTrue(failure.getMessage().contains("99 bytes"), failure.getMessage());
  }

  @Test
  void aFullDiskAtAnyOperationLeavesNothingHalfWritten() throws IOException {
    byte[] bytes = random(3 * SEGMENT, 12);
    int failed = 0;
    for (int failing = 1; ; failing++) {
      Path root = folder.resolve("full" + failing);
      FailingDisk disk = new FailingDisk(failing);
      FileBlobStore store = new FileBlobStore(root, keys, disk);
      try {
        store.put(new ByteArrayInputStream(bytes));
        break;
      } catch (Failure e) {
        assertInstanceOf(Problem.Broken.class, e.problem());
        assertTrue(e.getMessage().contains("the disk is full; free space"), e.getMessage());
        assertTrue(e.getMessage().contains(root.toString()), e.getMessage());
        assertEquals(0, filesBelow("full" + failing), "operation " + failing);
        failed++;
      }
    }
    assertTrue(failed >= 6, "only " + failed);
  }

  @Test
  void aSourceThatFailsStoresNothing() throws IOException {
    InputStream failing =
        new InputStream() {
          private int left = 200_000;

          @Override
          public int read() throws IOException {
            if (left-- == 0) {
              throw new IOException("connection reset");
            }
            return 7;
          }

          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            bytes[offset] = (byte) read();
            return 1;
          }
        };
    Failure failure = assertThrows(Failure.class, () -> blobs.put(failing));
    assertTrue(failure.getMessage().contains("connection reset"), failure.getMessage());
    assertEquals(0, filesBelow("blobs"));
  }

  @Test
  void leftoversOfACrashAreSweptWhenOpened() throws IOException {
    Path temporaries = folder.resolve("blobs").resolve("tmp");
    Files.write(temporaries.resolve("abandoned"), new byte[100]);
    Files.write(temporaries.resolve("other"), new byte[0]);
    Files.createDirectory(temporaries.resolve("folder"));
    blobs = new FileBlobStore(folder.resolve("blobs"), keys);
    assertEquals(0, filesBelow("blobs"));
  }

  @Test
  void aFileBeingWrittenIsNotSwept() throws IOException {
    Path busy = folder.resolve("blobs").resolve("tmp").resolve("busy");
    try (FileChannel channel =
            FileChannel.open(busy, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      assertTrue(lock.isValid());
      blobs = new FileBlobStore(folder.resolve("blobs"), keys);
      assertTrue(Files.exists(busy));
    }
  }

  @Test
  void manyWritersAtOnceDoNotDisturbEachOther() {
    List<Digest> digests =
        IntStream.range(0, 60).parallel().mapToObj(i -> put(random(500, i % 20))).toList();
    for (int i = 0; i < digests.size(); i++) {
      assertArrayEquals(random(500, i % 20), blobs.read(digests.get(i), 500));
    }
    assertEquals(20, digests.stream().distinct().count());
  }

  @Test
  void aStoreInAFileCannotBeOpened() throws IOException {
    Path file = folder.resolve("file");
    Files.write(file, new byte[1]);
    Failure failure =
        assertThrows(Failure.class, () -> new FileBlobStore(file.resolve("blobs"), keys));
    assertInstanceOf(Problem.Broken.class, failure.problem());
  }

  @Test
  void theHeaderIsTheOneDocumented() throws IOException {
    Digest digest = put(new byte[0]);
    byte[] stored = Files.readAllBytes(blobs.file(digest));
    assertEquals("MOATBLB1", new String(stored, 0, 8, StandardCharsets.US_ASCII));
    int wrapped = Integer.parseInt(HexFormat.of().formatHex(stored, 8, 10), 16);
    byte[] key =
        keys.unwrap(
            Arrays.copyOfRange(stored, 10, 10 + wrapped),
            ("moat blob " + digest.hex()).getBytes(StandardCharsets.US_ASCII));
    assertEquals(32, key.length);
  }
}
