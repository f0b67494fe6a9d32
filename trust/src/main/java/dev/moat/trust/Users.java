package dev.moat.trust;

import dev.moat.core.Failure;
import dev.moat.core.Ids;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.core.Secret;
import dev.moat.core.Text;
import dev.moat.store.Database;
import dev.moat.store.Row;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** The people who may log in, each with a name, a role and a hashed password. */
public final class Users {
  private static final int NAME_CHARACTERS_MAX = 128;

  private final Database database;
  private final Ledger ledger;
  private final Ids ids;
  private final InstantSource clock;
  private final Passwords passwords;
  private final Throttle throttle;

  /** The users in {@code database}; their creation is recorded in {@code ledger}. */
  public Users(Database database, Ledger ledger, InstantSource clock, SecureRandom random) {
    this.database = database;
    this.ledger = ledger;
    this.ids = new Ids(clock, random);
    this.clock = clock;
    this.passwords = new Passwords(random);
    this.throttle = new Throttle(clock);
  }

  private record Stored(Principal principal, String password) {}

  /** Creates a user; {@code actor} is who does it. */
  public Principal create(String name, Role role, Secret password, String actor) {
    Principal user = new Principal(ids.next(), name, role);
    String hash = passwords.hash(password);
    if (find(name).isPresent()) {
      throw Failure.invalid(
          "user \"" + Text.shortened(name, 60) + "\": exists already; choose another name");
    }
    ObjectNode body = Json.object();
    body.put("id", user.id()).put("name", name).put("role", role.name());
    ledger.append("user-created", actor, body);
    database.execute(
        "insert into trust_user (id, name, role, password, created) values (?, ?, ?, ?, ?)",
        user.id(),
        name,
        role,
        hash,
        clock.instant());
    return user;
  }

  /**
   * The user of that name if the password is theirs. Takes the same time whether or not the name is
   * known; fails with Busy after too many failures.
   */
  public Optional<Principal> authenticate(String name, Secret password) {
    if (name.length() > NAME_CHARACTERS_MAX) {
      return Optional.empty();
    }
    throttle.attempt(name);
    Optional<Stored> stored = find(name);
    if (stored.isEmpty()) {
      passwords.waste(password);
      return Optional.empty();
    }
    if (!passwords.matches(password, stored.get().password())) {
      return Optional.empty();
    }
    throttle.succeeded(name);
    return Optional.of(stored.get().principal());
  }

  /** All users by name. */
  public List<Principal> list() {
    return database.query("select id, name, role from trust_user order by name", Users::principal);
  }

  /** The user of that id; fails with Missing. */
  public Principal byId(String id) {
    return database
        .first("select id, name, role from trust_user where id = ?", Users::principal, id)
        .orElseThrow(
            () ->
                new Failure(
                    new Problem.Missing(
                        "user " + Text.shortened(id, 40) + ": not known; list the users", id)));
  }

  private Optional<Stored> find(String name) {
    return database.first(
        "select id, name, role, password from trust_user where name = ?",
        row -> new Stored(principal(row), row.text("password")),
        name);
  }

  private static Principal principal(Row row) {
    return new Principal(row.text("id"), row.text("name"), Role.valueOf(row.text("role")));
  }
}
