package dev.moat.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NotesTest {
  private final Notes notes = new Notes();

  private ScanVerdict verdict() {
    return new FileReport("a", "text", notes.findings()).verdict();
  }

  @Test
  void aRemarkLeavesAFileClean() {
    notes.remark("a", "b", "c");
    assertTrue(notes.isClean());
    assertEquals(ScanVerdict.CLEAN, verdict());
    notes.unknown("a", "b", "c");
    assertFalse(notes.isClean());
  }

  @Test
  void theWorstFindingDecidesInAnyOrder() {
    notes.critical("a", "b", "c");
    notes.remark("a", "b", "c");
    notes.warning("a", "b", "c");
    assertEquals(ScanVerdict.MALICIOUS, verdict());
  }

  /** A flood of one kind of finding must not hide another kind. */
  @Test
  void manyFindingsOfOneVerdictLeaveRoomForTheOthers() {
    for (int i = 0; i < 1000; i++) {
      notes.remark("flood", "" + i, "x");
      notes.warning("flood", "" + i, "x");
    }
    notes.critical("harm", "here", "x");
    assertEquals(201, notes.findings().size());
    assertEquals(ScanVerdict.MALICIOUS, verdict());
    assertEquals("99", notes.findings().get(199).where());
  }

  @Test
  void longPlacesAndMessagesAreShortened() {
    notes.warning("a", "w".repeat(1000), "m".repeat(1000));
    Finding finding = notes.findings().getFirst();
    assertTrue(finding.where().length() <= 161, finding.where());
    assertTrue(finding.message().length() <= 301, finding.message());
  }

  @Test
  void aReportIsWhatItWasWhenItWasMade() {
    List<Finding> findings = new ArrayList<>();
    FileReport report = new FileReport("a", "text", findings);
    findings.add(new Finding("a", ScanVerdict.MALICIOUS, "b", "c"));
    assertEquals(ScanVerdict.CLEAN, report.verdict());
    assertThrows(UnsupportedOperationException.class, () -> report.findings().clear());
    List<FileReport> files = new ArrayList<>(List.of(report));
    ScanReport all = new ScanReport(files);
    files.clear();
    assertEquals(1, all.files().size());
  }

  @Test
  void theWorstFileDecidesOfAReport() {
    FileReport clean = Samples.judge("a.txt", "x");
    FileReport unread = Samples.judge("a.bin", "\u0001");
    FileReport bad = Samples.judge("a.yaml", "!!python/x");
    assertEquals(ScanVerdict.CLEAN, new ScanReport(List.of(clean, clean)).verdict());
    assertEquals(ScanVerdict.UNREADABLE, new ScanReport(List.of(clean, unread)).verdict());
    assertEquals(ScanVerdict.MALICIOUS, new ScanReport(List.of(bad, unread, clean)).verdict());
  }

  @Test
  void severitiesAreTheWordsOfTheCommandLine() {
    assertEquals("info", new Finding("a", ScanVerdict.CLEAN, "b", "c").severity());
    assertEquals("medium", new Finding("a", ScanVerdict.UNREADABLE, "b", "c").severity());
    assertEquals("high", new Finding("a", ScanVerdict.SUSPICIOUS, "b", "c").severity());
    assertEquals("critical", new Finding("a", ScanVerdict.MALICIOUS, "b", "c").severity());
  }
}
