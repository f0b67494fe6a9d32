package dev.moat.scan;

import java.util.List;

/** What was found in one file. */
public record FileReport(String path, String format, List<Finding> findings) {
  /** Copies the findings in. */
  public FileReport {
    findings = List.copyOf(findings);
  }

  /** The worst of the findings. */
  public ScanVerdict verdict() {
    return findings.stream().map(Finding::verdict).reduce(ScanVerdict.CLEAN, ScanVerdict::worse);
  }
}
