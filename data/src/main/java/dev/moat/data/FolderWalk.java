package dev.moat.data;

import dev.moat.core.Failure;
import dev.moat.core.Text;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Walks the folders below a root within limits; never follows a link. */
final class FolderWalk {
  private static final boolean UNIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("unix");
  private static final String ATTRIBUTES =
      "size,lastModifiedTime,isRegularFile,isSymbolicLink,isDirectory";

  private final Path root;
  private final CollectSettings settings;
  private final Predicate<String> enters;
  private final Predicate<String> takes;
  private final List<Entry> entries = new ArrayList<>();
  private final List<Listing.Skipped> skipped = new ArrayList<>();
  private int seen;
  private long bytes;

  /**
   * Will walk {@code root}, into folders that {@code enters} by their path, and take files that
   * {@code takes} by theirs.
   */
  FolderWalk(
      Path root, CollectSettings settings, Predicate<String> enters, Predicate<String> takes) {
    this.root = root;
    this.settings = settings;
    this.enters = enters;
    this.takes = takes;
  }

  Listing walk() {
    walk(root, "", 1);
    entries.sort(Comparator.comparing(Entry::path));
    return new Listing(entries, skipped);
  }

  private void walk(Path folder, String prefix, int depth) {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      for (Path child : stream) {
        count(++seen, settings.limits().filesMax(), "files", "files-max");
        children.add(child);
      }
    } catch (IOException | DirectoryIteratorException e) {
      skipped.add(new Listing.Skipped(prefix, DropReason.UNREADABLE));
      return;
    }
    children.sort(Comparator.comparing(FolderWalk::name));
    for (Path child : children) {
      visit(child, prefix + name(child), depth);
    }
  }

  private void visit(Path child, String path, int depth) {
    Map<String, Object> attributes = attributes(child);
    if (Boolean.TRUE.equals(attributes.get("isDirectory"))) {
      if (!enters.test(path)) {
        return;
      }
      if (depth >= settings.limits().depthMax()) {
        skipped.add(new Listing.Skipped(path, DropReason.TOO_DEEP));
      } else {
        walk(child, path + "/", depth + 1);
      }
    } else if (takes.test(path) && settings.lists(path)) {
      take(child, path, attributes);
    }
  }

  private void take(Path file, String path, Map<String, Object> attributes) {
    if (attributes.isEmpty()) {
      skipped.add(new Listing.Skipped(path, DropReason.UNREADABLE));
    } else if (Boolean.TRUE.equals(attributes.get("isSymbolicLink"))) {
      skipped.add(new Listing.Skipped(path, DropReason.SYMBOLIC_LINK));
    } else if (!Boolean.TRUE.equals(attributes.get("isRegularFile"))) {
      skipped.add(new Listing.Skipped(path, DropReason.NOT_A_FILE));
    } else {
      add(file, path, attributes);
    }
  }

  private void add(Path file, String path, Map<String, Object> attributes) {
    long size = attributes.get("size") instanceof Long known ? known : 0;
    DropReason byName = TextRules.byName(path).orElse(null);
    if (byName != null || size > settings.limits().fileBytesMax()) {
      DropReason reason = byName == null ? DropReason.TOO_LARGE : byName;
      skipped.add(new Listing.Skipped(path, reason));
      return;
    }
    bytes += size;
    count(bytes, settings.limits().bytesMax(), "bytes", "bytes-max");
    long modified = nanos(attributes.get("lastModifiedTime"));
    long changed = Math.max(modified, nanos(attributes.get("ctime")));
    String stamp = size + " " + modified + " " + changed + " " + attributes.get("ino");
    entries.add(new Entry(path, size, new Entry.Content.OnDisk(file, stamp, changed / 1_000_000)));
  }

  private void count(long value, long most, String what, String parameter) {
    if (value > most) {
      throw Failure.invalid(
          "source "
              + Text.shortened(root.toString(), 200)
              + ": more than "
              + most
              + " "
              + what
              + "; give a smaller folder or raise "
              + parameter);
    }
  }

  /** Empty where they cannot be read. */
  private static Map<String, Object> attributes(Path file) {
    String names = UNIX ? "unix:" + ATTRIBUTES + ",ctime,ino" : ATTRIBUTES;
    try {
      return Files.readAttributes(file, names, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      return Map.of();
    }
  }

  private static long nanos(@Nullable Object time) {
    return time instanceof FileTime known ? known.to(TimeUnit.NANOSECONDS) : 0;
  }

  /**
   * The name as UTF-8. Where the locale cannot show a name, the string of a path has question
   * marks; its URI still has the bytes.
   */
  private static String name(Path file) {
    String shown = String.valueOf(file.getFileName());
    if (shown.chars().allMatch(c -> c < 0x80 && c != '?')) {
      return shown;
    }
    String raw = file.toUri().getRawPath();
    String trimmed = raw.endsWith("/") ? raw.substring(0, raw.length() - 1) : raw;
    String last = trimmed.substring(trimmed.lastIndexOf('/') + 1).replace("+", "%2B");
    return URLDecoder.decode(last, StandardCharsets.UTF_8);
  }
}
