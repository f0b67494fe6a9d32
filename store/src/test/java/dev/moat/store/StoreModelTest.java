package dev.moat.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Does random things to the stores and to maps in memory, and compares them all the way. */
class StoreModelTest {
  private static final Migration TABLE =
      new Migration("model", 1, "create table entry (id bigint primary key, text text)");

  @TempDir Path folder;

  @Test
  void blobsBehaveAsAMapOfDigestsToBytes() throws IOException {
    Random random = new Random(41);
    FileKeyService keys = FileKeyService.openOrCreate(folder.resolve("master.key"));
    FileBlobStore blobs = new FileBlobStore(folder.resolve("blobs"), keys);
    Map<Digest, byte[]> model = new HashMap<>();
    for (int step = 0; step < 400; step++) {
      byte[] bytes = bytes(random);
      Digest digest = Digest.of(bytes);
      switch (random.nextInt(6)) {
        case 0, 1, 2 -> {
          assertEquals(digest, blobs.put(new Dripping(bytes, random.nextInt(1, 5000))));
          model.put(digest, bytes);
        }
        case 3 -> {
          blobs.delete(digest);
          model.remove(digest);
        }
        case 4 -> blobs = new FileBlobStore(folder.resolve("blobs"), keys);
        default -> readInPieces(blobs, digest, Optional.ofNullable(model.get(digest)), random);
      }
      assertEquals(model.containsKey(digest), blobs.has(digest));
    }
    for (Map.Entry<Digest, byte[]> entry : model.entrySet()) {
      byte[] bytes = entry.getValue();
      assertArrayEquals(bytes, blobs.read(entry.getKey(), bytes.length));
    }
  }

  /** One of forty blobs of up to some hundred kilobytes. */
  private static byte[] bytes(Random random) {
    Random content = new Random(random.nextInt(40));
    byte[] bytes = new byte[content.nextInt(3) == 0 ? content.nextInt(300_000) : 100];
    content.nextBytes(bytes);
    return bytes;
  }

  private static void readInPieces(
      BlobStore blobs, Digest digest, Optional<byte[]> expected, Random random) throws IOException {
    if (expected.isEmpty()) {
      assertThrows(Failure.class, () -> blobs.open(digest));
      return;
    }
    byte[] all = expected.get();
    byte[] read = new byte[all.length];
    int length = 0;
    try (InputStream in = blobs.open(digest)) {
      byte[] piece = new byte[random.nextInt(1, 100_000)];
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        System.arraycopy(piece, 0, read, length, n);
        length += n;
      }
    }
    assertEquals(all.length, length);
    assertArrayEquals(all, read);
  }

  /** A source that gives a few bytes at a time, as a network does. */
  private static final class Dripping extends ByteArrayInputStream {
    private final int most;

    Dripping(byte[] bytes, int most) {
      super(bytes);
      this.most = most;
    }

    @Override
    public synchronized int read(byte[] bytes, int offset, int length) {
      return super.read(bytes, offset, Math.min(length, most));
    }
  }

  @Test
  void rowsBehaveAsAMapOfIdsToTexts() {
    Random random = new Random(42);
    Map<Long, String> model = new TreeMap<>();
    Database database = SqliteDatabase.open(folder.resolve("model.db"), List.of(TABLE));
    for (int step = 0; step < 300; step++) {
      if (random.nextInt(40) == 0) {
        database.close();
        database = SqliteDatabase.open(folder.resolve("model.db"), List.of(TABLE));
      }
      Map<Long, String> changed = new TreeMap<>(model);
      boolean fails = random.nextInt(4) == 0;
      long seed = random.nextLong();
      try {
        database.transaction(
            transaction -> {
              change(transaction, changed, new Random(seed));
              if (fails) {
                throw new IllegalStateException("undo");
              }
              return 0;
            });
        model = changed;
      } catch (IllegalStateException e) {
        assertEquals("undo", e.getMessage());
      }
      assertEquals(model, rows(database));
    }
    database.close();
  }

  private static void change(Transaction transaction, Map<Long, String> model, Random random) {
    int changes = 1 + random.nextInt(6);
    for (int i = 0; i < changes; i++) {
      long id = random.nextInt(50);
      String text = "text " + random.nextInt(1000);
      switch (random.nextInt(3)) {
        case 0 -> {
          transaction.execute(
              """
              insert into entry (id, text) values (?, ?)
              on conflict (id) do update set text = excluded.text
              """,
              id,
              text);
          model.put(id, text);
        }
        case 1 -> {
          int count = transaction.execute("update entry set text = ? where id = ?", text, id);
          assertEquals(model.containsKey(id) ? 1 : 0, count);
          model.computeIfPresent(id, (_, _) -> text);
        }
        default -> {
          int count = transaction.execute("delete from entry where id = ?", id);
          assertEquals(model.remove(id) == null ? 0 : 1, count);
        }
      }
      assertEquals(
          Optional.ofNullable(model.get(id)),
          transaction.first("select text from entry where id = ?", row -> row.text("text"), id));
    }
  }

  private static Map<Long, String> rows(Database database) {
    Map<Long, String> rows = new TreeMap<>();
    database
        .query("select id, text from entry", row -> Map.entry(row.number("id"), row.text("text")))
        .forEach(row -> rows.put(row.getKey(), row.getValue()));
    return rows;
  }

  @Test
  void artifactsOfRandomPartsComeBackWhole() {
    Random random = new Random(43);
    FileKeyService keys = FileKeyService.openOrCreate(folder.resolve("master.key"));
    List<ArtifactKind> kinds = List.of(ArtifactKind.values());
    Artifacts artifacts = new Artifacts(new FileBlobStore(folder.resolve("blobs"), keys));
    for (int round = 0; round < 60; round++) {
      Map<String, byte[]> parts = new HashMap<>();
      int count = random.nextInt(8);
      for (int i = 0; i < count; i++) {
        byte[] bytes = bytes(random);
        parts.put("part" + random.nextInt(12) + "/x" + i, Arrays.copyOf(bytes, 50));
      }
      ArtifactKind kind = kinds.get(random.nextInt(kinds.size()));
      Artifact artifact = artifacts.put(kind, parts);
      Artifact found = artifacts.find(artifact.digest());
      assertEquals(artifact, found);
      assertEquals(kind, found.kind());
      assertEquals(parts.size(), found.parts().size());
      parts.forEach((name, bytes) -> assertArrayEquals(bytes, artifacts.read(found, name)));
      artifacts.verify(found);
    }
  }
}
