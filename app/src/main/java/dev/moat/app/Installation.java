package dev.moat.app;

import dev.moat.core.Failure;
import dev.moat.core.Ids;
import dev.moat.core.Settings;
import dev.moat.data.DataSteps;
import dev.moat.flow.Flow;
import dev.moat.flow.Journal;
import dev.moat.registry.Admission;
import dev.moat.registry.Registry;
import dev.moat.serve.PseudonymVault;
import dev.moat.serve.Quotas;
import dev.moat.serve.ResponseStore;
import dev.moat.store.Artifacts;
import dev.moat.store.BlobStore;
import dev.moat.store.Database;
import dev.moat.store.FileBlobStore;
import dev.moat.store.FileKeyService;
import dev.moat.store.HomeLock;
import dev.moat.store.KeyService;
import dev.moat.store.Migration;
import dev.moat.store.SqliteDatabase;
import dev.moat.trust.ApiKeys;
import dev.moat.trust.Ledger;
import dev.moat.trust.SigningKey;
import dev.moat.trust.Statements;
import dev.moat.trust.TrustSchema;
import dev.moat.trust.Users;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Everything that lives under one home folder, opened once and wired by hand. Reading it top to
 * bottom is reading the architecture.
 */
final class Installation implements AutoCloseable {
  private final Path home;
  private final HomeLock lock;
  final InstantSource clock = InstantSource.system();
  final SecureRandom random = new SecureRandom();
  final Ids ids = new Ids(clock, random);
  final AppSettings settings;
  private final Settings source;
  final KeyService keys;
  final Database database;
  final Ledger ledger;
  final SigningKey signer;
  final BlobStore blobs;
  final Artifacts artifacts;
  final Statements statements;
  final Users users;
  final ApiKeys apiKeys;
  final Journal journal;
  final Registry registry;
  final Admission admission;
  final Quotas quotas;
  final PseudonymVault pseudonyms;
  final Flow flow;

  private Installation(Path home, Settings source) {
    this.home = home;
    this.source = source;
    this.settings = AppSettings.read(source);
    this.lock = HomeLock.acquire(home);
    this.keys = FileKeyService.openOrCreate(home.resolve("keys/master.key"));
    this.signer = SigningKey.openOrCreate(home.resolve("keys/signing.key"), keys);
    this.database = SqliteDatabase.open(home.resolve("moat.db"), migrations());
    this.blobs = new FileBlobStore(home.resolve("blobs"), keys);
    this.artifacts = new Artifacts(blobs);
    this.ledger = Ledger.open(home.resolve("ledger"), signer, clock);
    this.statements = new Statements(blobs, database, ledger, signer);
    this.users = new Users(database, ledger, clock, random);
    this.apiKeys = new ApiKeys(database, ledger, keys, clock, random);
    this.journal = new Journal(database);
    this.admission = new Admission(artifacts, statements);
    this.registry = new Registry(database, ledger, admission);
    this.quotas = Quotas.open(settings.limits(), database, clock);
    this.pseudonyms = new PseudonymVault(database, keys, clock, settings.pseudonyms());
    this.flow =
        new Flow(
            new Flow.Place(
                artifacts,
                statements,
                journal,
                home.resolve("scratch"),
                settings.flow().parallel()),
            Steps.all(keys, database, clock, registry, settings.engine().threadsInForce()),
            clock,
            ids);
  }

  /** Opens a home for work, taking its lock; makes it if it is not there. */
  static Installation open(Path home, Settings settings) {
    return new Installation(home, settings);
  }

  /** The settings of a home: its {@code moat.yaml} if there is one. */
  static Settings settings(Path home, Map<String, String> environment) {
    return Settings.parse(document(home), file(home).toString(), environment);
  }

  /** The settings as {@code moat.yaml} has them now, under the options of this start. */
  Settings reread() {
    return source.reread(document(home));
  }

  private static Path file(Path home) {
    return home.resolve("moat.yaml");
  }

  private static byte[] document(Path home) {
    Path file = file(home);
    try {
      return Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    } catch (IOException e) {
      throw Failure.broken(file + ": cannot be read (" + e.getMessage() + "); correct it", e);
    }
  }

  static List<Migration> migrations() {
    List<Migration> all = new ArrayList<>();
    all.addAll(TrustSchema.migrations());
    all.addAll(Flow.migrations());
    all.addAll(DataSteps.migrations());
    all.addAll(Registry.migrations());
    all.addAll(Quotas.migrations());
    all.addAll(ResponseStore.migrations());
    all.addAll(PseudonymVault.migrations());
    return all;
  }

  Path home() {
    return home;
  }

  @Override
  public void close() {
    quotas.close();
    ledger.close();
    database.close();
    lock.close();
  }
}
