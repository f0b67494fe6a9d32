package dev.moat.trust;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads the frames of one journal file up to one that was not wholly written.
 *
 * <p>Nobody was told of such a frame, so it is dropped. It is the last, and either too short, or,
 * after a loss of power, has blocks that never reached the disk and read as zeros; no frame holds
 * that many zeros in a row. A whole frame whose checksum does not hold was changed: that fails.
 */
final class FrameReader {
  private static final int BUNDLE_BYTES_MAX =
      Frame.ENTRIES_BYTES_MAX + (64 << 10) + 2 * Frame.ENTRIES_MAX;
  private static final int UNWRITTEN_BYTES_MIN = 16;

  private final byte[] bytes;
  private final ByteBuffer in;
  private final String name;
  private int start;

  FrameReader(byte[] bytes, String name) {
    this.bytes = bytes;
    this.in = ByteBuffer.wrap(bytes);
    this.name = name;
  }

  /** The next frame; empty at the end. */
  Optional<Frame> next() {
    if (bytes.length - start < Frame.HEADER_BYTES) {
      return Optional.empty();
    }
    if (in.getInt(start + Frame.CRC_AT) != Frame.crc(bytes, start)) {
      return unwrittenOrTampered(bytes.length);
    }
    long end = start + length();
    if (end > bytes.length) {
      return Optional.empty();
    }
    if (!isWhole((int) end)) {
      return unwrittenOrTampered((int) end);
    }
    Frame frame = frame();
    start = (int) end;
    return Optional.of(frame);
  }

  private Optional<Frame> unwrittenOrTampered(int end) {
    if (end == bytes.length && hasUnwritten(end)) {
      return Optional.empty();
    }
    throw tampered();
  }

  private long length() {
    int bundle = in.getInt(start + Frame.BUNDLE_LENGTH_AT);
    int note = in.getInt(start + Frame.NOTE_LENGTH_AT);
    if (bundle < 0
        || bundle > BUNDLE_BYTES_MAX
        || note < 0
        || note > Note.NOTE_CHARACTERS_MAX
        || in.getInt(start) != Frame.MARK) {
      throw tampered();
    }
    return (long) Frame.HEADER_BYTES + bundle + note + Frame.DIGEST_BYTES;
  }

  private boolean isWhole(int end) {
    int digestAt = end - Frame.DIGEST_BYTES;
    Digest digest = new Digest.Hasher().update(bytes, start, digestAt - start).digest();
    return Arrays.equals(digest.raw(), Arrays.copyOfRange(bytes, digestAt, end));
  }

  private Frame frame() {
    int bundleAt = start + Frame.HEADER_BYTES;
    int noteAt = bundleAt + in.getInt(start + Frame.BUNDLE_LENGTH_AT);
    int noteBytes = in.getInt(start + Frame.NOTE_LENGTH_AT);
    byte[] bundle = Arrays.copyOfRange(bytes, bundleAt, noteAt);
    List<byte[]> entries = Bundle.parse(bundle, Frame.ENTRIES_MAX, name);
    if (in.getInt(start + Frame.COUNT_AT) != entries.size() || entries.isEmpty()) {
      throw tampered();
    }
    String note = new String(bytes, noteAt, noteBytes, StandardCharsets.UTF_8);
    return new Frame(in.getLong(start + Frame.FIRST_AT), entries, note);
  }

  private boolean hasUnwritten(int end) {
    int zeros = 0;
    for (int i = start; i < end && zeros < UNWRITTEN_BYTES_MIN; i++) {
      zeros = bytes[i] == 0 ? zeros + 1 : 0;
    }
    return zeros >= UNWRITTEN_BYTES_MIN;
  }

  private Failure tampered() {
    return LedgerFolder.tampered(name, "the checksum at byte " + start + " does not hold");
  }
}
