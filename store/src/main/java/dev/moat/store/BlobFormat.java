package dev.moat.store;

import com.google.crypto.tink.subtle.AesGcmHkdfStreaming;
import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/**
 * The file format of a blob: a header of fixed size that holds the wrapped data key, then the plain
 * text in Tink's streaming AEAD (AES256-GCM-HKDF-1MB).
 *
 * <p>The header has its size fixed so that the plain text can be encrypted before its digest, which
 * the wrapped key is bound to, is known. Its padding is checked to be zero: no byte of a blob file
 * can change unnoticed.
 */
final class BlobFormat {
  static final int HEADER_BYTES = 512;
  static final int KEY_BYTES = 32;
  static final byte[] ASSOCIATED = "moat blob 1".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] MARK = "MOATBLB1".getBytes(StandardCharsets.US_ASCII);
  private static final int SEGMENT_BYTES = 1 << 20;
  private static final int WRAPPED_AT = 10;

  private BlobFormat() {}

  static AesGcmHkdfStreaming streaming(byte[] dataKey) {
    try {
      return new AesGcmHkdfStreaming(dataKey, "HmacSha256", KEY_BYTES, SEGMENT_BYTES, 0);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the parameters are those of AES256-GCM-HKDF-1MB", e);
    }
  }

  static byte[] context(Digest digest) {
    return ("moat blob " + digest.hex()).getBytes(StandardCharsets.US_ASCII);
  }

  static byte[] header(byte[] wrapped) {
    if (wrapped.length > HEADER_BYTES - WRAPPED_AT) {
      throw new IllegalStateException("a wrapped key of " + wrapped.length + " bytes is too long");
    }
    return ByteBuffer.allocate(HEADER_BYTES)
        .put(MARK)
        .putShort((short) wrapped.length)
        .put(wrapped)
        .array();
  }

  /** The plain text of {@code file}, which the stream owns from here on. */
  static InputStream decrypt(InputStream file, Digest digest, KeyService keys) throws IOException {
    try {
      byte[] dataKey = dataKey(file.readNBytes(HEADER_BYTES), digest, keys);
      InputStream plain = streaming(dataKey).newDecryptingStream(new Solid(file), ASSOCIATED);
      return new Verified(plain, digest);
    } catch (GeneralSecurityException | IOException | RuntimeException e) {
      file.close();
      throw e instanceof Failure failure ? failure : tampered(digest);
    }
  }

  private static byte[] dataKey(byte[] header, Digest digest, KeyService keys) {
    ByteBuffer in = ByteBuffer.wrap(header);
    if (header.length != HEADER_BYTES
        || !Arrays.equals(header, 0, MARK.length, MARK, 0, MARK.length)) {
      throw tampered(digest);
    }
    int length = Short.toUnsignedInt(in.getShort(MARK.length));
    int end = WRAPPED_AT + length;
    if (end > HEADER_BYTES || !isZero(header, end)) {
      throw tampered(digest);
    }
    try {
      return keys.unwrap(Arrays.copyOfRange(header, WRAPPED_AT, end), context(digest));
    } catch (Failure e) {
      throw e.problem() instanceof Problem.Tampered ? tampered(digest) : e;
    }
  }

  private static boolean isZero(byte[] bytes, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  static Failure tampered(Digest digest) {
    return new Failure(
        new Problem.Tampered(
            "blob "
                + digest
                + ": its stored bytes are not the ones that were put; restore it from a backup, or"
                + " delete its file in blobs/"
                + digest.hex().substring(0, 2)
                + " and run the pipeline again",
            digest.hex()));
  }

  /** The encrypted file: its own I/O errors pass as Failures, apart from those of decryption. */
  private static final class Solid extends FilterInputStream {
    Solid(InputStream in) {
      super(in);
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      try {
        return in.read(bytes, offset, length);
      } catch (IOException e) {
        throw Failure.broken("blob: the disk failed while it was read; check the disk", e);
      }
    }
  }

  /** The plain text; fails with Tampered where decryption or, at the end, the digest is wrong. */
  private static final class Verified extends InputStream {
    private final InputStream plain;
    private final Digest expected;
    private final Digest.Hasher hasher = new Digest.Hasher();
    private boolean ended;

    Verified(InputStream plain, Digest expected) {
      this.plain = plain;
      this.expected = expected;
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      if (ended || length == 0) {
        return ended ? -1 : 0;
      }
      int n = readPlain(bytes, offset, length);
      if (n > 0) {
        hasher.update(bytes, offset, n);
      } else if (n < 0) {
        ended = true;
        if (!hasher.digest().equals(expected)) {
          throw tampered(expected);
        }
      }
      return n;
    }

    private int readPlain(byte[] bytes, int offset, int length) {
      try {
        return plain.read(bytes, offset, length);
      } catch (IOException _) {
        throw tampered(expected);
      }
    }

    @Override
    public void close() throws IOException {
      plain.close();
    }
  }
}
