package dev.moat.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.moat.core.Digest;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blob files read by another implementation of their format. */
class StreamDecoderTest {
  private static final byte[] ASSOCIATED = "moat blob 1".getBytes(StandardCharsets.US_ASCII);

  @TempDir Path folder;

  private FileKeyService keys() {
    return FileKeyService.openOrCreate(folder.resolve("master.key"));
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static byte[] dataKey(byte[] file, Digest digest, KeyService keys) {
    int wrapped = Byte.toUnsignedInt(file[8]) * 256 + Byte.toUnsignedInt(file[9]);
    return keys.unwrap(
        Arrays.copyOfRange(file, 10, 10 + wrapped),
        ("moat blob " + digest.hex()).getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void blobsOfAllSizesAreReadByAnotherDecoder() throws Exception {
    FileBlobStore blobs = new FileBlobStore(folder.resolve("blobs"), keys());
    for (int size : new int[] {0, 1, 100, (1 << 20) - 56, (1 << 20) - 55, 1 << 20, 2_500_000}) {
      byte[] bytes = random(size);
      Digest digest = blobs.put(new ByteArrayInputStream(bytes));
      byte[] file = Files.readAllBytes(blobs.file(digest));
      byte[] stream = Arrays.copyOfRange(file, 512, file.length);
      byte[] key = dataKey(file, digest, keys());
      assertArrayEquals(bytes, StreamDecoder.decode(stream, key, ASSOCIATED), "size " + size);
    }
  }

  @Test
  void theOtherDecoderFindsWrongKeysAndChangedBytes() throws Exception {
    FileBlobStore blobs = new FileBlobStore(folder.resolve("blobs"), keys());
    Digest digest = blobs.put(new ByteArrayInputStream(random(1000)));
    byte[] file = Files.readAllBytes(blobs.file(digest));
    byte[] stream = Arrays.copyOfRange(file, 512, file.length);
    byte[] key = dataKey(file, digest, keys());
    assertThrows(
        GeneralSecurityException.class,
        () -> StreamDecoder.decode(stream, new byte[32], ASSOCIATED));
    assertThrows(
        GeneralSecurityException.class, () -> StreamDecoder.decode(stream, key, new byte[0]));
    byte[] changed = stream.clone();
    changed[500] ^= 1;
    assertThrows(
        GeneralSecurityException.class, () -> StreamDecoder.decode(changed, key, ASSOCIATED));
  }

  @Test
  void noTwoBlobsShareKeySaltOrNonce() throws Exception {
    FileBlobStore blobs = new FileBlobStore(folder.resolve("blobs"), keys());
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      Digest digest = blobs.put(new ByteArrayInputStream(random(i % 5)));
      byte[] file = Files.readAllBytes(blobs.file(digest));
      seen.add(HexFormat.of().formatHex(dataKey(file, digest, keys())));
      seen.add(HexFormat.of().formatHex(file, 513, 545));
      seen.add(HexFormat.of().formatHex(file, 545, 552));
    }
    assertEquals(150, seen.size());
  }
}
