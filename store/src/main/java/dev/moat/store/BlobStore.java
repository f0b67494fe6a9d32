package dev.moat.store;

import dev.moat.core.Digest;
import java.io.InputStream;

/** A store of immutable bytes, named by the SHA-256 of their plain text. */
public interface BlobStore {
  /** Stores the bytes durably and names them; storing them again changes nothing. */
  Digest put(InputStream bytes);

  /**
   * Streams a blob back; the stream fails with Tampered where the stored bytes are not the ones
   * that were put.
   */
  InputStream open(Digest digest);

  /** Whether the blob is stored. */
  boolean has(Digest digest);

  /** The whole verified blob, if it has at most {@code bytesMax} bytes. */
  byte[] read(Digest digest, long bytesMax);

  /** Removes the blob if it is stored. */
  void delete(Digest digest);
}
