package dev.moat.serve;

import dev.moat.core.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What the beginning of a conversation has in common with others of the same tenant. Tenants do not
 * share it: else one could find out by the time an answer takes what others asked.
 */
final class Affinity {
  /** That of calls which have nothing in common. */
  static final Affinity NONE = new Affinity(0);

  private final long hash;

  private Affinity(long hash) {
    this.hash = hash;
  }

  /** The affinity of calls that begin with the same {@code bytes} bytes. */
  static Affinity of(ModelCall call, int bytes) {
    byte[] text = call.beginning(bytes).getBytes(StandardCharsets.UTF_8);
    Digest.Hasher hasher = new Digest.Hasher().field(call.tenant());
    hasher.update(text, 0, Math.min(text.length, bytes));
    return new Affinity(first(hasher.digest()));
  }

  /** How well a backend suits: the highest of all wins, each in proportion to its weight. */
  double score(BackendState backend) {
    long mixed = mix(hash ^ first(Digest.of(backend.name())));
    double uniform = ((mixed >>> 11) + 0.5) * 0x1.0p-53;
    return -backend.weight() / Math.log(uniform);
  }

  private static long first(Digest digest) {
    return ByteBuffer.wrap(digest.raw()).getLong();
  }

  /** The finalizer of MurmurHash3: every bit of the input changes half of the output. */
  private static long mix(long value) {
    long mixed = (value ^ (value >>> 33)) * 0xFF51AFD7ED558CCDL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xC4CEB9FE1A85EC53L;
    return mixed ^ (mixed >>> 33);
  }
}
