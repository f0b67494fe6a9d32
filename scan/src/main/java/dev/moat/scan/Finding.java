package dev.moat.scan;

/**
 * One thing found in a file.
 *
 * @param rule its stable name
 * @param verdict what it makes of the file; CLEAN is only a remark
 * @param where the place in the file: an offset, a tensor, a key
 * @param message one sentence
 */
public record Finding(String rule, ScanVerdict verdict, String where, String message) {
  /** The word of the command line for how bad it is. */
  public String severity() {
    return switch (verdict) {
      case CLEAN -> "info";
      case UNREADABLE -> "medium";
      case SUSPICIOUS -> "high";
      case MALICIOUS -> "critical";
    };
  }
}
