package dev.moat.trust;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.core.Text;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * A signed commitment to all of a ledger up to a size, in the C2SP tlog-checkpoint form. {@code
 * note} is the whole signed text.
 */
public record Checkpoint(String origin, long size, Digest root, String note) {
  private static final Pattern SIZE = Pattern.compile("0|[1-9][0-9]{0,18}");
  private static final int LINES_MAX = 32;

  /** Reads a checkpoint without trusting it yet. */
  public static Checkpoint parse(String note) {
    String[] lines = Note.parse(note).text().split("\n", LINES_MAX);
    if (lines.length < 3 || lines[0].isEmpty() || !SIZE.matcher(lines[1]).matches()) {
      throw malformed(note);
    }
    try {
      byte[] root = Base64.getDecoder().decode(lines[2]);
      if (root.length != Merkle.HASH_BYTES
          || !Base64.getEncoder().encodeToString(root).equals(lines[2])) {
        throw malformed(note);
      }
      return new Checkpoint(lines[0], Long.parseLong(lines[1]), Digest.ofRaw(root), note);
    } catch (IllegalArgumentException _) {
      throw malformed(note);
    }
  }

  /** Whether this key signed exactly this origin, size and root, for its own ledger. */
  public boolean isSignedBy(VerifyKey key) {
    return origin.equals(key.name())
        && parse(note).equals(this)
        && Note.parse(note).isSignedBy(key);
  }

  static Checkpoint sign(long size, Digest root, SigningKey key) {
    String origin = key.verifyKey().name();
    String text =
        origin + "\n" + size + "\n" + Base64.getEncoder().encodeToString(root.raw()) + "\n";
    return new Checkpoint(origin, size, root, Note.sign(text, key).format());
  }

  private static Failure malformed(String note) {
    return new Failure(
        new Problem.Invalid(
            "checkpoint \""
                + Text.shortened(note, 60)
                + "\": not origin, size and root on a line each; copy it whole",
            "checkpoint"));
  }
}
