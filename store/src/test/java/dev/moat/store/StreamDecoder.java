package dev.moat.store;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A second reader of the streaming AEAD AES256-GCM-HKDF-1MB, written from its description on the
 * JDK alone: blobs must stay readable without the library that wrote them.
 *
 * <p>The stream begins with its header length, a salt as long as the key and a nonce prefix; the
 * segment key is HKDF-SHA-256 of the data key with that salt and the associated data as info; the
 * nonce of a segment is prefix, number and whether it is the last.
 */
final class StreamDecoder {
  private static final int SEGMENT_BYTES = 1 << 20;
  private static final int KEY_BYTES = 32;
  private static final int PREFIX_BYTES = 7;
  private static final int HEADER_BYTES = 1 + KEY_BYTES + PREFIX_BYTES;

  private StreamDecoder() {}

  static byte[] decode(byte[] stream, byte[] dataKey, byte[] associated)
      throws GeneralSecurityException {
    if (stream[0] != HEADER_BYTES) {
      throw new GeneralSecurityException("header length " + stream[0]);
    }
    byte[] salt = Arrays.copyOfRange(stream, 1, 1 + KEY_BYTES);
    byte[] prefix = Arrays.copyOfRange(stream, 1 + KEY_BYTES, HEADER_BYTES);
    byte[] key = hkdf(dataKey, salt, associated);
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    int from = HEADER_BYTES;
    for (int number = 0; from < stream.length || number == 0; number++) {
      // The first segment is shorter, so that header and segment together fill one.
      int to = Math.min(stream.length, (number + 1) * SEGMENT_BYTES);
      plain.writeBytes(segment(key, nonce(prefix, number, to == stream.length), stream, from, to));
      from = to;
    }
    return plain.toByteArray();
  }

  private static byte[] segment(byte[] key, byte[] nonce, byte[] stream, int from, int to)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
    return cipher.doFinal(stream, from, to - from);
  }

  private static byte[] nonce(byte[] prefix, int number, boolean last) {
    return ByteBuffer.allocate(12).put(prefix).putInt(number).put((byte) (last ? 1 : 0)).array();
  }

  /** One block of RFC 5869, which is all that a 256-bit key needs. */
  private static byte[] hkdf(byte[] secret, byte[] salt, byte[] info)
      throws GeneralSecurityException {
    byte[] extracted = hmac(salt, secret);
    byte[] block = Arrays.copyOf(info, info.length + 1);
    block[info.length] = 1;
    return hmac(extracted, block);
  }

  private static byte[] hmac(byte[] key, byte[] message) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(message);
  }
}
