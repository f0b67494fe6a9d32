package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Settings;
import dev.moat.store.BlobStore;
import dev.moat.store.Database;
import dev.moat.store.FileBlobStore;
import dev.moat.store.FileKeyService;
import dev.moat.store.SqliteDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResponseStoreTest {
  private static final Duration AGE = Duration.ofDays(30);

  @TempDir Path home;
  private Instant now = Instant.parse("2026-11-29T10:00:00Z");
  private Database database;
  private BlobStore blobs;
  private ResponseStore store;

  @BeforeEach
  void start() {
    database = SqliteDatabase.open(home.resolve("moat.db"), ResponseStore.migrations());
    blobs =
        new FileBlobStore(
            home.resolve("responses"), FileKeyService.openOrCreate(home.resolve("key")));
    store = store(3);
  }

  private ResponseStore store(int perTenantMax) {
    return new ResponseStore(
        database, blobs, () -> now, new ResponseStore.Limits(true, AGE, perTenantMax));
  }

  @AfterEach
  void stop() {
    database.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void save(String tenant, String id) {
    store.save(tenant, id, bytes("text of " + id));
    now = now.plusMillis(1);
  }

  private boolean kept(String tenant, String id) {
    return store.find(tenant, id).isPresent();
  }

  private long files() throws IOException {
    try (Stream<Path> files = Files.walk(home.resolve("responses"))) {
      return files.filter(Files::isRegularFile).count();
    }
  }

  @Test
  void findsWhatWasKept() {
    save("a", "r1");
    assertArrayEquals(bytes("text of r1"), store.find("a", "r1").orElseThrow());
  }

  @Test
  void anotherTenantFindsAndRemovesNothing() {
    save("a", "r1");
    assertFalse(kept("b", "r1"));
    assertFalse(store.delete("b", "r1"));
    assertFalse(kept("", "r1"));
    assertFalse(kept("a", "r2"));
    assertTrue(kept("a", "r1"));
  }

  @Test
  void removesForGood() throws IOException {
    save("a", "r1");
    assertEquals(1, files());
    assertTrue(store.delete("a", "r1"));
    assertEquals(0, files());
    assertFalse(kept("a", "r1"));
    assertFalse(store.delete("a", "r1"));
  }

  @Test
  void keepsNoPlainText() throws IOException {
    store.save("a", "r1", bytes("a most secret sentence"));
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        assertFalse(content.contains("most secret"), file.toString());
      }
    }
  }

  @Test
  void forgetsWhatIsTooOld() throws IOException {
    save("a", "r1");
    now = now.plus(AGE).minusMillis(1);
    assertTrue(kept("a", "r1"), "to the last moment");
    now = now.plusMillis(1);
    assertFalse(kept("a", "r1"));
    assertFalse(store.delete("a", "r1"), "what is too old is not there");
    save("b", "r2");
    assertEquals(1, files(), "the next that is kept sweeps");
  }

  @Test
  void sweepsWhenItStarts() throws IOException {
    save("a", "r1");
    now = now.plus(AGE).plusMillis(1);
    store(3);
    assertEquals(0, files());
  }

  @Test
  void keepsTheNewestOfEachTenant() throws IOException {
    for (String id : List.of("r1", "r2", "r3", "r4")) {
      save("a", id);
    }
    save("b", "r5");
    assertFalse(kept("a", "r1"));
    for (String id : List.of("r2", "r3", "r4")) {
      assertTrue(kept("a", id), id);
    }
    assertTrue(kept("b", "r5"));
    assertEquals(4, files());
  }

  @Test
  void aRowWithoutItsBlobIsNotThere() {
    save("a", "r1");
    blobs.delete(Digest.of("text of r1"));
    assertFalse(kept("a", "r1"));
    assertTrue(store.delete("a", "r1"), "and can be removed");
  }

  @Test
  void keepsAnIdOnce() {
    save("a", "r1");
    assertThrows(RuntimeException.class, () -> store.save("b", "r1", bytes("other")));
    assertArrayEquals(bytes("text of r1"), store.find("a", "r1").orElseThrow());
  }

  @Test
  void boundsOneConversation() {
    byte[] most = new byte[ResponseStore.BYTES_MAX];
    store.save("a", "r1", most);
    assertEquals(most.length, store.find("a", "r1").orElseThrow().length);
    Failure failure =
        assertThrows(
            Failure.class, () -> store.save("a", "r2", new byte[ResponseStore.BYTES_MAX + 1]));
    assertTrue(failure.getMessage().contains("store false"), failure.getMessage());
  }

  @Test
  void isOffUnlessItIsSet() {
    ResponseStore.Limits standard =
        ResponseStore.Limits.read(Settings.standard().section("gateway"));
    assertFalse(standard.on());
    assertEquals(Duration.ofDays(30), standard.age());
    assertEquals(10_000, standard.perTenantMax());
    ResponseStore.Limits on =
        ResponseStore.Limits.read(
            Settings.standard()
                .with("gateway", "responses-store", "true")
                .with("gateway", "responses-days", "7")
                .section("gateway"));
    assertTrue(on.on());
    assertEquals(Duration.ofDays(7), on.age());
  }
}
