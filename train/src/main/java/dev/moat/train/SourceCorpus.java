package dev.moat.train;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Java sources that a base model learns from, taken from {@code -sources} jars. The same jars in
 * the same order give the same files in the same order.
 *
 * @param learnt the files to learn from
 * @param validation the files that only measure
 * @param refused how many files were left out, by reason
 */
public record SourceCorpus(
    List<Source> learnt, List<Source> validation, Map<String, Integer> refused) {

  /** One file of a corpus. */
  public record Source(String name, String text) {}

  /** One jar to read, and how many bytes of it to take at most. */
  public record Jar(Path path, long bytesMax) {}

  private static final int ENTRY_BYTES_MAX = 4 << 20;
  private static final int ENTRIES_MAX = 100_000;
  private static final int VALIDATION_ONE_IN = 256;

  public SourceCorpus {
    learnt = List.copyOf(learnt);
    validation = List.copyOf(validation);
    refused = Map.copyOf(refused);
  }

  /** Reads jars, leaving out whatever shares text with the held-out jars. */
  public static SourceCorpus read(List<Jar> jars, List<Path> heldOut) {
    SourceFilter filter = new SourceFilter();
    for (Path jar : heldOut) {
      sources(jar).forEach(source -> filter.holdOut(source.text()));
    }
    List<Source> learnt = new ArrayList<>();
    List<Source> validation = new ArrayList<>();
    Map<String, Integer> refused = new TreeMap<>();
    for (Jar jar : jars) {
      long taken = 0;
      for (Source source : sources(jar.path())) {
        if (taken >= jar.bytesMax()) {
          refused.merge("over the jar's share", 1, Integer::sum);
          continue;
        }
        String refusal = filter.refusal(source.name(), source.text());
        if (!refusal.isEmpty()) {
          refused.merge(refusal, 1, Integer::sum);
          continue;
        }
        taken += source.text().length();
        (order(source) % VALIDATION_ONE_IN == 0 ? validation : learnt).add(source);
      }
    }
    return new SourceCorpus(learnt, validation, refused);
  }

  /** The Java files of one jar, in an order that looks random but depends on their names only. */
  public static List<Source> sources(Path jar) {
    List<Source> out = new ArrayList<>();
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      if (zip.size() > ENTRIES_MAX) {
        throw Failure.invalid(jar + ": more than " + ENTRIES_MAX + " entries; give a sources jar");
      }
      for (ZipEntry entry : zip.stream().map(ZipEntry.class::cast).toList()) {
        if (entry.getName().endsWith(".java") && !entry.isDirectory()) {
          byte[] bytes = zip.getInputStream(entry).readNBytes(ENTRY_BYTES_MAX);
          out.add(new Source(entry.getName(), text(bytes)));
        }
      }
    } catch (IOException e) {
      throw Failure.broken(jar + ": cannot be read as a jar; fetch it again", e);
    }
    out.sort(Comparator.comparingLong(SourceCorpus::order).thenComparing(Source::name));
    return out;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8).replace("\r\n", "\n").replace("\uFEFF", "");
  }

  private static long order(Source source) {
    return Long.parseUnsignedLong(Digest.of(source.name()).hex().substring(0, 12), 16);
  }
}
