package dev.moat.trust;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * A second reader of C2SP tlog-tiles, written from the specifications on the JDK alone: it shares
 * no code with the ledger, so what it accepts others will accept.
 */
final class TilesClient {
  private final Path folder;
  private final String keyName;
  private final byte[] keyBytes;

  TilesClient(Path folder, String verifierKey) {
    this.folder = folder;
    int first = verifierKey.indexOf('+');
    int second = verifierKey.indexOf('+', first + 1);
    keyName = verifierKey.substring(0, first);
    keyBytes = Base64.getDecoder().decode(verifierKey.substring(second + 1).strip());
  }

  /** The entries under the checkpoint, after everything about them has been checked. */
  List<byte[]> entries() throws IOException, GeneralSecurityException {
    String note = Files.readString(folder.resolve("checkpoint"));
    int end = note.indexOf("\n\n") + 1;
    String text = note.substring(0, end);
    requireSigned(text, note.substring(end + 1));
    String[] lines = text.split("\n");
    long size = Long.parseLong(lines[1]);
    List<byte[]> entries = new ArrayList<>();
    for (long i = 0; i < size; i += 256) {
      int width = (int) Math.min(256, size - i);
      entries.addAll(split(Files.readAllBytes(tile("entries", i / 256, width)), width));
    }
    List<byte[]> row = new ArrayList<>();
    for (byte[] entry : entries) {
      row.add(sha256(new byte[1], entry));
    }
    byte[] root = row.isEmpty() ? sha256() : root(row);
    require(Arrays.equals(root, Base64.getDecoder().decode(lines[2])), "root");
    requireTiles(row, 0);
    return entries;
  }

  private void requireSigned(String text, String signatures) throws GeneralSecurityException {
    for (String line : signatures.split("\n")) {
      require(line.startsWith("\u2014 "), "dash");
      String[] fields = line.substring(2).split(" ");
      byte[] bytes = Base64.getDecoder().decode(fields[1]);
      byte[] name = (keyName + "\n").getBytes(StandardCharsets.UTF_8);
      byte[] id = Arrays.copyOf(sha256(name, keyBytes), 4);
      if (fields[0].equals(keyName) && Arrays.equals(id, Arrays.copyOf(bytes, 4))) {
        Signature verifier = Signature.getInstance("Ed25519");
        verifier.initVerify(publicKey());
        verifier.update(text.getBytes(StandardCharsets.UTF_8));
        require(verifier.verify(Arrays.copyOfRange(bytes, 4, bytes.length)), "signature");
        return;
      }
    }
    throw new IllegalStateException("no signature of " + keyName);
  }

  private PublicKey publicKey() throws GeneralSecurityException {
    require(keyBytes.length == 33 && keyBytes[0] == 1, "key type");
    byte[] y = new byte[32];
    for (int i = 0; i < 32; i++) {
      y[i] = keyBytes[32 - i];
    }
    boolean odd = y[0] < 0;
    y[0] &= 0x7F;
    EdECPoint point = new EdECPoint(odd, new BigInteger(1, y));
    return KeyFactory.getInstance("Ed25519")
        .generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, point));
  }

  private static List<byte[]> split(byte[] bundle, int width) {
    ByteBuffer in = ByteBuffer.wrap(bundle);
    List<byte[]> entries = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      byte[] entry = new byte[Short.toUnsignedInt(in.getShort())];
      in.get(entry);
      entries.add(entry);
    }
    require(!in.hasRemaining(), "bundle length");
    return entries;
  }

  private byte[] root(List<byte[]> hashes) throws GeneralSecurityException {
    if (hashes.size() == 1) {
      return hashes.getFirst();
    }
    int k = Integer.highestOneBit(hashes.size() - 1);
    return sha256(
        new byte[] {1}, root(hashes.subList(0, k)), root(hashes.subList(k, hashes.size())));
  }

  /** Every tile of the level has the hashes of the row; then those of the level above. */
  private void requireTiles(List<byte[]> row, int level)
      throws IOException, GeneralSecurityException {
    List<byte[]> above = new ArrayList<>();
    for (int i = 0; i < row.size(); i += 256) {
      List<byte[]> part = row.subList(i, Math.min(row.size(), i + 256));
      byte[] tile = Files.readAllBytes(tile(Integer.toString(level), i / 256, part.size()));
      require(tile.length == part.size() * 32, "tile length");
      for (int k = 0; k < part.size(); k++) {
        require(Arrays.equals(part.get(k), Arrays.copyOfRange(tile, k * 32, k * 32 + 32)), "tile");
      }
      if (part.size() == 256) {
        above.add(root(part));
      }
    }
    if (!above.isEmpty()) {
      requireTiles(above, level + 1);
    }
  }

  private Path tile(String level, long index, int width) {
    String path = String.format(Locale.ROOT, "%03d", index % 1000);
    for (long rest = index / 1000; rest > 0; rest /= 1000) {
      path = String.format(Locale.ROOT, "x%03d/", rest % 1000) + path;
    }
    String whole = "tile/" + level + "/" + path;
    return folder.resolve(width == 256 ? whole : whole + ".p/" + width);
  }

  private static byte[] sha256(byte[]... pieces) throws GeneralSecurityException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (byte[] piece : pieces) {
      digest.update(piece);
    }
    return digest.digest();
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException(what + " does not hold");
    }
  }
}
