package dev.moat.registry;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.eval.JsonFields;
import dev.moat.store.Artifact;
import java.util.List;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a scan said of one artifact: by which rules, the verdict, and the digest of each file it
 * read, so that it can be held against the artifact.
 */
record ScanResult(Digest subject, Digest policy, String verdict, List<File> files) {
  /** The part of a report artifact that holds {@link #toJson}. */
  static final String PART = "report.json";

  /** The predicate type of the statement that carries it. */
  static final String PREDICATE_TYPE = "https://moat.dev/model-scan/v1";

  static final String CLEAN = "clean";
  private static final String FORMAT = "moat-model-scan/1";
  private static final int FINDINGS_MAX = 10_000;

  /** One scanned file and what was found in it. */
  record File(String path, Digest digest, String verdict, List<String> findings) {
    File {
      findings = List.copyOf(findings);
    }
  }

  ScanResult {
    files = List.copyOf(files);
  }

  boolean clean() {
    return verdict.equals(CLEAN) && files.stream().allMatch(file -> file.verdict().equals(CLEAN));
  }

  /** The first file that is not clean, and why. */
  String reason() {
    return files.stream()
        .filter(file -> !file.verdict().equals(CLEAN))
        .findFirst()
        .map(
            file ->
                file.path() + " is " + file.verdict() + ": " + String.join("; ", file.findings()))
        .orElse("verdict " + verdict);
  }

  /** Whether it read exactly the parts of {@code artifact}, byte for byte. */
  boolean covers(Artifact artifact) {
    var parts = new TreeMap<String, Digest>();
    artifact.parts().forEach(part -> parts.put(part.name(), part.digest()));
    var scanned = new TreeMap<String, Digest>();
    files.forEach(file -> scanned.put(file.path(), file.digest()));
    return subject.equals(artifact.digest())
        && scanned.size() == files.size()
        && parts.equals(scanned);
  }

  JsonNode toJson() {
    ObjectNode out = Json.object();
    out.put("format", FORMAT);
    out.put("subject", subject.hex());
    out.put("policy", policy.hex());
    out.put("verdict", verdict);
    var list = out.putArray("files");
    for (File file : files) {
      var entry = list.addObject();
      entry.put("path", file.path());
      entry.put("digest", file.digest().hex());
      entry.put("verdict", file.verdict());
      file.findings().forEach(entry.putArray("findings")::add);
    }
    return out;
  }

  static ScanResult parse(byte[] json, String where) {
    return parse(Json.parse(json, where), where);
  }

  static ScanResult parse(JsonNode tree, String where) {
    JsonFields fields = JsonFields.of(tree, where);
    fields.constant("format", FORMAT);
    List<File> files =
        fields.objects("files", Artifact.PARTS_MAX).stream().map(ScanResult::file).toList();
    ScanResult result =
        new ScanResult(
            fields.digest("subject"), fields.digest("policy"), fields.text("verdict"), files);
    fields.refuseOthers();
    if (files.isEmpty()) {
      throw Failure.invalid(where + " files: none were scanned; scan it again");
    }
    return result;
  }

  private static File file(JsonFields fields) {
    File file =
        new File(
            fields.text("path"),
            fields.digest("digest"),
            fields.text("verdict"),
            fields.texts("findings", FINDINGS_MAX));
    fields.refuseOthers();
    return file;
  }
}
