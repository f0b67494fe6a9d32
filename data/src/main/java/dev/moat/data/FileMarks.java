package dev.moat.data;

import dev.moat.store.Database;
import dev.moat.store.Transaction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/**
 * Knows the content of files again without reading them: a keyed digest of the bytes is kept with
 * the size, inode and times of the file, and counts as long as these are the same.
 *
 * <p>A file may change twice within one tick of the file system's clock and look the same. So, as
 * git does with its index, a digest is not kept for a file that changed less than a moment ago.
 */
final class FileMarks {
  private static final long TICK_MILLIS = 2000;

  /**
   * What is known of the content of a file.
   *
   * @param content the keyed digest of its bytes
   * @param blob the keyed digest of its git blob id
   */
  record Mark(String content, String blob) {}

  /** The mark of a file that cannot be read. */
  static final Mark UNREADABLE = new Mark("unreadable", "unreadable");

  private record Known(String stamp, Mark mark) {}

  private final Database database;
  private final Pseudonyms pseudonyms;
  private final InstantSource clock;

  FileMarks(Database database, Pseudonyms pseudonyms, InstantSource clock) {
    this.database = database;
    this.pseudonyms = pseudonyms;
    this.clock = clock;
  }

  /** The marks of all entries, by path. */
  Map<String, Mark> of(Source source, Listing listing, CollectSettings settings) {
    String sourceKey = key(source, settings);
    Map<String, Known> gone = load(sourceKey);
    Map<String, Known> fresh = new HashMap<>();
    Map<String, Mark> out = new HashMap<>();
    for (Entry entry : listing.entries()) {
      if (!(entry.content() instanceof Entry.Content.OnDisk disk)) {
        out.put(entry.path(), ofGit(entry));
        continue;
      }
      String fileKey = pseudonyms.mark("file", entry.path());
      Known before = gone.remove(fileKey);
      if (before != null && before.stamp().equals(disk.stamp())) {
        out.put(entry.path(), before.mark());
        continue;
      }
      Mark mark = read(source, entry, settings.limits().fileBytesMax());
      out.put(entry.path(), mark);
      if (settled(disk) && !mark.equals(UNREADABLE)) {
        fresh.put(fileKey, new Known(disk.stamp(), mark));
      }
    }
    save(sourceKey, gone.keySet(), fresh);
    return out;
  }

  private String key(Source source, CollectSettings settings) {
    String filters = settings.include() + "\n" + settings.exclude();
    return pseudonyms.mark("source", source.root().toString(), filters);
  }

  /** The mark of bytes just read. */
  Mark of(byte[] bytes) {
    return new Mark(pseudonyms.mark(bytes), ofBlob(blobId(bytes)));
  }

  /** The mark of a git blob by its id. */
  String ofBlob(String blobId) {
    return pseudonyms.mark("blob", blobId);
  }

  private Mark ofGit(Entry entry) {
    if (!(entry.content() instanceof Entry.Content.InGit(var id))) {
      throw new IllegalArgumentException("not in git");
    }
    return new Mark(ofBlob(id.name()), ofBlob(id.name()));
  }

  private Mark read(Source source, Entry entry, int bytesMax) {
    try {
      return of(source.read(entry, bytesMax));
    } catch (IOException e) {
      return UNREADABLE;
    }
  }

  private boolean settled(Entry.Content.OnDisk disk) {
    return disk.changedMillis() + TICK_MILLIS < clock.millis();
  }

  private Map<String, Known> load(String sourceKey) {
    Map<String, Known> out = new HashMap<>();
    database.query(
        "select file_key, stamp, mark, blob_mark from data_file where source_key = ?",
        row ->
            out.put(
                row.text("file_key"),
                new Known(row.text("stamp"), new Mark(row.text("mark"), row.text("blob_mark")))),
        sourceKey);
    return out;
  }

  private void save(String sourceKey, Set<String> gone, Map<String, Known> fresh) {
    if (fresh.isEmpty() && gone.isEmpty()) {
      return;
    }
    database.transaction(
        transaction -> {
          for (String fileKey : gone) {
            transaction.execute(
                "delete from data_file where source_key = ? and file_key = ?", sourceKey, fileKey);
          }
          fresh.forEach((fileKey, known) -> insert(transaction, sourceKey, fileKey, known));
          return fresh.size();
        });
  }

  private static void insert(Transaction to, String sourceKey, String fileKey, Known known) {
    to.execute(
        """
        insert into data_file (source_key, file_key, stamp, mark, blob_mark)
        values (?, ?, ?, ?, ?)
        on conflict (source_key, file_key) do update set stamp = excluded.stamp,
          mark = excluded.mark, blob_mark = excluded.blob_mark
        """,
        sourceKey,
        fileKey,
        known.stamp(),
        known.mark().content(),
        known.mark().blob());
  }

  /** The name git gives to the bytes. */
  private static String blobId(byte[] bytes) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      sha1.update(("blob " + bytes.length + "\0").getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(sha1.digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }
}
