package dev.moat.trust;

import dev.moat.core.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;

/**
 * One group commit in the journal: entries, and the signed checkpoint of the ledger with them.
 *
 * <p>Layout: mark, index of the first entry, count, bytes of entries, bytes of the note, CRC-32 of
 * all this; the entries as a bundle; the note; SHA-256 of everything before. The header has a
 * checksum of its own so that a flipped length cannot make the rest of a journal look cut off.
 */
record Frame(long first, List<byte[]> entries, String note) {
  static final int ENTRIES_MAX = 1024;
  static final int ENTRIES_BYTES_MAX = 4 << 20;
  static final int MARK = 0x4D4C4A31;
  static final int HEADER_BYTES = 28;
  static final int FIRST_AT = 4;
  static final int COUNT_AT = 12;
  static final int BUNDLE_LENGTH_AT = 16;
  static final int NOTE_LENGTH_AT = 20;
  static final int CRC_AT = 24;
  static final int DIGEST_BYTES = 32;

  Frame {
    entries = List.copyOf(entries);
  }

  byte[] format() {
    byte[] bundle = Bundle.format(entries);
    byte[] text = note.getBytes(StandardCharsets.UTF_8);
    byte[] bytes = new byte[HEADER_BYTES + bundle.length + text.length + DIGEST_BYTES];
    ByteBuffer out =
        ByteBuffer.wrap(bytes)
            .putInt(MARK)
            .putLong(first)
            .putInt(entries.size())
            .putInt(bundle.length)
            .putInt(text.length);
    out.putInt(crc(bytes, 0)).put(bundle).put(text);
    int whole = bytes.length - DIGEST_BYTES;
    out.put(new Digest.Hasher().update(bytes, 0, whole).digest().raw());
    return bytes;
  }

  static int crc(byte[] bytes, int start) {
    CRC32 crc = new CRC32();
    crc.update(bytes, start, CRC_AT);
    return (int) crc.getValue();
  }
}
