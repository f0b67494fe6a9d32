package dev.moat.trust;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.core.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Hashes passwords by Argon2id (RFC 9106) with 19 MiB, two passes and one lane, in the usual text
 * form {@code $argon2id$v=19$m=19456,t=2,p=1$salt$hash}.
 */
final class Passwords {
  static final int PASSWORD_CHARACTERS_MIN = 12;
  static final int PASSWORD_CHARACTERS_MAX = 256;

  private static final int MEMORY_KIB = 19_456;
  private static final int PASSES = 2;
  private static final int LANES = 1;
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;
  private static final int AT_ONCE_MAX = 4;
  private static final int WAIT_SECONDS_MAX = 5;
  private static final String PREFIX = "$argon2id$v=19$m=19456,t=2,p=1$";
  private static final Pattern FORM =
      Pattern.compile(Pattern.quote(PREFIX) + "([A-Za-z0-9+/]{22})\\$([A-Za-z0-9+/]{43})");

  private final SecureRandom random;
  private final Semaphore atOnce = new Semaphore(AT_ONCE_MAX);

  Passwords(SecureRandom random) {
    this.random = random;
  }

  String hash(Secret password) {
    int length = password.reveal().length();
    if (length < PASSWORD_CHARACTERS_MIN || length > PASSWORD_CHARACTERS_MAX) {
      throw Failure.invalid(
          "password: it has not "
              + PASSWORD_CHARACTERS_MIN
              + " to "
              + PASSWORD_CHARACTERS_MAX
              + " characters; choose another");
    }
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
    return PREFIX
        + base64.encodeToString(salt)
        + "$"
        + base64.encodeToString(argon2(password, salt));
  }

  boolean matches(Secret password, String hash) {
    Matcher form = FORM.matcher(hash);
    if (!form.matches()) {
      throw new IllegalStateException("a password hash is not of the form " + PREFIX);
    }
    byte[] salt = Base64.getDecoder().decode(form.group(1));
    byte[] expected = Base64.getDecoder().decode(form.group(2));
    return MessageDigest.isEqual(expected, argon2(password, salt));
  }

  /** Takes as long as {@link #matches}, so that an unknown name shows by no delay. */
  void waste(Secret password) {
    argon2(password, new byte[SALT_BYTES]);
  }

  /** Hashing takes 19 MiB, so only a few at a time. */
  private void enter() {
    try {
      if (atOnce.tryAcquire(WAIT_SECONDS_MAX, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    throw new Failure(
        new Problem.Busy("log-in: too many at once; try again later", Duration.ofSeconds(1)));
  }

  private byte[] argon2(Secret password, byte[] salt) {
    String text = password.reveal();
    if (text.length() > PASSWORD_CHARACTERS_MAX) {
      text = text.substring(0, PASSWORD_CHARACTERS_MAX + 1);
    }
    enter();
    try {
      Argon2BytesGenerator generator = new Argon2BytesGenerator();
      generator.init(
          new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
              .withVersion(Argon2Parameters.ARGON2_VERSION_13)
              .withMemoryAsKB(MEMORY_KIB)
              .withIterations(PASSES)
              .withParallelism(LANES)
              .withSalt(salt)
              .build());
      byte[] hash = new byte[HASH_BYTES];
      generator.generateBytes(text.getBytes(StandardCharsets.UTF_8), hash);
      return hash;
    } finally {
      atOnce.release();
    }
  }
}
