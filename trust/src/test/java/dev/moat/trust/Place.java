package dev.moat.trust;

import dev.moat.store.FileBlobStore;
import dev.moat.store.FileKeyService;
import dev.moat.store.SqliteDatabase;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** A home of its own for one test: keys, clock, and whatever the test opens there. */
final class Place {
  static final Instant START = Instant.parse("2026-11-21T03:00:00Z");

  final Path root;
  final FileKeyService keys;
  final SigningKey signingKey;
  final AtomicReference<Instant> now = new AtomicReference<>(START);

  Place(Path root) {
    this.root = root;
    this.keys = FileKeyService.openOrCreate(root.resolve("master.key"));
    this.signingKey = SigningKey.openOrCreate(root.resolve("signing.key"), keys);
  }

  InstantSource clock() {
    return now::get;
  }

  Path ledgerFolder() {
    return root.resolve("ledger");
  }

  Ledger ledger() {
    return Ledger.open(ledgerFolder(), signingKey, clock());
  }

  FileBlobStore blobs() {
    return new FileBlobStore(root.resolve("blobs"), keys);
  }

  SqliteDatabase database() {
    return SqliteDatabase.open(root.resolve("moat.db"), TrustSchema.migrations());
  }
}
