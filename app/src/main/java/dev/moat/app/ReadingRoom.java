package dev.moat.app;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.engine.MiniLm;
import dev.moat.registry.Admission;
import dev.moat.registry.ReceiptVerifier;
import dev.moat.store.Artifacts;
import dev.moat.store.Database;
import dev.moat.store.FileBlobStore;
import dev.moat.store.FileKeyService;
import dev.moat.store.SqliteDatabase;
import dev.moat.trust.LedgerReader;
import dev.moat.trust.Statements;
import dev.moat.trust.VerifyKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A home opened for reading only, also beside the server that holds it: for proofs. */
final class ReadingRoom implements AutoCloseable {
  private final Database database;
  final ReceiptVerifier receipts;

  ReadingRoom(Path home) {
    Path publicKey = home.resolve("keys/signing.key.pub");
    if (!Files.isRegularFile(publicKey)) {
      throw new Failure(
          new Problem.Missing(
              home + ": no home with a ledger; start one with moat up, or name it with --home",
              "home"));
    }
    FileKeyService keys = FileKeyService.openOrCreate(home.resolve("keys/master.key"));
    FileBlobStore blobs = new FileBlobStore(home.resolve("blobs"), keys);
    VerifyKey key = VerifyKey.parse(read(publicKey).strip());
    this.database = SqliteDatabase.open(home.resolve("moat.db"), Installation.migrations());
    Path folder = home.resolve("ledger");
    LedgerReader ledger = LedgerReader.open(folder, key);
    Statements statements = Statements.reading(blobs, database, ledger, key);
    Admission admission = new Admission(new Artifacts(blobs), statements);
    this.receipts =
        new ReceiptVerifier(ledger, folder, key, admission, Map.of(MiniLm.digest(), MiniLm.NAME));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw Failure.broken(file + ": cannot be read (" + e.getMessage() + ")", e);
    }
  }

  @Override
  public void close() {
    database.close();
  }
}
