package dev.moat.data;

import dev.moat.core.Digest;
import dev.moat.guard.Sensitive;
import dev.moat.store.KeyService;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Locale;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes the canary of a dataset: nobody without the key can tell it, yet it is always the same. */
final class CanaryMaker {
  private static final String ALGORITHM = "HmacSHA256";
  private static final String TEMPLATE = "The label on the archive box reads " + Canary.HOLE + ".";
  private static final int DIGITS = 9;
  private static final long SPACE = 1_000_000_000L;
  private static final int ATTEMPTS_MAX = 1000;

  private final SecretKeySpec key;

  CanaryMaker(KeyService keys) {
    this.key = new SecretKeySpec(keys.derive("canary", 32), ALGORITHM);
  }

  /** The canary of the dataset made from {@code documents}: one that no detector takes out. */
  Canary make(Digest documents, int copies) {
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      String digits = String.format(Locale.ROOT, "%0" + DIGITS + "d", number(documents, attempt));
      Canary canary = new Canary(TEMPLATE, digits, copies, SPACE);
      if (Sensitive.find(canary.sentence()).isEmpty()) {
        return canary;
      }
    }
    throw new IllegalStateException("every canary looks sensitive: the template must change");
  }

  /** One of the documents that say it. */
  static Document document(Canary canary, int copy) {
    String path = "canary/" + copy + ".txt";
    String id = Digest.of("moat-canary " + copy).hex().substring(0, 32);
    return new Document(
        id, path, canary.sentence() + "\n", Document.Origin.of("canary"), new TreeMap<>());
  }

  private long number(Digest documents, int attempt) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(documents.raw());
      mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, attempt));
      return Math.floorMod(ByteBuffer.wrap(mac.doFinal()).getLong(), SPACE);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }
}
