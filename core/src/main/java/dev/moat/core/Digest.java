package dev.moat.core;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A SHA-256 digest (FIPS 180-4): the name of an artifact, written as 64 lower-case hex digits. */
public record Digest(String hex) implements Comparable<Digest> {
  private static final int HEX_LENGTH = 64;

  /** Checks that {@code hex} is 64 lower-case hex digits. */
  public Digest {
    if (hex.length() != HEX_LENGTH || !isHex(hex)) {
      throw new Failure(
          new Problem.Invalid(
              "digest \"" + Text.shortened(hex, 80) + "\": not 64 lower-case hex digits",
              "digest"));
    }
  }

  /** The digest of {@code bytes}. */
  public static Digest of(byte[] bytes) {
    return new Hasher().update(bytes, 0, bytes.length).digest();
  }

  /** The digest of the UTF-8 bytes of {@code text}. */
  public static Digest of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The digest whose 32 raw bytes are given. */
  public static Digest ofRaw(byte[] raw) {
    return new Digest(HexFormat.of().formatHex(raw));
  }

  /** Reads {@code sha256:<hex>} or plain hex. */
  public static Digest parse(String text) {
    return new Digest(text.startsWith("sha256:") ? text.substring(7) : text);
  }

  /** The 32 raw bytes. */
  public byte[] raw() {
    return HexFormat.of().parseHex(hex);
  }

  /** The first twelve digits, for people. */
  public String brief() {
    return hex.substring(0, 12);
  }

  @Override
  public int compareTo(Digest other) {
    return hex.compareTo(other.hex);
  }

  @Override
  public String toString() {
    return "sha256:" + hex;
  }

  private static boolean isHex(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
        return false;
      }
    }
    return true;
  }

  /** Computes one digest from pieces. */
  public static final class Hasher {
    /** Never added to, only copied: to ask the security providers for each would take longer. */
    private static final MessageDigest EMPTY = sha256();

    private final MessageDigest sha256;

    /** Nothing was added yet. */
    public Hasher() {
      this(copy(EMPTY));
    }

    private Hasher(MessageDigest sha256) {
      this.sha256 = sha256;
    }

    /** Another hasher to which the same was added so far. */
    public Hasher copy() {
      return new Hasher(copy(sha256));
    }

    private static MessageDigest copy(MessageDigest digest) {
      try {
        return (MessageDigest) digest.clone();
      } catch (CloneNotSupportedException e) {
        throw new IllegalStateException("every JDK can copy SHA-256", e);
      }
    }

    /** Adds {@code length} bytes from {@code offset}. */
    public Hasher update(byte[] bytes, int offset, int length) {
      sha256.update(bytes, offset, length);
      return this;
    }

    /** Adds the remaining bytes of {@code bytes}. */
    public Hasher update(ByteBuffer bytes) {
      sha256.update(bytes);
      return this;
    }

    /** Adds a text with its length before it, so that two lists of texts never collide. */
    public Hasher field(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
      sha256.update(bytes);
      return this;
    }

    /** The digest of all that was added; the hasher is then empty again. */
    public Digest digest() {
      return ofRaw(sha256.digest());
    }

    private static MessageDigest sha256() {
      try {
        return MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-256", e);
      }
    }
  }
}
