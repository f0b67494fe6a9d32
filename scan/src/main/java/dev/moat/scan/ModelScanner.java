package dev.moat.scan;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Scans model files: each is told by its content, checked in full if its format is understood, and
 * never called clean if it is not. Nothing of a file is ever executed.
 */
public final class ModelScanner {
  /** The version of the rules, part of what a verdict means. */
  public static final int RULES_VERSION = 1;

  private static final int FILES_MAX = 10_000;
  private static final int DEPTH_MAX = 16;
  private static final Set<String> TEXT_NAMES =
      Set.of("readme", "license", "licence", "notice", "copying", ".gitattributes", ".gitignore");
  private static final Set<String> TEXT_ENDINGS = Set.of("md", "txt", "csv", "tsv", "yaml", "yml");

  private ModelScanner() {}

  /** The digest of the rules in force. */
  public static Digest policyDigest() {
    return Digest.of("moat model scan rules " + RULES_VERSION);
  }

  /** Judges files that are in memory already. */
  public static ScanReport scan(List<ScannedFile> files) {
    return new ScanReport(files.stream().map(ModelScanner::judge).toList());
  }

  /** Judges a file, or every file of a folder; links are never followed. */
  public static ScanReport scan(Path fileOrFolder) {
    List<FileReport> reports = new ArrayList<>();
    try (Stream<Path> found = Files.walk(fileOrFolder, DEPTH_MAX)) {
      List<Path> paths = found.sorted().limit(FILES_MAX + 1L).toList();
      if (paths.size() > FILES_MAX) {
        throw Failure.invalid(
            fileOrFolder + ": over " + FILES_MAX + " files; a model has fewer, name its folder");
      }
      for (Path path : paths) {
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
          reports.add(judge(fileOrFolder, path));
        }
      }
    } catch (IOException e) {
      throw new Failure(
          new Problem.Missing(
              fileOrFolder + ": cannot be read (" + e.getMessage() + "); correct the path",
              fileOrFolder.toString()));
    }
    return new ScanReport(reports);
  }

  private static FileReport judge(Path root, Path file) throws IOException {
    String name =
        root.equals(file)
            ? String.valueOf(file.getFileName())
            : root.relativize(file).toString().replace('\\', '/');
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      Finding finding =
          new Finding(
              "not-a-file", ScanVerdict.SUSPICIOUS, "file", "is a link or device, not a file");
      return new FileReport(name, "link", List.of(finding));
    }
    try (Arena arena = Arena.ofConfined();
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment bytes =
          channel.size() == 0
              ? MemorySegment.NULL
              : channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      return judge(new ScannedFile(name, bytes));
    }
  }

  private static FileReport judge(ScannedFile file) {
    Format format = Format.of(file.bytes());
    List<Finding> findings = new ArrayList<>(PathCheck.check(file.path()));
    switch (format) {
      case SAFETENSORS -> findings.addAll(SafetensorsCheck.check(file.bytes()));
      case JSON -> findings.addAll(JsonCheck.check(file.bytes().toArray(ValueLayout.JAVA_BYTE)));
      case TEXT, EMPTY -> findings.addAll(text(file.path()));
      case EXECUTABLE, SCRIPT ->
          add(findings, "executable", ScanVerdict.MALICIOUS, "is a program, which no model needs");
      case PICKLE ->
          add(findings, "pickle", ScanVerdict.SUSPICIOUS, "is a pickle, which can run anything");
      case ARCHIVE, GGUF, HDF5, NUMPY, UNKNOWN ->
          add(
              findings,
              "not-understood",
              ScanVerdict.UNREADABLE,
              "is of a format (" + format.word() + ") that this version does not understand");
    }
    if (file.path().endsWith(".safetensors") && format != Format.SAFETENSORS) {
      add(
          findings,
          "name-and-content",
          ScanVerdict.MALICIOUS,
          "is named safetensors but is " + format.word());
    }
    return new FileReport(file.path(), format.word(), findings);
  }

  private static void add(
      List<Finding> findings, String rule, ScanVerdict verdict, String message) {
    findings.add(new Finding(rule, verdict, "file", message));
  }

  /** Text is inert only where nothing would run it: by what a name like this is for. */
  private static List<Finding> text(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    int dot = name.lastIndexOf('.');
    String ending = dot <= 0 ? "" : name.substring(dot + 1);
    String stem = dot <= 0 ? name : name.substring(0, dot);
    boolean inert =
        TEXT_ENDINGS.contains(ending)
            || TEXT_NAMES.contains(name)
            || (ending.isEmpty() && TEXT_NAMES.contains(stem));
    return inert
        ? List.of()
        : List.of(
            new Finding(
                "code-file",
                ScanVerdict.SUSPICIOUS,
                "file",
                "is text of a kind that may be run; a model folder needs none"));
  }
}
