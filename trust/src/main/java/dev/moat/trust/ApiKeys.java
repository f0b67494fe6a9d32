package dev.moat.trust;

import dev.moat.core.Failure;
import dev.moat.core.Ids;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.core.Secret;
import dev.moat.core.Text;
import dev.moat.store.Database;
import dev.moat.store.KeyService;
import dev.moat.store.Row;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.node.ObjectNode;

/**
 * The API keys. A key is kept as HMAC-SHA-256 of its text under a derived key, found by its prefix;
 * all are in memory, so that checking one takes no query and revoking one acts at once.
 */
public final class ApiKeys {
  /** How many keys there may be. */
  public static final int KEYS_MAX = 100_000;

  private static final String REVOKED = "key-revoked";
  private static final int HASH_KEY_BYTES = 32;
  private static final int MODELS_MAX = 256;
  private static final int MODEL_CHARACTERS_MAX = 256;
  private static final int NAME_CHARACTERS_MAX = 128;

  private final Database database;
  private final Ledger ledger;
  private final InstantSource clock;
  private final SecureRandom random;
  private final Ids ids;
  private final SecretKeySpec hashKey;
  private final Map<String, Entry> byPrefix = new ConcurrentHashMap<>();

  /** The keys in {@code database}; what is done to them is recorded in {@code ledger}. */
  public ApiKeys(
      Database database, Ledger ledger, KeyService keys, InstantSource clock, SecureRandom random) {
    this.database = database;
    this.ledger = ledger;
    this.clock = clock;
    this.random = random;
    this.ids = new Ids(clock, random);
    this.hashKey = new SecretKeySpec(keys.derive("api-key-hash", HASH_KEY_BYTES), "HmacSHA256");
    recover();
    database
        .query("select * from trust_key", ApiKeys::entry)
        .forEach(entry -> byPrefix.put(entry.key.prefix(), entry));
  }

  /** A key and the keyed hash of its text. */
  private static final class Entry {
    private final ApiKey key;
    private final byte[] hash;

    Entry(ApiKey key, byte[] hash) {
      this.key = key;
      this.hash = hash;
    }
  }

  /** Issues a key to {@code owner}; {@code actor} is who does it. */
  public IssuedKey issue(
      String name, Principal owner, Set<String> models, Optional<Instant> expires, String actor) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    Optional<Instant> end = expires.map(time -> time.truncatedTo(ChronoUnit.MILLIS));
    requireForm(name, models, end, now);
    KeyText text = KeyText.create(random);
    ApiKey key =
        new ApiKey(ids.next(), name, text.prefix(), owner, models, end, Optional.empty(), now);
    Entry entry = new Entry(key, hash(text));
    ledger.append("key-issued", actor, body(key));
    insert(entry);
    byPrefix.put(key.prefix(), entry);
    return new IssuedKey(key, Secret.of(text.format()));
  }

  /** The live key whose text this is; the text may come with {@code Bearer} before it. */
  public Optional<ApiKey> authenticate(String bearer) {
    String text =
        bearer.regionMatches(true, 0, "Bearer ", 0, 7) ? bearer.substring(7).strip() : bearer;
    Optional<KeyText> parsed = KeyText.parse(text);
    if (parsed.isEmpty()) {
      return Optional.empty();
    }
    byte[] hash = hash(parsed.get());
    Entry entry = byPrefix.get(parsed.get().prefix());
    boolean matches = MessageDigest.isEqual(hash, entry == null ? new byte[0] : entry.hash);
    return matches && entry != null && entry.key.isLive(clock.instant())
        ? Optional.of(entry.key)
        : Optional.empty();
  }

  /** All keys, the oldest first. */
  public List<ApiKey> list() {
    return byPrefix.values().stream()
        .map(entry -> entry.key)
        .sorted(Comparator.comparing(ApiKey::created).thenComparing(ApiKey::id))
        .toList();
  }

  /** Ends a key for good, from the moment this returns. */
  public void revoke(String id, String actor) {
    Entry entry =
        byPrefix.values().stream()
            .filter(candidate -> candidate.key.id().equals(id))
            .findFirst()
            .orElseThrow(() -> missing(id));
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    if (entry.key.revoked().isEmpty()) {
      // Noted first, so that after a crash only the events since then need to be searched for it.
      database.execute(
          "update trust_key set revoking = ? where id = ? and revoking is null", ledger.size(), id);
      ledger.append(REVOKED, actor, Json.object().put("id", id));
      byPrefix.put(entry.key.prefix(), new Entry(entry.key.revokedAt(now), entry.hash));
    }
    setRevoked(id, entry.key.revoked().orElse(now));
  }

  private void setRevoked(String id, Instant time) {
    database.execute("update trust_key set revoked = ? where id = ? and revoked is null", time, id);
  }

  /** Ends the keys whose revocation got into the ledger but, before a crash, not into their row. */
  private void recover() {
    Map<String, Long> begun =
        database
            .query(
                "select id, revoking from trust_key where revoking is not null and revoked is null",
                row -> Map.entry(row.text("id"), row.number("revoking")))
            .stream()
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    if (begun.isEmpty()) {
      return;
    }
    for (long index : ledger.indexesOf(REVOKED, Collections.min(begun.values()))) {
      LedgerEvent event = ledger.event(index);
      String id = event.body().path("id").stringValue("");
      if (begun.containsKey(id)) {
        setRevoked(id, event.time());
      }
    }
    database.execute("update trust_key set revoking = null where revoked is null");
  }

  private void requireForm(
      String name, Set<String> models, Optional<Instant> expires, Instant now) {
    if (name.isBlank() || name.length() > NAME_CHARACTERS_MAX) {
      throw Failure.invalid(
          "API key: its name has not 1 to " + NAME_CHARACTERS_MAX + " characters; choose another");
    }
    if (models.isEmpty()
        || models.size() > MODELS_MAX
        || !models.stream().allMatch(ApiKeys::isName)) {
      throw Failure.invalid(
          "API key \"" + name + "\": its models are none, too many or not names; name some, or *");
    }
    if (expires.isPresent() && !expires.get().isAfter(now)) {
      throw Failure.invalid("API key \"" + name + "\": its end is past; give a later time");
    }
    if (byPrefix.size() >= KEYS_MAX) {
      throw Failure.invalid("API keys: there are " + KEYS_MAX + " already; use fewer");
    }
  }

  private static boolean isName(String model) {
    return !model.isBlank()
        && model.length() <= MODEL_CHARACTERS_MAX
        && model.chars().noneMatch(Character::isISOControl);
  }

  private void insert(Entry entry) {
    ApiKey key = entry.key;
    database.execute(
        """
        insert into trust_key (id, name, prefix, hash, user_id, user_name, role, models, created,
          expires) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        key.id(),
        key.name(),
        key.prefix(),
        entry.hash,
        key.principal().id(),
        key.principal().name(),
        key.principal().role(),
        String.join("\n", new TreeSet<>(key.models())),
        key.created(),
        key.expires());
  }

  private static Entry entry(Row row) {
    Principal owner =
        new Principal(row.text("user_id"), row.text("user_name"), Role.valueOf(row.text("role")));
    ApiKey key =
        new ApiKey(
            row.text("id"),
            row.text("name"),
            row.text("prefix"),
            owner,
            Set.of(row.text("models").split("\n")),
            time(row.optionalNumber("expires")),
            time(row.optionalNumber("revoked")),
            Instant.ofEpochMilli(row.number("created")));
    return new Entry(key, row.bytes("hash"));
  }

  private static Optional<Instant> time(OptionalLong millis) {
    return millis.isPresent()
        ? Optional.of(Instant.ofEpochMilli(millis.getAsLong()))
        : Optional.empty();
  }

  private static ObjectNode body(ApiKey key) {
    ObjectNode body = Json.object();
    body.put("id", key.id()).put("name", key.name()).put("prefix", key.prefix());
    body.put("principal", key.principal().id());
    new TreeSet<>(key.models()).forEach(body.putArray("models")::add);
    key.expires().ifPresent(time -> body.put("expires", time.toString()));
    return body;
  }

  private byte[] hash(KeyText text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(hashKey);
      return mac.doFinal(text.format().getBytes(StandardCharsets.US_ASCII));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
    }
  }

  private static Failure missing(String id) {
    return new Failure(
        new Problem.Missing("API key " + Text.shortened(id, 40) + ": not known; list them", id));
  }
}
