package dev.moat.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A source with all that is known of it before its files are read one by one. */
record OpenSource(
    Source source,
    Listing listing,
    Map<String, FileMarks.Mark> marks,
    Licences licences,
    GitHistory history,
    Map<String, String> committed)
    implements AutoCloseable {
  private static final int LICENCE_FILES_MAX = 1000;
  private static final int LICENCE_BYTES_MAX = 1 << 20;

  /** Opens all sources; one that is named twice is opened once. */
  static List<OpenSource> openAll(CollectSettings settings, FileMarks marks, boolean history) {
    Map<String, OpenSource> out = new LinkedHashMap<>();
    boolean complete = false;
    try {
      for (String place : settings.sources()) {
        Source source = Source.open(place);
        if (out.containsKey(source.root().toString())) {
          source.close();
          continue;
        }
        out.put(source.root().toString(), open(source, settings, marks, history));
      }
      complete = true;
      return new ArrayList<>(out.values());
    } finally {
      if (!complete) {
        out.values().forEach(OpenSource::close);
      }
    }
  }

  private static OpenSource open(
      Source source, CollectSettings settings, FileMarks marks, boolean history) {
    boolean complete = false;
    try {
      Listing listing = source.list(settings);
      GitHistory commits = GitHistory.none();
      Map<String, String> committed = new HashMap<>();
      if (history && source instanceof GitSource git) {
        commits = git.history(settings.limits().commitsMax());
        git.committed().forEach((path, id) -> committed.put(path, marks.ofBlob(id.name())));
      }
      OpenSource out =
          new OpenSource(
              source,
              asked(listing, settings),
              marks.of(source, listing, settings),
              licences(source, listing),
              commits,
              committed);
      complete = true;
      return out;
    } finally {
      if (!complete) {
        source.close();
      }
    }
  }

  /** Whether a file with that mark differs from the newest commit. */
  boolean isModified(String path) {
    return source.head().isPresent()
        && !Optional.ofNullable(committed.get(path)).equals(blobMark(path));
  }

  private Optional<String> blobMark(String path) {
    return Optional.ofNullable(marks.get(path)).map(FileMarks.Mark::blob);
  }

  @Override
  public void close() {
    source.close();
  }

  /** The listing without the licence files that were listed only to be looked at. */
  private static Listing asked(Listing listing, CollectSettings settings) {
    return new Listing(
        listing.entries().stream().filter(entry -> settings.takes(entry.path())).toList(),
        listing.skipped().stream().filter(each -> settings.takes(each.path())).toList());
  }

  private static Licences licences(Source source, Listing listing) {
    Map<String, String> texts = new HashMap<>();
    listing.entries().stream()
        .filter(entry -> Licences.isLicenceFile(entry.path()))
        .limit(LICENCE_FILES_MAX)
        .forEach(entry -> text(source, entry).ifPresent(text -> texts.put(entry.path(), text)));
    return Licences.of(texts);
  }

  private static Optional<String> text(Source source, Entry entry) {
    try {
      return Decoder.decode(source.read(entry, LICENCE_BYTES_MAX)) instanceof Decoded.Legible(var t)
          ? Optional.of(t)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
