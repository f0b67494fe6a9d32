package dev.moat.serve;

import dev.moat.core.Digest;
import dev.moat.store.KeyService;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A digest that only this installation can compute: HMAC-SHA-256 (RFC 2104) under a key derived for
 * one purpose. Who does not hold the master key can neither guess what it is of nor choose it.
 */
final class KeyedDigest {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int KEY_BYTES = 32;

  /** As many bits as a double holds exactly. */
  private static final int POINT_BITS = 53;

  /** Never added to, only copied: to make one anew takes longer than to use it. */
  private final Mac empty;

  KeyedDigest(KeyService keys, String purpose) {
    try {
      empty = Mac.getInstance(ALGORITHM);
      empty.init(new SecretKeySpec(keys.derive(purpose, KEY_BYTES), ALGORITHM));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
    }
  }

  /** The digest of these texts, each with its length before it. */
  Digest of(String... fields) {
    Mac mac = mac();
    for (String field : fields) {
      byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
      mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
      mac.update(bytes);
    }
    return Digest.ofRaw(mac.doFinal());
  }

  /** A number of [0, 1) that these texts always get, evenly spread over all texts. */
  double point(String... fields) {
    long bits = ByteBuffer.wrap(of(fields).raw()).getLong() >>> (Long.SIZE - POINT_BITS);
    return bits * 0x1p-53;
  }

  private Mac mac() {
    try {
      return (Mac) empty.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("every JDK can copy HMAC-SHA-256", e);
    }
  }
}
