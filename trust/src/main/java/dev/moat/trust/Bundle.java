package dev.moat.trust;

import dev.moat.core.Failure;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Entries one after the other, each after its length in 16 bits (C2SP tlog-tiles). */
final class Bundle {
  private Bundle() {}

  static byte[] format(List<byte[]> entries) {
    int total = entries.stream().mapToInt(entry -> Short.BYTES + entry.length).sum();
    ByteBuffer out = ByteBuffer.allocate(total);
    for (byte[] entry : entries) {
      out.putShort((short) entry.length).put(entry);
    }
    return out.array();
  }

  /** Reads at most {@code max} entries; fails if the bytes do not end with an entry. */
  static List<byte[]> parse(byte[] bytes, int max, String name) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    List<byte[]> entries = new ArrayList<>();
    while (in.hasRemaining()) {
      int length = in.remaining() < Short.BYTES ? -1 : Short.toUnsignedInt(in.getShort());
      if (length < 0 || length > in.remaining() || entries.size() == max) {
        throw Failure.invalid(
            name + ": entry " + entries.size() + " is cut off or too many; restore the file");
      }
      byte[] entry = new byte[length];
      in.get(entry);
      entries.add(entry);
    }
    return entries;
  }
}
