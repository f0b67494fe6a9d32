package dev.moat.app;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.core.Secret;
import dev.moat.flow.Journal;
import dev.moat.trust.ApiKey;
import dev.moat.trust.IssuedKey;
import dev.moat.trust.Principal;
import dev.moat.trust.Role;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Acts on an open home. */
final class LocalAdministration implements Administration {
  private static final int PASSWORD_CHARACTERS = 24;
  private static final String PASSWORD_ALPHABET =
      "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789";

  private final Installation on;
  private final String actor;

  /** Acts in the name of {@code actor}. */
  LocalAdministration(Installation on, String actor) {
    this.on = on;
    this.actor = actor;
  }

  @Override
  public JsonNode status() {
    ObjectNode out = Json.object().put("home", on.home().toString());
    out.put("ledgerEvents", on.ledger.size());
    on.registry
        .versions()
        .forEach(
            version ->
                out.withArray("releases")
                    .addObject()
                    .put("name", version.name())
                    .put("release", version.release().hex())
                    .put("current", version.current()));
    List<Journal.Entry> runs = on.journal.runs(1);
    if (!runs.isEmpty()) {
      run(out.putObject("lastRun"), runs.getFirst());
    }
    return out;
  }

  private void run(ObjectNode out, Journal.Entry entry) {
    out.put("id", entry.id())
        .put("pipeline", entry.pipeline())
        .put("started", entry.started().toString())
        .put("outcome", entry.outcome());
    on.journal
        .steps(entry.id())
        .forEach(
            step ->
                out.withArray("steps")
                    .addObject()
                    .put("step", step.step())
                    .put("state", step.state())
                    .put("artifact", step.artifact())
                    .put("note", step.text()));
  }

  @Override
  public JsonNode keys() {
    ObjectNode out = Json.object();
    out.putArray("keys");
    on.apiKeys.list().forEach(key -> out.withArray("keys").add(describe(key)));
    return out;
  }

  @Override
  public JsonNode createKey(KeyOrder order) {
    Principal client = new Principal(on.ids.next(), order.name(), Role.CLIENT);
    IssuedKey issued =
        on.apiKeys.issue(
            order.name(),
            client,
            order.models(),
            order.lifetime().map(time -> on.clock.instant().plus(time)),
            actor);
    return describe(issued.key()).put("secret", issued.secret().reveal());
  }

  @Override
  public JsonNode revokeKey(String id) {
    on.apiKeys.revoke(id, actor);
    return find(id).map(LocalAdministration::describe).orElseThrow(() -> missing(id));
  }

  @Override
  public JsonNode users() {
    ObjectNode out = Json.object();
    out.putArray("users");
    on.users.list().forEach(user -> out.withArray("users").add(describe(user)));
    return out;
  }

  @Override
  public JsonNode createUser(String name, String role) {
    Secret password = password();
    return describe(on.users.create(name, role(role), password, actor))
        .put("password", password.reveal());
  }

  private Secret password() {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < PASSWORD_CHARACTERS; i++) {
      out.append(PASSWORD_ALPHABET.charAt(on.random.nextInt(PASSWORD_ALPHABET.length())));
    }
    return Secret.of(out.toString());
  }

  private Optional<ApiKey> find(String id) {
    return on.apiKeys.list().stream().filter(key -> key.id().equals(id)).findFirst();
  }

  private static Failure missing(String id) {
    return new Failure(new Problem.Missing("key " + id + ": there is none; see moat key list", id));
  }

  private static Role role(String name) {
    for (Role role : Role.values()) {
      if (role.name().equals(name)) {
        return role;
      }
    }
    throw new Failure(
        new Problem.Invalid(
            "role \"" + name + "\": no such role; use admin, engineer or client", "role"));
  }

  private static ObjectNode describe(Principal user) {
    return Json.object()
        .put("id", user.id())
        .put("name", user.name())
        .put("role", user.role().name());
  }

  private static ObjectNode describe(ApiKey key) {
    ObjectNode out =
        Json.object()
            .put("id", key.id())
            .put("name", key.name())
            .put("prefix", key.prefix())
            .put("owner", key.principal().name())
            .put("created", key.created().toString());
    key.models().stream().sorted().forEach(out.putArray("models")::add);
    key.expires().ifPresent(at -> out.put("expires", at.toString()));
    key.revoked().ifPresent(at -> out.put("revoked", at.toString()));
    return out;
  }
}
