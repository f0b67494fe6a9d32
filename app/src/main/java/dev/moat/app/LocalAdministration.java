package dev.moat.app;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.core.Secret;
import dev.moat.core.Text;
import dev.moat.flow.Journal;
import dev.moat.serve.PseudonymVault;
import dev.moat.trust.ApiKey;
import dev.moat.trust.IssuedKey;
import dev.moat.trust.Principal;
import dev.moat.trust.Project;
import dev.moat.trust.Role;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Acts on an open home. */
final class LocalAdministration implements Administration {
  private static final int PASSWORD_CHARACTERS = 24;
  private static final String PASSWORD_ALPHABET =
      "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789";

  private final Installation on;
  private final String actor;
  private final Supplier<JsonNode> backends;

  /** Acts in the name of {@code actor}. */
  LocalAdministration(Installation on, String actor) {
    this(on, actor, Json::array);
  }

  /** Acts in the name of {@code actor} where {@code backends} are called. */
  LocalAdministration(Installation on, String actor, Supplier<JsonNode> backends) {
    this.on = on;
    this.actor = actor;
    this.backends = backends;
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
    JsonNode states = backends.get();
    if (!states.isEmpty()) {
      out.set("backends", states);
    }
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
    Principal client =
        order
            .principal()
            .map(name -> Principal.client(order.project(), name))
            .orElseGet(() -> new Principal(on.ids.next(), order.name(), Role.CLIENT));
    return describe(
        on.apiKeys.issue(
            order.name(), client, order.project(), order.scopeFrom(on.clock.instant()), actor));
  }

  @Override
  public JsonNode rotateKey(String id, Duration overlap) {
    return describe(on.apiKeys.rotate(id, overlap, actor)).put("replaces", id);
  }

  @Override
  public JsonNode revokeKey(String id) {
    on.apiKeys.revoke(id, actor);
    return describe(on.apiKeys.byId(id));
  }

  @Override
  public JsonNode erasePseudonyms(Erasure erasure) {
    Optional<String> tenant = erasure.principal().map(named -> tenant(erasure.project(), named));
    ObjectNode recorded = Json.object().put("project", erasure.project().toString());
    tenant.ifPresent(whose -> recorded.put("tenant", whose));
    erasure
        .conversation()
        .ifPresent(
            name ->
                recorded.put(
                    "conversation", PseudonymVault.conversation(tenant.orElseThrow(), name)));
    on.ledger.append("pseudonyms-erased", actor, recorded);
    return recorded.put("conversations", erased(erasure, tenant));
  }

  private int erased(Erasure erasure, Optional<String> tenant) {
    if (tenant.isEmpty()) {
      return on.pseudonyms.shred(erasure.project());
    }
    return erasure
        .conversation()
        .map(name -> on.pseudonyms.shred(tenant.get(), name))
        .orElseGet(() -> on.pseudonyms.shred(tenant.get()));
  }

  /** The tenant that the one principal of that id, or else of that name, is in a project. */
  private String tenant(Project project, String principal) {
    List<ApiKey> keys =
        on.apiKeys.list().stream().filter(key -> key.project().equals(project)).toList();
    List<String> byId = tenants(keys, key -> key.principal().id().equals(principal));
    List<String> found =
        byId.isEmpty() ? tenants(keys, key -> key.principal().name().equals(principal)) : byId;
    if (found.size() != 1) {
      String why = found.isEmpty() ? "has no key there" : "is the name of several; give an id";
      throw new Failure(
          new Problem.Missing(
              "principal \"" + Text.shortened(principal, 60) + "\": " + why + "; list the keys",
              "principal"));
    }
    return found.getFirst();
  }

  private static List<String> tenants(List<ApiKey> keys, Predicate<ApiKey> which) {
    return keys.stream().filter(which).map(ApiKey::tenant).distinct().toList();
  }

  @Override
  public JsonNode limits() {
    return on.quotas.report();
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

  private static ObjectNode describe(IssuedKey issued) {
    return describe(issued.key()).put("secret", issued.secret().reveal());
  }

  private static ObjectNode describe(ApiKey key) {
    ObjectNode out =
        Json.object()
            .put("id", key.id())
            .put("name", key.name())
            .put("prefix", key.prefix())
            .put("owner", key.principal().name())
            .put("principal", key.principal().id())
            .put("project", key.project().toString())
            .put("created", key.life().created().toString());
    out.setAll(key.scope().json());
    key.life().retires().ifPresent(at -> out.put("retires", at.toString()));
    key.end().ifPresent(at -> out.put("ends", at.toString()));
    key.life().revoked().ifPresent(at -> out.put("revoked", at.toString()));
    return out;
  }
}
