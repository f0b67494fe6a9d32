package dev.moat.trust;

import dev.moat.core.Network;
import dev.moat.store.Database;
import dev.moat.store.Row;
import dev.moat.store.Transaction;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The rows of the API keys.
 *
 * <p>The ledger says how a key ends before its row does. So that a crash in between does not make a
 * key live on, the row first takes a note of how long the ledger was: {@link #recover} then need
 * read only what came after it.
 */
final class KeyRows {
  static final String REVOKED = "key-revoked";
  static final String ROTATED = "key-rotated";

  private static final String INSERT =
      """
      insert into trust_key (id, name, prefix, hash, user_id, user_name, role, organisation,
        project, models, endpoints, tools, networks, created, expires)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;

  private final Database database;

  KeyRows(Database database) {
    this.database = database;
  }

  List<KeyEntry> all() {
    return database.query("select * from trust_key", KeyRows::entry);
  }

  void insert(KeyEntry entry) {
    database.execute(INSERT, columns(entry));
  }

  /** Takes a note that the ledger, now of that size, is about to say that the key is revoked. */
  void noteRevocation(String id, long ledgerSize) {
    database.execute(
        "update trust_key set revoking = ? where id = ? and revoking is null", ledgerSize, id);
  }

  void setRevoked(String id, Instant time) {
    database.execute("update trust_key set revoked = ? where id = ? and revoked is null", time, id);
  }

  /** Takes a note that the ledger, now of that size, is about to say that the key is replaced. */
  void noteRotation(String id, long ledgerSize) {
    database.execute(
        "update trust_key set rotating = ? where id = ? and rotating is null", ledgerSize, id);
  }

  /** Lets the old key end when it says, and the new one begin. */
  void replace(ApiKey retired, KeyEntry successor) {
    database.transaction(
        on -> {
          on.execute(
              "update trust_key set retires = ?, rotating = null where id = ?",
              retired.life().retires(),
              retired.id());
          return on.execute(INSERT, columns(successor));
        });
  }

  /** Ends the keys whose end got into the ledger but, before a crash, not into their row. */
  void recover(Ledger ledger) {
    recoverRevocations(ledger);
    recoverRotations(ledger);
  }

  private void recoverRevocations(Ledger ledger) {
    Map<String, Long> begun =
        notes(
            "select id, revoking as since from trust_key"
                + " where revoking is not null and revoked is null");
    if (begun.isEmpty()) {
      return;
    }
    for (LedgerEvent event : since(begun, ledger, REVOKED)) {
      String id = event.body().path("id").stringValue("");
      if (begun.containsKey(id)) {
        setRevoked(id, event.time());
      }
    }
    database.execute("update trust_key set revoking = null where revoked is null");
  }

  private void recoverRotations(Ledger ledger) {
    Map<String, Long> begun =
        notes("select id, rotating as since from trust_key where rotating is not null");
    if (begun.isEmpty()) {
      return;
    }
    for (LedgerEvent event : since(begun, ledger, ROTATED)) {
      String id = event.body().path("replaces").stringValue("");
      if (begun.containsKey(id)) {
        Instant retires = Instant.parse(event.body().path("retires").stringValue());
        database.transaction(on -> setRetires(on, id, retires));
      }
    }
    database.execute("update trust_key set rotating = null where rotating is not null");
  }

  /** Which keys were about to end, each with the size of the ledger then. */
  private Map<String, Long> notes(String sql) {
    return database.query(sql, row -> Map.entry(row.text("id"), row.number("since"))).stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static List<LedgerEvent> since(Map<String, Long> begun, Ledger ledger, String type) {
    return ledger.indexesOf(type, Collections.min(begun.values())).stream()
        .map(ledger::event)
        .toList();
  }

  private static int setRetires(Transaction on, String id, Instant time) {
    return on.execute(
        "update trust_key set retires = ? where id = ? and (retires is null or retires > ?)",
        time,
        id,
        time);
  }

  private static Object[] columns(KeyEntry entry) {
    ApiKey key = entry.key();
    return new Object[] {
      key.id(),
      key.name(),
      key.prefix(),
      entry.hash(),
      key.principal().id(),
      key.principal().name(),
      key.principal().role(),
      key.project().organisation(),
      key.project().name(),
      lines(key.scope().models()),
      lines(key.scope().endpoints()),
      lines(key.scope().tools()),
      lines(key.scope().networkTexts()),
      key.life().created(),
      key.scope().expires()
    };
  }

  private static KeyEntry entry(Row row) {
    Scope scope =
        new Scope(
            names(row.text("models")),
            names(row.text("endpoints")),
            names(row.text("tools")),
            names(row.text("networks")).stream().map(Network::parse).collect(Collectors.toSet()),
            time(row.optionalNumber("expires")));
    ApiKey key =
        new ApiKey(
            row.text("id"),
            row.text("name"),
            row.text("prefix"),
            new Principal(
                row.text("user_id"), row.text("user_name"), Role.valueOf(row.text("role"))),
            new Project(row.text("organisation"), row.text("project")),
            scope,
            new ApiKey.Life(
                Instant.ofEpochMilli(row.number("created")),
                time(row.optionalNumber("retires")),
                time(row.optionalNumber("revoked"))));
    return new KeyEntry(key, row.bytes("hash"));
  }

  private static String lines(Set<String> names) {
    return String.join("\n", new TreeSet<>(names));
  }

  private static Set<String> names(String lines) {
    return lines.isEmpty() ? Set.of() : Set.copyOf(Arrays.asList(lines.split("\n")));
  }

  private static Optional<Instant> time(OptionalLong millis) {
    return millis.isPresent()
        ? Optional.of(Instant.ofEpochMilli(millis.getAsLong()))
        : Optional.empty();
  }
}
