package dev.moat.registry;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.core.Text;
import dev.moat.store.Database;
import dev.moat.store.Migration;
import dev.moat.store.Row;
import dev.moat.trust.Ledger;
import dev.moat.trust.LedgerEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Which release is in force under each name, and which were before.
 *
 * <p>Every decision is an event in the ledger before it takes effect. The table is a view of those
 * events, ordered by ledger index: the last event of a name says what is in force, and {@link
 * #rebuild} makes the table anew from the ledger alone.
 */
public final class Registry {
  private static final String PROMOTION = "promotion";
  private static final String ROLLBACK = "rollback";

  private final Database database;
  private final Ledger ledger;
  private final Admission admission;

  /** The registry kept in {@code database}; decisions are taken by {@code admission}. */
  public Registry(Database database, Ledger ledger, Admission admission) {
    this.database = database;
    this.ledger = ledger;
    this.admission = admission;
  }

  /** The tables of this room. */
  public static List<Migration> migrations() {
    return List.of(
        new Migration(
            "registry",
            1,
            """
            create table registry_event (
              ledger_index integer primary key,
              kind text not null,
              name text not null,
              release_digest text not null,
              actor text not null,
              made_millis integer not null
            ) strict;
            create index registry_event_name on registry_event (name, ledger_index);
            """));
  }

  /**
   * Puts a release in force under its name, if its whole chain of proof holds. Promoting what is in
   * force already changes nothing.
   */
  public Version promote(String name, Digest release, String actor) {
    Release admitted = admission.require(release);
    if (!admitted.name().equals(name)) {
      throw new Failure(
          new Problem.Invalid(
              "promotion of "
                  + release.brief()
                  + ": the release is named \""
                  + admitted.name()
                  + "\", not \""
                  + Text.shortened(name, 80)
                  + "\"; promote it under its own name",
              "name"));
    }
    if (!current(name).equals(Optional.of(release))) {
      decide(PROMOTION, name, release, actor);
    }
    return inForce(name);
  }

  /** Puts the release before the current one in force again, if its chain of proof still holds. */
  public Version rollback(String name, String actor) {
    Digest previous = previous(name);
    admission.require(previous);
    decide(ROLLBACK, name, previous, actor);
    return inForce(name);
  }

  /** The release in force under a name. */
  public Optional<Digest> current(String name) {
    return last(name).map(Event::release);
  }

  /**
   * Whether the promotion of that release stands: it is in force, or somebody has gone back from it
   * on purpose, which no pipeline is to undo.
   */
  boolean stands(String name, Digest release) {
    return last(name)
        .filter(event -> event.release().equals(release) || event.kind().equals(ROLLBACK))
        .isPresent();
  }

  private Optional<Event> last(String name) {
    return database
        .first(
            """
            select * from registry_event where name = ? order by ledger_index desc limit 1
            """,
            Event::of,
            name)
        .map(this::proved);
  }

  /** The names that have a release in force, sorted. */
  public List<String> names() {
    return database.query(
        "select distinct name from registry_event order by name", row -> row.text("name"));
  }

  /** All promotions, by name and number. */
  public List<Version> versions() {
    List<Version> all = new ArrayList<>();
    for (String name : names()) {
      all.addAll(versions(name));
    }
    return List.copyOf(all);
  }

  /** The promotions under one name, the first first. */
  public List<Version> versions(String name) {
    Optional<Digest> current = current(name);
    List<Version> versions = new ArrayList<>();
    List<Event> promotions =
        database
            .query(
                """
                select * from registry_event where name = ? and kind = 'promotion'
                order by ledger_index
                """,
                Event::of,
                name)
            .stream()
            .map(this::proved)
            .toList();
    int inForce = lastOf(promotions, current);
    for (int i = 0; i < promotions.size(); i++) {
      versions.add(promotions.get(i).version(name, i + 1, i == inForce));
    }
    return List.copyOf(versions);
  }

  /** Makes the table anew from the ledger. */
  public void rebuild() {
    List<Event> events = new ArrayList<>();
    long size = ledger.size();
    for (long index = 0; index < size; index++) {
      LedgerEvent event = ledger.event(index);
      if (event.type().equals(PROMOTION) || event.type().equals(ROLLBACK)) {
        events.add(Event.of(index, event));
      }
    }
    database.transaction(
        transaction -> {
          transaction.execute("delete from registry_event");
          events.forEach(event -> transaction.execute(Event.INSERT, event.row()));
          return events.size();
        });
  }

  private void decide(String kind, String name, Digest release, String actor) {
    JsonNode body = Json.object().put("name", name).put("release", release.hex());
    long index = ledger.append(kind, actor, body);
    database.execute(Event.INSERT, Event.of(index, ledger.event(index)).row());
  }

  private Digest previous(String name) {
    List<Version> versions = versions(name);
    Optional<Version> current = versions.stream().filter(Version::current).findFirst();
    return current.stream()
        .flatMap(now -> versions.stream().limit(now.number() - 1L))
        .filter(version -> !version.release().equals(current.get().release()))
        .reduce((_, later) -> later)
        .map(Version::release)
        .orElseThrow(
            () ->
                new Failure(
                    new Problem.Missing(
                        "rollback of \""
                            + Text.shortened(name, 80)
                            + "\": no earlier release of that name; promote one",
                        name)));
  }

  private Version inForce(String name) {
    return versions(name).stream()
        .filter(Version::current)
        .findFirst()
        .orElseThrow(() -> Failure.invalid("release \"" + name + "\": none is in force"));
  }

  /** The row, which must say what the ledger says: whoever writes the table decides nothing. */
  private Event proved(Event row) {
    LedgerEvent event = ledger.event(row.index());
    if (!event.type().equals(row.kind()) || !Event.of(row.index(), event).decides(row)) {
      throw new Failure(
          new Problem.Tampered(
              "registry row of \""
                  + Text.shortened(row.name(), 80)
                  + "\": ledger entry "
                  + row.index()
                  + " does not say so; restore the database from a backup",
              row.name()));
    }
    return row;
  }

  private static int lastOf(List<Event> promotions, Optional<Digest> release) {
    int last = -1;
    for (int i = 0; i < promotions.size(); i++) {
      last = Optional.of(promotions.get(i).release()).equals(release) ? i : last;
    }
    return last;
  }

  /** One row of the table. */
  private record Event(
      long index, String kind, String name, Digest release, String actor, Instant time) {
    static final String INSERT =
        """
        insert into registry_event
          (ledger_index, kind, name, release_digest, actor, made_millis)
        values (?, ?, ?, ?, ?, ?)
        on conflict (ledger_index) do nothing
        """;

    static Event of(Row row) {
      return new Event(
          row.number("ledger_index"),
          row.text("kind"),
          row.text("name"),
          new Digest(row.text("release_digest")),
          row.text("actor"),
          Instant.ofEpochMilli(row.number("made_millis")));
    }

    static Event of(long index, LedgerEvent event) {
      return new Event(
          index,
          event.type(),
          event.body().path("name").asString(""),
          Digest.parse(event.body().path("release").asString("")),
          event.actor(),
          event.time());
    }

    /** Whether it is the same decision. */
    boolean decides(Event other) {
      return kind.equals(other.kind)
          && name.equals(other.name)
          && release.equals(other.release)
          && actor.equals(other.actor);
    }

    Object[] row() {
      return new Object[] {index, kind, name, release, actor, time};
    }

    Version version(String name, int number, boolean current) {
      return new Version(name, number, release, actor, time, index, current);
    }
  }
}
