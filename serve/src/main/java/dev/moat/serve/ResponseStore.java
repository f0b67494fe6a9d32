package dev.moat.serve;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.core.Settings;
import dev.moat.store.BlobStore;
import dev.moat.store.Database;
import dev.moat.store.Migration;
import dev.moat.store.Row;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * The answers of the Responses API that are kept for later: each an encrypted blob, which a row
 * gives to the tenant that alone may see it. Its methods block.
 *
 * <p>The row comes before the blob and goes after it: so no text is ever left that no row leads to.
 */
public final class ResponseStore {
  /** How large a kept conversation may be. */
  static final int BYTES_MAX = 64 << 20;

  /** How many kept answers go at once when they have to; the rest goes the next time. */
  private static final int SWEEP_MAX = 100;

  private final Database database;
  private final BlobStore blobs;
  private final InstantSource clock;
  private final Limits limits;

  /**
   * How much is kept.
   *
   * @param on whether anything is
   * @param age for how long
   * @param perTenantMax how many answers of one tenant; the oldest go first
   */
  public record Limits(boolean on, Duration age, int perTenantMax) {
    /** Reads the section {@code gateway}. */
    public static Limits read(Settings.Section section) {
      return new Limits(
          section.flag(
              "responses-store", false, "Whether answers of /v1/responses are kept for later."),
          Duration.ofDays(
              section.integer("responses-days", 30, 1, 3_650, "How many days they are kept.")),
          (int)
              section.integer(
                  "responses-max", 10_000, 1, 10_000_000, "How many are kept for each tenant."));
    }
  }

  private record Kept(String id, Digest blob) {
    static Kept of(Row row) {
      return new Kept(row.text("id"), Digest.parse(row.text("blob")));
    }
  }

  /** A store of rows in {@code database} and texts in {@code blobs}; what is too old goes. */
  public ResponseStore(Database database, BlobStore blobs, InstantSource clock, Limits limits) {
    this.database = database;
    this.blobs = blobs;
    this.clock = clock;
    this.limits = limits;
    sweepOld();
  }

  /** The tables of this room. */
  public static List<Migration> migrations() {
    return List.of(
        new Migration(
            "serve-responses",
            1,
            """
            create table serve_response (
              id text primary key,
              tenant text not null,
              created bigint not null,
              blob text not null);
            create index serve_response_tenant on serve_response (tenant, created);
            """));
  }

  /** Keeps a conversation; durable when it returns. */
  void save(String tenant, String id, byte[] conversation) {
    if (conversation.length > BYTES_MAX) {
      throw Failure.invalid(
          "response: its conversation has more than "
              + BYTES_MAX
              + " bytes; send store false, and the items yourself");
    }
    database.execute(
        "insert into serve_response (id, tenant, created, blob) values (?, ?, ?, ?)",
        id,
        tenant,
        clock.instant(),
        Digest.of(conversation));
    blobs.put(new ByteArrayInputStream(conversation));
    sweepOld();
    database
        .query(
            """
            select id, blob from serve_response where tenant = ?
            order by created desc, id desc limit ? offset ?
            """,
            Kept::of,
            tenant,
            SWEEP_MAX,
            limits.perTenantMax())
        .forEach(this::remove);
  }

  /** The conversation, if it is kept for that tenant. */
  Optional<byte[]> find(String tenant, String id) {
    return kept(tenant, id).flatMap(this::read);
  }

  /** Removes a conversation for good; false if there is none for that tenant. */
  boolean delete(String tenant, String id) {
    Optional<Kept> kept = kept(tenant, id);
    kept.ifPresent(this::remove);
    return kept.isPresent();
  }

  private Optional<Kept> kept(String tenant, String id) {
    return database.first(
        "select id, blob from serve_response where id = ? and tenant = ? and created >= ?",
        Kept::of,
        id,
        tenant,
        oldest());
  }

  private Optional<byte[]> read(Kept kept) {
    try {
      return Optional.of(blobs.read(kept.blob(), BYTES_MAX));
    } catch (Failure failure) {
      if (failure.problem() instanceof Problem.Missing) {
        return Optional.empty(); // being written, or being removed
      }
      throw failure;
    }
  }

  private void sweepOld() {
    database
        .query(
            "select id, blob from serve_response where created < ? order by created limit ?",
            Kept::of,
            oldest(),
            SWEEP_MAX)
        .forEach(this::remove);
  }

  private void remove(Kept kept) {
    blobs.delete(kept.blob());
    database.execute("delete from serve_response where id = ?", kept.id());
  }

  private Instant oldest() {
    return clock.instant().minus(limits.age());
  }
}
