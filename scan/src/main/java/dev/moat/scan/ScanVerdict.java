package dev.moat.scan;

import java.util.Locale;

/** What a scan says of a file, from best to worst; only the first is ever admitted. */
public enum ScanVerdict {
  /** Fully understood, and nothing in it can execute. */
  CLEAN,
  /** Not understood, so nothing can be said of it. */
  UNREADABLE,
  /** Something in it could execute, or does not belong here. */
  SUSPICIOUS,
  /** Made to execute or to deceive a reader. */
  MALICIOUS;

  /** The word of the command line. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  ScanVerdict worse(ScanVerdict other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
