package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.core.Settings;
import dev.moat.store.Database;
import dev.moat.store.KeyService;
import dev.moat.store.Migration;
import dev.moat.store.Row;
import dev.moat.store.Transaction;
import dev.moat.trust.Project;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What pseudonyms stand for, kept for the tenant and the conversation in which they were made. Its
 * methods block.
 *
 * <p>Each conversation has a random key of its own, which the key service wraps for that tenant and
 * conversation; each value is sealed under it for its name. So a row that was moved or changed can
 * be read by nobody, and to delete the one row of the key is to delete all values of the
 * conversation, whatever copies of them there are. Nothing is held in memory: what was shredded is
 * gone for every node at once.
 */
public final class PseudonymVault {
  private static final Logger LOG = System.getLogger(PseudonymVault.class.getName());

  /** How many values of one conversation are read at once; of more, the oldest stay unread. */
  private static final int ROWS_MAX = 16_384;

  /** How many rows go at once when they are too old; the rest goes the next time. */
  private static final int SWEEP_MAX = 1_000;

  private final Database database;
  private final KeyService keys;
  private final InstantSource clock;
  private final Duration life;
  private final SecureRandom random = new SecureRandom();

  private record Kept(String name, String value, Instant expires) {
    static Optional<Kept> of(Row row, ConversationKey key) {
      String name = row.text("name");
      Instant expires = Instant.ofEpochMilli(row.number("expires"));
      return key.open(name, row.bytes("sealed")).map(value -> new Kept(name, value, expires));
    }
  }

  /** A vault in {@code database} whose values live that long after they were last needed. */
  public PseudonymVault(Database database, KeyService keys, InstantSource clock, Duration life) {
    this.database = database;
    this.keys = keys;
    this.clock = clock;
    this.life = life;
  }

  /** Reads of the section {@code pseudonyms} how long values are kept. */
  public static Duration life(Settings.Section section) {
    return Duration.ofHours(
        section.integer(
            "hours",
            24,
            1,
            8_760,
            "How many hours a value is kept for the pseudonym that stands for it."));
  }

  /** The tables of this room. */
  public static List<Migration> migrations() {
    return List.of(
        new Migration(
            "serve-pseudonyms",
            1,
            """
            create table serve_pseudonym_key (
              conversation text primary key,
              tenant text not null,
              wrapped blob not null,
              expires bigint not null);
            create index serve_pseudonym_key_tenant on serve_pseudonym_key (tenant);
            create index serve_pseudonym_key_expires on serve_pseudonym_key (expires);
            create table serve_pseudonym (
              conversation text not null,
              name text not null,
              sealed blob not null,
              expires bigint not null,
              primary key (conversation, name));
            create index serve_pseudonym_expires on serve_pseudonym (expires);
            """));
  }

  /** Begins the names of one question. */
  Pseudonyms open(Supplier<ConversationScope> scope) {
    return new Pseudonyms(scope, keys);
  }

  /**
   * Keeps what the names of a question stand for, durable when it returns. Gives what all names of
   * its conversation stand for; one whose row cannot be read, and is not made again, is not there.
   */
  Map<String, String> keep(Pseudonyms names) {
    Instant now = clock.instant();
    List<Kept> rows = read(names.scope(), now);
    Map<String, String> lacking = new HashMap<>(names.values());
    Map<String, String> known = new HashMap<>();
    for (Kept row : rows) {
      known.put(row.name(), row.value());
      if (!names.values().getOrDefault(row.name(), row.value()).equals(row.value())) {
        throw new Failure(
            new Problem.Broken("pseudonyms: a name stands for another value already"));
      }
      if (row.expires().isAfter(now.plus(life.dividedBy(2)))) {
        lacking.remove(row.name());
      }
    }
    if (!lacking.isEmpty()) {
      write(names.scope(), lacking, now);
    }
    known.putAll(names.values());
    return known;
  }

  /**
   * Makes all values of a project unreadable for good; says how many conversations they were of.
   */
  public int shred(Project project) {
    String tenants = project + "/"; // no part of a tenant has a slash, so no other begins so
    return shredWhere("substr(tenant, 1, ?) = ?", tenants.length(), tenants);
  }

  /** Makes all values of a tenant unreadable for good; says how many conversations they were of. */
  public int shred(String tenant) {
    return shredWhere("tenant = ?", tenant);
  }

  /** The same for the one conversation to which its caller gave that name. */
  public int shred(String tenant, String conversation) {
    return shred(ConversationScope.named(tenant, conversation));
  }

  /** The name in records of the conversation to which its caller gave that name. */
  public static String conversation(String tenant, String name) {
    return ConversationScope.named(tenant, name).id();
  }

  int shred(ConversationScope scope) {
    return shredWhere("conversation = ?", scope.id());
  }

  private int shredWhere(String which, Object... parameters) {
    return database.transaction(
        transaction -> {
          transaction.execute(
              "delete from serve_pseudonym where conversation in"
                  + " (select conversation from serve_pseudonym_key where "
                  + which
                  + ")",
              parameters);
          return transaction.execute("delete from serve_pseudonym_key where " + which, parameters);
        });
  }

  private List<Kept> read(ConversationScope scope, Instant now) {
    Optional<byte[]> wrapped =
        database.first(
            "select wrapped from serve_pseudonym_key where conversation = ? and expires > ?",
            row -> row.bytes("wrapped"),
            scope.id(),
            now);
    if (wrapped.isEmpty()) {
      return List.of();
    }
    ConversationKey key = key(scope, wrapped.get());
    List<Optional<Kept>> rows =
        database.query(
            """
            select name, sealed, expires from serve_pseudonym
            where conversation = ? and expires > ? order by expires desc, name limit ?
            """,
            row -> Kept.of(row, key),
            scope.id(),
            now,
            ROWS_MAX);
    List<Kept> readable = rows.stream().flatMap(Optional::stream).toList();
    if (readable.size() < rows.size()) {
      int changed = rows.size() - readable.size();
      LOG.log(Level.ERROR, "pseudonyms: " + changed + " rows were changed and stay unread");
    }
    return readable;
  }

  private void write(ConversationScope scope, Map<String, String> values, Instant now) {
    byte[] made = new byte[ConversationKey.BYTES];
    random.nextBytes(made);
    byte[] wrapped = keys.wrap(made, context(scope));
    Instant expires = now.plus(life);
    database.transaction(
        transaction -> {
          sweep(transaction, now);
          ConversationKey key = key(scope, keyRow(transaction, scope, wrapped, expires));
          values.forEach(
              (name, value) ->
                  transaction.execute(
                      """
                      insert into serve_pseudonym (conversation, name, sealed, expires)
                      values (?, ?, ?, ?) on conflict (conversation, name)
                      do update set sealed = excluded.sealed, expires = excluded.expires
                      """,
                      scope.id(),
                      name,
                      key.seal(name, value, random),
                      expires));
          return values.size();
        });
  }

  /** The wrapped key that is there, which lives on, or else {@code made}. */
  private static byte[] keyRow(
      Transaction transaction, ConversationScope scope, byte[] made, Instant expires) {
    transaction.execute(
        """
        insert into serve_pseudonym_key (conversation, tenant, wrapped, expires)
        values (?, ?, ?, ?) on conflict (conversation) do update set expires = excluded.expires
        """,
        scope.id(),
        scope.tenant(),
        made,
        expires);
    return transaction
        .first(
            "select wrapped from serve_pseudonym_key where conversation = ?",
            row -> row.bytes("wrapped"),
            scope.id())
        .orElse(made);
  }

  private static void sweep(Transaction transaction, Instant now) {
    transaction.execute(
        """
        delete from serve_pseudonym where (conversation, name) in
          (select conversation, name from serve_pseudonym
           where expires <= ? order by expires limit ?)
        """,
        now,
        SWEEP_MAX);
    transaction.execute(
        """
        delete from serve_pseudonym_key where conversation in
          (select conversation from serve_pseudonym_key
           where expires <= ? order by expires limit ?)
        """,
        now,
        SWEEP_MAX);
  }

  private ConversationKey key(ConversationScope scope, byte[] wrapped) {
    return new ConversationKey(scope.id(), keys.unwrap(wrapped, context(scope)));
  }

  private static byte[] context(ConversationScope scope) {
    return ("moat pseudonyms " + scope.id()).getBytes(StandardCharsets.US_ASCII);
  }
}
