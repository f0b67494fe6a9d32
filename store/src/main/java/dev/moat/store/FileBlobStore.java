package dev.moat.store;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;

/**
 * A blob store of encrypted files in one folder, {@code ab/abcdef...}, each written to {@code tmp},
 * forced to disk and renamed, so that a file under its final name is always whole.
 *
 * <p>Each blob has its own data key, wrapped by the key service with the digest as context: a file
 * that is changed, truncated or put in place of another fails before its first wrong byte is given
 * out. The digest of the plain text is checked on top at the end of the stream.
 */
public final class FileBlobStore implements BlobStore {
  /** How many bytes one blob may have. */
  static final long BLOB_BYTES_MAX = 1L << 40;

  private static final int COPY_BYTES = 1 << 16;

  private final Path root;
  private final Path temporaries;
  private final KeyService keys;
  private final Disk disk;
  private final SecureRandom random = new SecureRandom();

  /** The store in {@code root}, which is created if absent; leftovers of a crash are removed. */
  public FileBlobStore(Path root, KeyService keys) {
    this(root, keys, new Disk());
  }

  FileBlobStore(Path root, KeyService keys, Disk disk) {
    this.root = root;
    this.temporaries = root.resolve("tmp");
    this.keys = keys;
    this.disk = disk;
    try {
      disk.createFolders(temporaries);
      sweep();
    } catch (IOException e) {
      throw DiskFailure.of("blob store", root, e);
    }
  }

  @Override
  public Digest put(InputStream bytes) {
    Path temporary = temporaries.resolve(Long.toHexString(random.nextLong()));
    try (FileChannel channel = disk.create(temporary);
        FileLock _ = channel.lock()) {
      Digest digest = encrypt(bytes, channel);
      disk.force(channel);
      Path file = file(digest);
      disk.createFolders(root.resolve(digest.hex().substring(0, 2)));
      disk.rename(temporary, file);
      return digest;
    } catch (IOException e) {
      disk.discard(temporary);
      throw DiskFailure.of("blob", temporary, e);
    } catch (RuntimeException e) {
      disk.discard(temporary);
      throw e;
    }
  }

  @Override
  public InputStream open(Digest digest) {
    Path file = file(digest);
    if (!Files.exists(file)) {
      throw new Failure(
          new Problem.Missing(
              "blob " + digest + ": not in " + root + "; run the step that makes it again",
              digest.hex()));
    }
    try {
      return BlobFormat.decrypt(Files.newInputStream(file), digest, keys);
    } catch (IOException e) {
      throw DiskFailure.of("blob", file, e);
    }
  }

  @Override
  public boolean has(Digest digest) {
    return Files.exists(file(digest));
  }

  @Override
  public byte[] read(Digest digest, long bytesMax) {
    int limit = (int) Math.min(bytesMax, Integer.MAX_VALUE - 16);
    try (InputStream in = open(digest)) {
      byte[] bytes = in.readNBytes(limit);
      if (in.read() >= 0) {
        throw Failure.invalid(
            "blob " + digest + ": larger than the " + limit + " bytes allowed here; stream it");
      }
      return bytes;
    } catch (IOException e) {
      throw DiskFailure.of("blob", file(digest), e);
    }
  }

  @Override
  public void delete(Digest digest) {
    try {
      Files.deleteIfExists(file(digest));
    } catch (IOException e) {
      throw DiskFailure.of("blob", file(digest), e);
    }
  }

  /** Where the blob is or would be. */
  Path file(Digest digest) {
    return root.resolve(digest.hex().substring(0, 2)).resolve(digest.hex());
  }

  private Digest encrypt(InputStream bytes, FileChannel channel) throws IOException {
    byte[] dataKey = new byte[BlobFormat.KEY_BYTES];
    random.nextBytes(dataKey);
    channel.position(BlobFormat.HEADER_BYTES);
    Digest.Hasher hasher = new Digest.Hasher();
    try (OutputStream out =
        BlobFormat.streaming(dataKey)
            .newEncryptingStream(unclosed(disk.output(channel)), BlobFormat.ASSOCIATED)) {
      copy(bytes, out, hasher);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES-GCM", e);
    }
    Digest digest = hasher.digest();
    disk.write(channel, 0, BlobFormat.header(keys.wrap(dataKey, BlobFormat.context(digest))));
    return digest;
  }

  private static void copy(InputStream bytes, OutputStream out, Digest.Hasher hasher)
      throws IOException {
    byte[] buffer = new byte[COPY_BYTES];
    long total = 0;
    for (int n = readSource(bytes, buffer); n >= 0; n = readSource(bytes, buffer)) {
      total += n;
      if (total > BLOB_BYTES_MAX) {
        throw Failure.invalid("blob: larger than " + BLOB_BYTES_MAX + " bytes; split it");
      }
      hasher.update(buffer, 0, n);
      out.write(buffer, 0, n);
    }
  }

  private static int readSource(InputStream bytes, byte[] buffer) {
    try {
      return bytes.read(buffer);
    } catch (IOException e) {
      throw Failure.broken(
          "blob: its source could not be read (" + e.getMessage() + "); nothing was stored", e);
    }
  }

  private static OutputStream unclosed(OutputStream out) {
    return new FilterOutputStream(out) {
      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
      }

      @Override
      public void close() throws IOException {
        flush();
      }
    };
  }

  /** Removes temporary files that no living writer holds locked. */
  private void sweep() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(temporaries)) {
      for (Path file : files) {
        if (Files.isRegularFile(file) && isAbandoned(file)) {
          disk.discard(file);
        }
      }
    }
  }

  private static boolean isAbandoned(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock != null;
    } catch (OverlappingFileLockException | NoSuchFileException _) {
      return false;
    }
  }
}
