import dev.moat.core.Json;
import dev.moat.store.FileKeyService;
import dev.moat.serve.Quotas;
import dev.moat.store.KeyService;
import dev.moat.store.Migration;
import dev.moat.store.SqliteDatabase;
import dev.moat.trust.ApiKeys;
import dev.moat.trust.Ledger;
import dev.moat.trust.Principal;
import dev.moat.trust.Project;
import dev.moat.trust.Role;
import dev.moat.trust.Scope;
import dev.moat.trust.SigningKey;
import dev.moat.trust.TrustSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

/** Real keys and a real ledger in a folder, with one live key issued. */
record Keyring(
    KeyService wrapping, SqliteDatabase database, Ledger ledger, ApiKeys keys, String key)
    implements AutoCloseable {

  static Keyring open(Path home) throws IOException {
    Files.createDirectories(home);
    InstantSource clock = InstantSource.system();
    KeyService wrapping = FileKeyService.openOrCreate(home.resolve("key"));
    SigningKey signing = SigningKey.openOrCreate(home.resolve("signing"), wrapping);
    SqliteDatabase database =
        SqliteDatabase.open(home.resolve("moat.db"), migrations());
    Ledger ledger = Ledger.open(home.resolve("ledger"), signing, clock);
    ApiKeys keys = new ApiKeys(database, ledger, wrapping, clock, new SecureRandom());
    String key =
        keys.issue(
                "bench",
                new Principal("u1", "bench", Role.CLIENT),
                Project.standard(),
                Scope.everything(),
                "bench")
            .secret()
            .reveal();
    return new Keyring(wrapping, database, ledger, keys, key);
  }

  private static List<Migration> migrations() {
    return Stream.concat(TrustSchema.migrations().stream(), Quotas.migrations().stream()).toList();
  }

  /** The line that tells the bench where the gateway listens and which key it takes. */
  String announcement(int port) {
    return Json.text(Json.object().put("port", port).put("key", key));
  }

  @Override
  public void close() {
    ledger.close();
    database.close();
  }
}
