package dev.moat.data;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.core.Progress;
import dev.moat.core.Text;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Makes the documents of one run: reads, decodes, judges, de-identifies, writes. */
final class Collector {
  private static final String WITHHELD = "(withheld)";
  private static final int ID_CHARACTERS = 32;

  /** What a run reads from and writes to. */
  record Ports(Pseudonyms pseudonyms, FileMarks marks, CollectCache cache, Shards.Writer out) {}

  private final CollectSettings settings;
  private final Ports ports;
  private final Redactor redactor;
  private final Progress progress;
  private final long total;

  private final Drops drops = new Drops();
  private final SortedMap<String, Integer> redactions = new TreeMap<>();
  private final SortedMap<String, Integer> licences = new TreeMap<>();
  private final Map<String, Integer> pathsSeen = new HashMap<>();
  private int written;
  private long done;

  Collector(
      CollectSettings settings, Ports ports, Redactor redactor, Progress progress, long total) {
    this.settings = settings;
    this.ports = ports;
    this.redactor = redactor;
    this.progress = progress;
    this.total = total;
  }

  Drops drops() {
    return drops;
  }

  SortedMap<String, Integer> redactions() {
    return redactions;
  }

  SortedMap<String, Integer> licences() {
    return licences;
  }

  int written() {
    return written;
  }

  /** A name without personal data for a source. */
  String shownPath(String path) {
    return redactor.redactPath(path).map(Redacted::text).orElse(WITHHELD);
  }

  /** Makes the documents of one source. */
  void collect(OpenSource source, String name) {
    source.listing().skipped().forEach(each -> drop(each.reason(), each.path()));
    for (Entry entry : source.listing().entries()) {
      progress.checkCancelled("data/collect");
      collectFile(source, name, entry);
      progress.advance(++done, total, name);
    }
    if (!settings.history()) {
      return;
    }
    HistoryDocuments texts = new HistoryDocuments(redactor);
    for (HistoryDocuments.Group group : HistoryDocuments.groups(source.history())) {
      progress.checkCancelled("data/collect");
      collectHistory(source, name, texts, group);
      progress.advance(++done, total, name);
    }
  }

  private void collectFile(OpenSource source, String name, Entry entry) {
    String key = key(source, entry.path());
    FileMarks.Mark mark = source.marks().get(entry.path());
    if (mark == null) {
      throw new IllegalStateException("every entry of a listing has a mark");
    }
    CollectCache.Outcome outcome =
        ports.cache().find(key, mark.content()).orElseGet(() -> made(source, entry, mark));
    settle(
        outcome,
        entry.path(),
        key,
        mark.content(),
        document -> origin(source, name, entry.path(), document));
  }

  private void collectHistory(
      OpenSource source, String name, HistoryDocuments texts, HistoryDocuments.Group group) {
    String key = key(source, group.path() + "\nhistory");
    String mark = ports.pseudonyms().mark("history", group.fingerprint());
    CollectCache.Outcome outcome =
        ports
            .cache()
            .find(key, mark)
            .orElseGet(
                () ->
                    texts
                        .text(group)
                        .<CollectCache.Outcome>map(text -> kept(group.path(), text))
                        .orElseGet(
                            () -> new CollectCache.Outcome.Dropped(DropReason.STILL_SENSITIVE)));
    settle(outcome, group.path(), key, mark, _ -> origin(name, group));
  }

  private interface OriginOf {
    Document.Origin origin(Document document);
  }

  private void settle(
      CollectCache.Outcome outcome, String path, String key, String mark, OriginOf origins) {
    switch (outcome) {
      case CollectCache.Outcome.Dropped(DropReason reason) -> {
        drop(reason, path);
        ports.cache().dropped(key, mark, reason);
      }
      case CollectCache.Outcome.Kept(Document document) -> {
        ports.cache().kept(key, mark, written);
        write(document, origins.origin(document));
      }
    }
  }

  private void write(Document document, Document.Origin origin) {
    int same = pathsSeen.merge(document.path(), 1, Integer::sum) - 1;
    Document placed =
        new Document(
            id(document.path(), same),
            document.path(),
            document.text(),
            origin,
            document.redactions());
    ports.out().write(placed);
    written++;
    document.redactions().forEach((type, count) -> redactions.merge(type, count, Integer::sum));
    licences.merge(origin.licence().orElse("none"), 1, Integer::sum);
  }

  /** Follows from the path alone, so that a document keeps its split when its text changes. */
  private static String id(String path, int sameBefore) {
    return new Digest.Hasher()
        .field("moat-document")
        .field(path)
        .field(Integer.toString(sameBefore))
        .digest()
        .hex()
        .substring(0, ID_CHARACTERS);
  }

  private CollectCache.Outcome made(OpenSource source, Entry entry, FileMarks.Mark mark) {
    byte[] bytes;
    try {
      bytes = source.source().read(entry, settings.limits().fileBytesMax());
    } catch (IOException e) {
      if (mark.equals(FileMarks.UNREADABLE)) {
        return new CollectCache.Outcome.Dropped(DropReason.UNREADABLE);
      }
      throw changed(source, entry);
    }
    if (entry.content() instanceof Entry.Content.OnDisk && !ports.marks().of(bytes).equals(mark)) {
      throw changed(source, entry);
    }
    return switch (Decoder.decode(bytes)) {
      case Decoded.Dropped(DropReason reason) -> new CollectCache.Outcome.Dropped(reason);
      case Decoded.Legible(String text) -> judged(entry.path(), text);
    };
  }

  private CollectCache.Outcome judged(String path, String text) {
    Optional<DropReason> reason = TextRules.byText(path, text);
    if (reason.isPresent()) {
      return new CollectCache.Outcome.Dropped(reason.get());
    }
    return redactor
        .redact(text)
        .<CollectCache.Outcome>map(redacted -> kept(path, redacted))
        .orElseGet(() -> new CollectCache.Outcome.Dropped(DropReason.STILL_SENSITIVE));
  }

  /** The document as far as content and path decide it; where it came from is added later. */
  private CollectCache.Outcome kept(String path, Redacted text) {
    Optional<Redacted> shown = redactor.redactPath(path);
    if (shown.isEmpty()) {
      return new CollectCache.Outcome.Dropped(DropReason.STILL_SENSITIVE);
    }
    return new CollectCache.Outcome.Kept(
        new Document(
            "unplaced",
            shown.get().text(),
            text.text(),
            Document.Origin.of(""),
            text.plus(shown.get().counts()).counts()));
  }

  private Document.Origin origin(OpenSource source, String name, String path, Document document) {
    boolean modified = source.isModified(path);
    return new Document.Origin(
        name,
        source
            .history()
            .file(path)
            .map(
                facts ->
                    new Document.Revision(
                        facts.commit(), facts.time(), pseudonyms(facts.authors()), modified)),
        source.licences().of(path, document.text()));
  }

  private Document.Origin origin(String name, HistoryDocuments.Group group) {
    GitHistory.Commit newest = group.newest();
    List<String> authors =
        pseudonyms(group.commits().stream().map(GitHistory.Commit::author).toList());
    return new Document.Origin(
        name,
        Optional.of(new Document.Revision(newest.id(), newest.time(), authors, false)),
        Optional.empty());
  }

  private List<String> pseudonyms(List<Identity> people) {
    return people.stream()
        .filter(person -> !person.canonical().isEmpty())
        .map(redactor::person)
        .distinct()
        .toList();
  }

  private void drop(DropReason reason, String path) {
    drops.add(reason, () -> shownPath(path));
  }

  private String key(OpenSource source, String path) {
    return ports.pseudonyms().mark("document", source.source().root().toString(), path);
  }

  private static Failure changed(OpenSource source, Entry entry) {
    String file = Text.shortened(source.source().root().resolve(entry.path()).toString(), 300);
    return new Failure(
        new Problem.Busy(
            "source file " + file + ": changed or vanished while it was collected; run it again",
            Duration.ZERO));
  }
}
