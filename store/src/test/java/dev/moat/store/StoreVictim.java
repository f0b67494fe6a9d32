package dev.moat.store;

import java.io.ByteArrayInputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * The process that {@link StoreKillTest} kills: it stores blobs and rows without end and tells its
 * parent of each one that is durable.
 */
final class StoreVictim {
  static final Migration TABLE =
      new Migration("victim", 1, "create table row (id bigint primary key, text text not null)");

  private StoreVictim() {}

  /** The bytes of the blob with that number. */
  static byte[] blob(long number) {
    byte[] bytes = new byte[(int) (number * 7919 % 300_000)];
    new Random(number).nextBytes(bytes);
    return bytes;
  }

  public static void main(String[] args) throws IOException {
    Path root = Path.of(args[0]);
    long from = Long.parseLong(args[1]);
    try (PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8)) {
      FileKeyService keys = FileKeyService.openOrCreate(root.resolve("master.key"));
      FileBlobStore blobs = new FileBlobStore(root.resolve("blobs"), keys);
      try (Database database = SqliteDatabase.open(root.resolve("rows.db"), List.of(TABLE))) {
        Thread.ofPlatform().daemon().start(() -> storeBlobs(blobs, from, out));
        for (long number = from; ; number += 2) {
          insertPair(database, number);
          out.println("rows " + number);
        }
      }
    }
  }

  private static void storeBlobs(BlobStore blobs, long from, PrintStream out) {
    for (long number = from; ; number++) {
      blobs.put(new ByteArrayInputStream(blob(number)));
      out.println("blob " + number);
    }
  }

  /** Two rows that must be there together or not at all. */
  private static void insertPair(Database database, long number) {
    database.transaction(
        transaction -> {
          for (long id : new long[] {number, number + 1}) {
            transaction.execute("insert into row (id, text) values (?, ?)", id, "row " + id);
          }
          return 2;
        });
  }
}
