package dev.moat.data;

import dev.moat.guard.Pseudonym;
import dev.moat.store.KeyService;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Names values without telling them: the same value always gets the same name, and nobody without
 * the key can go back, not even by trying all values. HMAC-SHA256 (RFC 2104) under keys that the
 * key service derives.
 */
final class Pseudonyms {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int KEY_BYTES = 32;
  private static final int MARK_BYTES = 16;

  private final SecretKeySpec tokenKey;
  private final SecretKeySpec markKey;

  Pseudonyms(KeyService keys) {
    tokenKey = new SecretKeySpec(keys.derive("pseudonyms", KEY_BYTES), ALGORITHM);
    markKey = new SecretKeySpec(keys.derive("source-marks", KEY_BYTES), ALGORITHM);
  }

  /**
   * The pseudonym of a value, such as {@code <EMAIL_kqfwapzr>}. Eight letters and no digits: no
   * detector takes it for a number, and among ten thousand values two share a name once in 4000.
   */
  String token(String type, String canonical) {
    Mac mac = mac(tokenKey);
    mac.update(field(type));
    mac.update(field(canonical));
    return Pseudonym.of(type, mac.doFinal());
  }

  /** The name of a type inside pseudonyms and counts: {@code us-ssn} is {@code US_SSN}. */
  static String label(String type) {
    return Pseudonym.label(type);
  }

  /** A keyed digest by which a raw value is known again without being stored. */
  String mark(byte[] value) {
    return HexFormat.of().formatHex(mac(markKey).doFinal(value), 0, MARK_BYTES);
  }

  /** The keyed digest of a list of texts. */
  String mark(String... values) {
    Mac mac = mac(markKey);
    for (String value : values) {
      mac.update(field(value));
    }
    return HexFormat.of().formatHex(mac.doFinal(), 0, MARK_BYTES);
  }

  private static byte[] field(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Integer.BYTES + bytes.length)
        .putInt(bytes.length)
        .put(bytes)
        .array();
  }

  private static Mac mac(SecretKeySpec key) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }
}
