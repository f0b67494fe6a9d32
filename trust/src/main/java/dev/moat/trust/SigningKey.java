package dev.moat.trust;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.store.AtomicFile;
import dev.moat.store.KeyService;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/**
 * The Ed25519 key that signs statements and checkpoints (RFC 8032). Its file holds the private key
 * wrapped by the key service; the public key is beside it as text for everyone, in {@code .pub}.
 *
 * <p>Bouncy Castle signs, because a ledger signs every group commit and the JDK takes ten times as
 * long.
 */
public final class SigningKey {
  private static final String MARK = "moat-signing-key-1 ";
  private static final byte[] CONTEXT = "moat signing key".getBytes(StandardCharsets.US_ASCII);
  private static final int FILE_BYTES_MAX = 4096;

  private final Ed25519PrivateKeyParameters privateKey;
  private final VerifyKey verifyKey;

  private SigningKey(Ed25519PrivateKeyParameters privateKey) {
    this.privateKey = privateKey;
    byte[] raw = privateKey.generatePublicKey().getEncoded();
    this.verifyKey = new VerifyKey("moat/" + Digest.of(raw).hex().substring(0, 16), raw);
  }

  /** Reads the key of {@code file}, or makes a new one there if the file is absent. */
  public static SigningKey openOrCreate(Path file, KeyService keys) {
    try {
      SigningKey key = Files.exists(file) ? read(file, keys) : create(file, keys);
      key.publish(file.resolveSibling(file.getFileName() + ".pub"));
      return key;
    } catch (IOException e) {
      throw Failure.broken("signing key " + file + ": cannot be read; check the disk", e);
    }
  }

  /** The signature over {@code message}. */
  public byte[] sign(byte[] message) {
    Ed25519Signer signer = new Ed25519Signer();
    signer.init(true, privateKey);
    signer.update(message, 0, message.length);
    return signer.generateSignature();
  }

  /** How signatures refer to this key. */
  public String id() {
    return verifyKey.id();
  }

  /** The public half. */
  public VerifyKey verifyKey() {
    return verifyKey;
  }

  private static SigningKey create(Path file, KeyService keys) {
    SigningKey key = new SigningKey(new Ed25519PrivateKeyParameters(new SecureRandom()));
    byte[] wrapped = keys.wrap(key.privateKey.getEncoded(), CONTEXT);
    String text = MARK + Base64.getEncoder().encodeToString(wrapped) + "\n";
    AtomicFile.writePrivate(file, text.getBytes(StandardCharsets.US_ASCII));
    return key;
  }

  private static SigningKey read(Path file, KeyService keys) throws IOException {
    String text = bounded(file);
    if (text.startsWith(MARK)) {
      try {
        byte[] wrapped = Base64.getDecoder().decode(text.substring(MARK.length()).strip());
        return new SigningKey(new Ed25519PrivateKeyParameters(keys.unwrap(wrapped, CONTEXT)));
      } catch (IllegalArgumentException _) {
        throw damaged(file);
      } catch (Failure e) {
        throw e.problem() instanceof Problem.Tampered ? damaged(file) : e;
      }
    }
    throw damaged(file);
  }

  /** The file for everyone is a view: it is written again if it is not what it should be. */
  private void publish(Path file) throws IOException {
    String text = verifyKey.text() + "\n";
    if (!Files.exists(file) || !bounded(file).equals(text)) {
      AtomicFile.write(file, text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static String bounded(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(FILE_BYTES_MAX), StandardCharsets.UTF_8);
    }
  }

  private static Failure damaged(Path file) {
    return new Failure(
        new Problem.Tampered(
            "signing key "
                + file
                + ": it is damaged or was wrapped by another master key; restore both from the"
                + " same backup",
            "signing key"));
  }
}
