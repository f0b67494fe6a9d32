package dev.moat.serve;

import dev.moat.core.Digest;
import dev.moat.store.BlobStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A store of blobs in memory. */
final class FakeBlobs implements BlobStore {
  private final Map<Digest, byte[]> blobs = new ConcurrentHashMap<>();

  int size() {
    return blobs.size();
  }

  @Override
  public Digest put(InputStream bytes) {
    try {
      byte[] all = bytes.readAllBytes();
      blobs.put(Digest.of(all), all);
      return Digest.of(all);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public InputStream open(Digest digest) {
    return new ByteArrayInputStream(read(digest, Long.MAX_VALUE));
  }

  @Override
  public boolean has(Digest digest) {
    return blobs.containsKey(digest);
  }

  @Override
  public byte[] read(Digest digest, long bytesMax) {
    byte[] found = blobs.get(digest);
    if (found == null || found.length > bytesMax) {
      throw new AssertionError("not stored or too large: " + digest);
    }
    return found.clone();
  }

  @Override
  public void delete(Digest digest) {
    blobs.remove(digest);
  }
}
