package dev.moat.registry;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A folder with a model as it came from outside. Nothing in it is trusted: links are refused, files
 * and bytes are bounded, and it is copied before it is judged, so that what is judged is what is
 * kept.
 */
final class ModelFolder {
  private static final int FILES_MAX = 1000;
  private static final int DEPTH_MAX = 4;
  private static final long BYTES_MAX = 1L << 40;
  private static final int BUFFER_BYTES = 1 << 16;
  private static final Set<String> REQUIRED = Set.of("config.json", "tokenizer.json");
  private static final Set<String> KEPT =
      Set.of(
          "config.json",
          "generation_config.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "model.safetensors.index.json",
          MakerStatements.FILE,
          "README.md",
          "LICENSE");

  /** A regular file: its path with {@code /} inside the folder, its content's digest and size. */
  record Entry(String path, Digest digest, long bytes) {
    /** Whether a model needs it; all else is listed and left. */
    boolean kept() {
      return KEPT.contains(path) || (path.endsWith(".safetensors") && !path.contains("/"));
    }
  }

  private final Path folder;
  private final List<Entry> entries;

  private ModelFolder(Path folder, List<Entry> entries) {
    this.folder = folder;
    this.entries = List.copyOf(entries);
  }

  /** Reads every file once. */
  static ModelFolder read(Path folder) {
    List<Entry> entries = new ArrayList<>();
    long total = 0;
    for (Path file : files(folder)) {
      Entry entry = entry(folder, file);
      entries.add(entry);
      total += entry.bytes();
      if (total > BYTES_MAX) {
        throw refused(folder, "more than " + BYTES_MAX + " bytes", "take files away");
      }
    }
    return new ModelFolder(folder, entries);
  }

  /** All files, by path. */
  List<Entry> entries() {
    return entries;
  }

  /** The files that a model needs. */
  List<Entry> kept() {
    return entries.stream().filter(Entry::kept).toList();
  }

  /** A digest over the paths and contents of all files. */
  Digest digest() {
    Digest.Hasher hasher = new Digest.Hasher();
    entries.forEach(entry -> hasher.field(entry.path()).field(entry.digest().hex()));
    return hasher.digest();
  }

  /** Copies some files into the empty folder {@code to}, failing if one has changed since. */
  void copy(List<Entry> some, Path to) {
    for (Entry entry : some) {
      Path target = to.resolve(entry.path());
      try {
        Files.createDirectories(target.getParent());
        Files.copy(folder.resolve(entry.path()), target, LinkOption.NOFOLLOW_LINKS);
      } catch (IOException e) {
        throw Failure.broken("model file " + target + ": cannot be copied; free disk space", e);
      }
      if (!entry(to, target).equals(entry)) {
        throw refused(folder, entry.path() + " changes while it is read", "let writers finish");
      }
    }
  }

  /** Fails unless there is a configuration, a tokenizer and weights. */
  void requireComplete() {
    List<String> paths = entries.stream().map(Entry::path).toList();
    for (String required : REQUIRED.stream().sorted().toList()) {
      if (!paths.contains(required)) {
        throw refused(folder, "has no " + required, "give the whole folder of a model");
      }
    }
    if (kept().stream().noneMatch(entry -> entry.path().endsWith(".safetensors"))) {
      throw refused(folder, "has no .safetensors weights", "convert them to safetensors first");
    }
  }

  private static List<Path> files(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new Failure(
          new Problem.Missing(
              "model folder " + folder + ": not there or not a folder; give the path of one",
              folder.toString()));
    }
    try (Stream<Path> walk = Files.walk(folder, DEPTH_MAX + 2)) {
      List<Path> files =
          walk.peek(path -> requireShallow(folder, path))
              .filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
              .limit(FILES_MAX + 1L)
              .sorted()
              .toList();
      if (files.size() > FILES_MAX) {
        throw refused(folder, "has more than " + FILES_MAX + " files", "give the model alone");
      }
      return files;
    } catch (IOException | UncheckedIOException e) {
      throw Failure.broken("model folder " + folder + ": cannot be read; check its rights", e);
    }
  }

  /** What lies deeper would not be read, and must not pass for nothing. */
  private static void requireShallow(Path folder, Path path) {
    if (folder.relativize(path).getNameCount() > DEPTH_MAX + 1) {
      throw refused(folder, "has folders more than " + DEPTH_MAX + " deep", "give the model alone");
    }
  }

  private static Entry entry(Path folder, Path file) {
    String path = folder.relativize(file).toString().replace('\\', '/');
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw refused(folder, path + " is a link or special file", "replace it by a copy");
    }
    Digest.Hasher hasher = new Digest.Hasher();
    byte[] buffer = new byte[BUFFER_BYTES];
    long bytes = 0;
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        hasher.update(buffer, 0, n);
        bytes += n;
      }
    } catch (IOException e) {
      throw Failure.broken("model file " + file + ": cannot be read; check its rights", e);
    }
    return new Entry(path, hasher.digest(), bytes);
  }

  private static Failure refused(Path folder, String why, String remedy) {
    return new Failure(
        new Problem.Invalid("model folder " + folder + ": " + why + "; " + remedy, "path"));
  }
}
