package dev.moat.scan;

import dev.moat.core.Text;
import java.util.ArrayList;
import java.util.List;

/** The findings about one file while it is judged. */
final class Notes {
  /** How many findings of one verdict are listed; more of the same say nothing new. */
  private static final int FINDINGS_MAX = 100;

  private static final int MESSAGE_MAX = 300;
  private static final int WHERE_MAX = 160;

  private final List<Finding> findings = new ArrayList<>();

  /** Only a remark. */
  void remark(String rule, String where, String message) {
    add(rule, ScanVerdict.CLEAN, where, message);
  }

  /** Something could not be read. */
  void unknown(String rule, String where, String message) {
    add(rule, ScanVerdict.UNREADABLE, where, message);
  }

  /** Something may run code. */
  void warning(String rule, String where, String message) {
    add(rule, ScanVerdict.SUSPICIOUS, where, message);
  }

  /** Something is made to harm. */
  void critical(String rule, String where, String message) {
    add(rule, ScanVerdict.MALICIOUS, where, message);
  }

  /** Whether anything but remarks was found. */
  boolean isClean() {
    return findings.stream().allMatch(finding -> finding.verdict() == ScanVerdict.CLEAN);
  }

  List<Finding> findings() {
    return findings;
  }

  private void add(String rule, ScanVerdict verdict, String where, String message) {
    long same = findings.stream().filter(known -> known.verdict() == verdict).count();
    if (same < FINDINGS_MAX) {
      findings.add(
          new Finding(
              rule,
              verdict,
              Text.shortened(where, WHERE_MAX),
              Text.shortened(message, MESSAGE_MAX)));
    }
  }
}
