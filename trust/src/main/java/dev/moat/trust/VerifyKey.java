package dev.moat.trust;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.core.Text;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/**
 * A named Ed25519 public key (RFC 8032), written as the verifier key of a C2SP signed note: {@code
 * name+hash+base64}.
 */
public final class VerifyKey {
  static final byte ED25519 = 1;
  static final int HASH_BYTES = 4;
  static final int SIGNATURE_BYTES = 64;

  private static final int KEY_BYTES = 32;
  private static final int TEXT_CHARACTERS_MAX = 512;

  private final String name;
  private final byte[] raw;
  private final byte[] hash;
  private final Ed25519PublicKeyParameters key;

  VerifyKey(String name, byte[] raw) {
    if (!isName(name) || raw.length != KEY_BYTES) {
      throw malformed(name);
    }
    this.name = name;
    this.raw = raw.clone();
    this.hash = hash(name, raw);
    this.key = point(name, raw);
  }

  private static Ed25519PublicKeyParameters point(String name, byte[] raw) {
    try {
      return new Ed25519PublicKeyParameters(raw);
    } catch (IllegalArgumentException _) {
      throw malformed(name);
    }
  }

  /** Reads {@code name+hash+base64}. */
  public static VerifyKey parse(String text) {
    String[] fields = text.strip().split("\\+", 3);
    if (text.length() > TEXT_CHARACTERS_MAX || fields.length != 3) {
      throw malformed(text);
    }
    try {
      byte[] typed = Base64.getDecoder().decode(fields[2]);
      if (typed.length != 1 + KEY_BYTES || typed[0] != ED25519) {
        throw malformed(text);
      }
      VerifyKey key = new VerifyKey(fields[0], Arrays.copyOfRange(typed, 1, typed.length));
      if (!HexFormat.of().formatHex(key.hash).equals(fields[1])) {
        throw malformed(text);
      }
      return key;
    } catch (IllegalArgumentException _) {
      throw malformed(text);
    }
  }

  /** The name of the key, which is also the origin of the ledger it signs. */
  public String name() {
    return name;
  }

  /** The SHA-256 of the raw key: how signatures refer to it. */
  public String id() {
    return Digest.of(raw).hex();
  }

  /** The form that {@link #parse} reads. */
  public String text() {
    byte[] typed = ByteBuffer.allocate(1 + KEY_BYTES).put(ED25519).put(raw).array();
    return name
        + "+"
        + HexFormat.of().formatHex(hash)
        + "+"
        + Base64.getEncoder().encodeToString(typed);
  }

  /** Whether {@code signature} is this key's over {@code message}. */
  public boolean verify(byte[] message, byte[] signature) {
    if (signature.length != SIGNATURE_BYTES) {
      return false;
    }
    Ed25519Signer signer = new Ed25519Signer();
    signer.init(false, key);
    signer.update(message, 0, message.length);
    return signer.verifySignature(signature);
  }

  /** The four bytes by which a signature line of a note refers to this key. */
  byte[] hash() {
    return hash.clone();
  }

  static boolean isName(String name) {
    return !name.isEmpty()
        && name.chars().noneMatch(c -> c == '+' || c <= ' ' || Character.isWhitespace(c));
  }

  private static byte[] hash(String name, byte[] raw) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(name.getBytes(StandardCharsets.UTF_8));
    bytes.write('\n');
    bytes.write(ED25519);
    bytes.writeBytes(raw);
    return Arrays.copyOf(Digest.of(bytes.toByteArray()).raw(), HASH_BYTES);
  }

  private static Failure malformed(String text) {
    return new Failure(
        new Problem.Invalid(
            "public key \""
                + Text.shortened(text, 80)
                + "\": not an Ed25519 verifier key name+hash+base64; copy it whole from the"
                + " .pub file",
            "public-key"));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VerifyKey key && name.equals(key.name) && Arrays.equals(raw, key.raw);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(hash);
  }

  @Override
  public String toString() {
    return text();
  }
}
