package dev.moat.store;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key service whose master key is a file that only its owner may read.
 *
 * <p>Wrapping is AES-256-GCM with a random nonce (NIST SP 800-38D) under a key derived from the
 * master key; derivation is HKDF-SHA-256 (RFC 5869) with the purpose as info.
 */
public final class FileKeyService implements KeyService {
  private static final String MARK = "moat-master-key-1 ";
  private static final int KEY_BYTES = 32;
  private static final int CHECK_BYTES = 4;
  private static final long FILE_BYTES_MAX = 256;
  private static final byte WRAP_VERSION = 1;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final int WRAPPED_BYTES_MIN = 1 + NONCE_BYTES + TAG_BITS / 8;
  private static final int DERIVED_BYTES_MAX = 255 * 32;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final SecretKeySpec master;
  private final SecretKeySpec wrapping;
  private final SecureRandom random = new SecureRandom();

  private FileKeyService(byte[] key) {
    master = new SecretKeySpec(key, "Generic");
    wrapping = new SecretKeySpec(expand("moat wrap 1", KEY_BYTES), "AES");
  }

  /** Reads the key of {@code file}, or makes a new one there if the file is absent. */
  public static FileKeyService openOrCreate(Path file) {
    try {
      if (!Files.exists(file)) {
        create(file);
      }
      requireOwnerOnly(file);
      return new FileKeyService(parse(file, readBounded(file)));
    } catch (IOException e) {
      throw DiskFailure.of("key file", file, e);
    } catch (UnsupportedOperationException e) {
      throw Failure.broken(
          "key file " + file + ": this disk has no file modes; put the home on one that has", e);
    }
  }

  @Override
  public byte[] wrap(byte[] key, byte[] context) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, context).doFinal(key);
      return ByteBuffer.allocate(1 + NONCE_BYTES + sealed.length)
          .put(WRAP_VERSION)
          .put(nonce)
          .put(sealed)
          .array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES-GCM", e);
    }
  }

  @Override
  public byte[] unwrap(byte[] wrapped, byte[] context) {
    if (wrapped.length < WRAPPED_BYTES_MIN || wrapped[0] != WRAP_VERSION) {
      throw notOurs();
    }
    byte[] nonce = Arrays.copyOfRange(wrapped, 1, 1 + NONCE_BYTES);
    int sealedBytes = wrapped.length - 1 - NONCE_BYTES;
    try {
      return cipher(Cipher.DECRYPT_MODE, nonce, context)
          .doFinal(wrapped, 1 + NONCE_BYTES, sealedBytes);
    } catch (GeneralSecurityException _) {
      throw notOurs();
    }
  }

  @Override
  public byte[] derive(String purpose, int bytes) {
    if (purpose.isBlank() || bytes < 1 || bytes > DERIVED_BYTES_MAX) {
      throw new IllegalArgumentException("cannot derive " + bytes + " bytes for: " + purpose);
    }
    return expand("moat derive 1 " + purpose, bytes);
  }

  private byte[] expand(String info, int bytes) {
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(
              HKDFParameterSpec.ofExtract()
                  .addIKM(master)
                  .thenExpand(info.getBytes(StandardCharsets.UTF_8), bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK has HKDF since 25", e);
    }
  }

  private Cipher cipher(int mode, byte[] nonce, byte[] context) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, wrapping, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(context);
    return cipher;
  }

  private static Failure notOurs() {
    return new Failure(
        new Problem.Tampered(
            "wrapped key: it was not wrapped by this master key for this use; restore the key file"
                + " or the data from the same backup",
            "wrapped key"));
  }

  /**
   * Makes the file complete under another name and links it, so that no one ever sees a part of a
   * key and the second of two racing processes uses the key of the first.
   */
  private static void create(Path file) throws IOException {
    byte[] key = new byte[KEY_BYTES];
    SecureRandom random = new SecureRandom();
    random.nextBytes(key);
    Disk disk = new Disk();
    disk.createFolders(file.toAbsolutePath().resolveSibling(""));
    Path temporary =
        file.resolveSibling("." + file.getFileName() + "." + Long.toHexString(random.nextLong()));
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
      disk.write(channel, 0, format(key));
      disk.force(channel);
      disk.link(temporary, file);
    } catch (FileAlreadyExistsException _) {
      // Another process made the key in between: its key is the one.
    } finally {
      disk.discard(temporary);
    }
  }

  private static byte[] format(byte[] key) {
    byte[] checked = ByteBuffer.allocate(KEY_BYTES + CHECK_BYTES).put(key).put(check(key)).array();
    String text = MARK + Base64.getEncoder().encodeToString(checked) + "\n";
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] parse(Path file, String text) {
    if (text.startsWith(MARK) && text.endsWith("\n")) {
      try {
        byte[] checked = Base64.getDecoder().decode(text.substring(MARK.length()).strip());
        byte[] key = Arrays.copyOf(checked, KEY_BYTES);
        byte[] check = Arrays.copyOfRange(checked, KEY_BYTES, Math.max(KEY_BYTES, checked.length));
        if (Arrays.equals(check, check(key))) {
          return key;
        }
      } catch (IllegalArgumentException _) {
        // Not base64: the message below says all that is known.
      }
    }
    throw new Failure(
        new Problem.Tampered(
            "key file " + file + ": its content is damaged; restore it from a backup", "key file"));
  }

  private static byte[] check(byte[] key) {
    return Arrays.copyOf(Digest.of(key).raw(), CHECK_BYTES);
  }

  private static String readBounded(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return new String(in.readNBytes((int) FILE_BYTES_MAX), StandardCharsets.ISO_8859_1);
    }
  }

  private static void requireOwnerOnly(Path file) throws IOException {
    Set<PosixFilePermission> wider = new HashSet<>(Files.getPosixFilePermissions(file));
    wider.removeAll(OWNER_ONLY);
    if (!wider.isEmpty()) {
      throw new Failure(
          new Problem.Denied(
              "key file " + file + ": others than its owner may use it; run chmod 600 " + file,
              "key-file-mode"));
    }
  }
}
