package dev.moat.scan;

import dev.moat.core.Json;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What was found in a set of files. */
public record ScanReport(List<FileReport> files) {
  /** Copies the reports in. */
  public ScanReport {
    files = List.copyOf(files);
  }

  /** The worst of the files; of nothing, nothing can be said. */
  public ScanVerdict verdict() {
    return files.isEmpty()
        ? ScanVerdict.UNREADABLE
        : files.stream().map(FileReport::verdict).reduce(ScanVerdict.CLEAN, ScanVerdict::worse);
  }

  /** The report in the form of the command line's contract. */
  public JsonNode toJson() {
    ObjectNode out = Json.object();
    out.putArray("files");
    for (FileReport file : files) {
      ObjectNode node = out.withArray("files").addObject();
      node.put("path", file.path()).put("format", file.format());
      node.put("verdict", file.verdict().word()).putArray("findings");
      for (Finding finding : file.findings()) {
        node.withArray("findings")
            .addObject()
            .put("rule", finding.rule())
            .put("severity", finding.severity())
            .put("where", finding.where())
            .put("message", finding.message());
      }
    }
    return out;
  }
}
