package dev.moat.scan;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Judges the files of a model, from memory or from a folder, and follows no link. */
public final class ModelScanner {
  /** The version of the rules, part of what a verdict means. */
  public static final int RULES_VERSION = 3;

  private static final int FILES_MAX = 100_000;
  private static final int DEPTH_MAX = 64;

  private ModelScanner() {}

  /** The digest of the rules in force. */
  public static Digest policyDigest() {
    return Digest.of("moat model scan rules " + RULES_VERSION);
  }

  /** Judges files that are already at hand. */
  public static ScanReport scan(List<ScannedFile> files) {
    List<FileReport> reports = new ArrayList<>();
    for (ScannedFile file : files) {
      reports.add(judge(file.path(), new Bytes(file.bytes())));
    }
    return new ScanReport(reports);
  }

  /** Judges a file, or all that lies in a folder. */
  public static ScanReport scan(Path fileOrFolder) {
    if (Files.notExists(fileOrFolder)) {
      throw new Failure(
          new Problem.Missing(
              "scan " + fileOrFolder + ": no such file or folder; give a path that exists",
              fileOrFolder.toString()));
    }
    try {
      return new ScanReport(reports(fileOrFolder.toRealPath()));
    } catch (IOException e) {
      throw Failure.broken("scan " + fileOrFolder + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static List<FileReport> reports(Path root) throws IOException {
    if (!Files.isDirectory(root)) {
      return List.of(read(root, String.valueOf(root.getFileName())));
    }
    List<Path> paths = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(root, DEPTH_MAX + 1)) {
      walk.peek(path -> requireShallow(root, path))
          .filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
          .limit(FILES_MAX + 1L)
          .forEach(paths::add);
    } catch (UncheckedIOException e) {
      throw new IOException(e.getMessage(), e);
    }
    if (paths.size() > FILES_MAX) {
      throw Failure.invalid(
          "scan " + root + ": more than " + FILES_MAX + " files; scan its parts one by one");
    }
    paths.sort(Comparator.comparing(Path::toString));
    List<FileReport> reports = new ArrayList<>();
    for (Path path : paths) {
      reports.add(read(path, root.relativize(path).toString().replace('\\', '/')));
    }
    return reports;
  }

  /** What lies too deep would not be seen, and must not pass for nothing. */
  private static void requireShallow(Path root, Path path) {
    if (root.relativize(path).getNameCount() > DEPTH_MAX) {
      throw Failure.invalid(
          "scan " + root + ": more than " + DEPTH_MAX + " folders deep; scan its parts one by one");
    }
  }

  private static FileReport read(Path path, String name) throws IOException {
    if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      Notes notes = new Notes();
      notes.warning("not-a-file", name, "a link or device, whose content is elsewhere");
      return new FileReport(name, "link", notes.findings());
    }
    try (FileChannel channel =
            FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        Arena arena = Arena.ofConfined()) {
      MemorySegment bytes =
          channel.size() == 0
              ? MemorySegment.NULL
              : channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      return judge(name, new Bytes(bytes));
    }
  }

  private static FileReport judge(String path, Bytes bytes) {
    Notes notes = new Notes();
    PathCheck.run(path, notes);
    Format format = Format.of(bytes);
    content(path, bytes, format, notes);
    if (format != Format.ZIP && Format.endsAsZip(bytes)) {
      notes.warning("polyglot", "end", "a zip archive is appended, which other readers would open");
    }
    boolean claimed = TextCheck.extension(path).equals("safetensors");
    if (claimed && format != Format.SAFETENSORS) {
      new SafetensorsCheck(bytes, notes).run();
    }
    if (!claimed && format == Format.SAFETENSORS) {
      notes.warning(
          "disguised", path, "weights that a loader would take for something else by their name");
    }
    return new FileReport(path, format.word(), notes.findings());
  }

  private static void content(String path, Bytes bytes, Format format, Notes notes) {
    switch (format) {
      case EMPTY -> notes.remark("empty", path, "the file is empty");
      case SAFETENSORS -> new SafetensorsCheck(bytes, notes).run();
      case TEXT, JSON -> new TextCheck(notes).run(path, bytes, format == Format.JSON);
      case LFS_POINTER ->
          notes.unknown("lfs-pointer", path, "a pointer to a file that was not fetched");
      case PICKLE -> notes.warning("pickle", "byte 0", "a pickle runs code when it is loaded");
      case EXECUTABLE, JAVA_CLASS, PYTHON_BYTECODE, WEB_ASSEMBLY ->
          notes.warning("executable", "byte 0", "the file is a program");
      case ZIP, GZIP, SEVEN_ZIP, RAR, XZ, BZIP2, ZSTD, TAR ->
          notes.unknown("archive", "byte 0", "what is packed in it was not read");
      case GGUF, HDF5, NUMPY, IMAGE, UNKNOWN ->
          notes.unknown("format", "byte 0", "no reader for this format yet");
    }
  }
}
