package dev.moat.trust;

import dev.moat.core.Failure;
import dev.moat.core.Ids;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.core.Secret;
import dev.moat.core.Text;
import dev.moat.store.Database;
import dev.moat.store.KeyService;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
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

  /** How long a key may live on beside the one that replaces it. */
  public static final Duration OVERLAP_MAX = Duration.ofDays(30);

  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final int HASH_KEY_BYTES = 32;
  private static final int NAME_CHARACTERS_MAX = 128;

  /** So many that an event of the ledger has room for them. */
  private static final int SCOPE_CHARACTERS_MAX = 16_384;

  private final KeyRows rows;
  private final Ledger ledger;
  private final InstantSource clock;
  private final SecureRandom random;
  private final Ids ids;
  private final Mac emptyHash;
  private final Map<String, KeyEntry> byPrefix = new ConcurrentHashMap<>();
  private final Set<String> inRotation = ConcurrentHashMap.newKeySet();
  private final List<Consumer<ApiKey>> listeners = new CopyOnWriteArrayList<>();

  /** The keys in {@code database}; what is done to them is recorded in {@code ledger}. */
  public ApiKeys(
      Database database, Ledger ledger, KeyService keys, InstantSource clock, SecureRandom random) {
    this.rows = new KeyRows(database);
    this.ledger = ledger;
    this.clock = clock;
    this.random = random;
    this.ids = new Ids(clock, random);
    this.emptyHash = emptyHash(keys);
    rows.recover(ledger);
    rows.all().forEach(entry -> byPrefix.put(entry.key().prefix(), entry));
  }

  /**
   * Says who is told of each key that gets an end, or an earlier one, as soon as it has it: on the
   * thread that gives it, so the listener must be quick. That a time has come nobody is told.
   */
  public void onEnding(Consumer<ApiKey> listener) {
    listeners.add(listener);
  }

  /** Issues a key to {@code owner}; {@code actor} is who does it. */
  public IssuedKey issue(String name, Principal owner, Project project, Scope scope, String actor) {
    Instant now = now();
    requireForm(name, scope, now);
    requireRoom();
    KeyText text = KeyText.create(random);
    ApiKey key =
        new ApiKey(ids.next(), name, text.prefix(), owner, project, scope, ApiKey.Life.from(now));
    KeyEntry entry = new KeyEntry(key, hash(text));
    ledger.append("key-issued", actor, body(key));
    rows.insert(entry);
    byPrefix.put(key.prefix(), entry);
    return new IssuedKey(key, Secret.of(text.format()));
  }

  /**
   * Replaces a live key: a new one of the same owner, project and scope is issued, and the old one
   * ends after {@code overlap}, if it does not end earlier. One event in the ledger says both. From
   * then on the old key ends at that time whatever happens; if the new one is not returned, nobody
   * knows its text, and the old one can be rotated again.
   */
  public IssuedKey rotate(String id, Duration overlap, String actor) {
    if (overlap.isNegative() || overlap.compareTo(OVERLAP_MAX) > 0) {
      throw new Failure(
          new Problem.Invalid(
              "API key overlap: not 0 to " + OVERLAP_MAX.toHours() + " hours; correct it",
              "overlap"));
    }
    KeyEntry old = entry(id);
    if (!inRotation.add(id)) {
      throw new Failure(
          new Problem.Busy(named(id) + "is being rotated; list the keys and try again", RETRY));
    }
    try {
      return replace(old.key(), overlap, actor);
    } finally {
      inRotation.remove(id);
    }
  }

  private IssuedKey replace(ApiKey old, Duration overlap, String actor) {
    Instant now = now();
    if (!old.isLive(now)) {
      throw Failure.invalid(named(old.id()) + "has ended; create another");
    }
    requireRoom();
    KeyText text = KeyText.create(random);
    ApiKey next =
        new ApiKey(
            ids.next(),
            old.name(),
            text.prefix(),
            old.principal(),
            old.project(),
            old.scope(),
            ApiKey.Life.from(now));
    Instant retires = now.plus(overlap);
    // Noted first, so that after a crash only the events since then need to be searched for it.
    rows.noteRotation(old.id(), ledger.size());
    ledger.append(
        KeyRows.ROTATED,
        actor,
        body(next).put("replaces", old.id()).put("retires", retires.toString()));
    ApiKey retired = change(old, key -> key.retiredAt(retires));
    KeyEntry entry = new KeyEntry(next, hash(text));
    rows.replace(retired, entry);
    byPrefix.put(next.prefix(), entry);
    return new IssuedKey(next, Secret.of(text.format()));
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
    KeyEntry entry = byPrefix.get(parsed.get().prefix());
    boolean matches = MessageDigest.isEqual(hash, entry == null ? new byte[0] : entry.hash());
    return matches && entry != null && entry.key().isLive(clock.instant())
        ? Optional.of(entry.key())
        : Optional.empty();
  }

  /** All keys, the oldest first. */
  public List<ApiKey> list() {
    return byPrefix.values().stream()
        .map(KeyEntry::key)
        .sorted(
            Comparator.comparing((ApiKey key) -> key.life().created()).thenComparing(ApiKey::id))
        .toList();
  }

  /** The key of that id; fails with Missing. */
  public ApiKey byId(String id) {
    return entry(id).key();
  }

  /** Ends a key for good, from the moment this returns. */
  public void revoke(String id, String actor) {
    ApiKey key = byId(id);
    Instant now = now();
    if (key.life().revoked().isEmpty()) {
      rows.noteRevocation(id, ledger.size());
      ledger.append(KeyRows.REVOKED, actor, Json.object().put("id", id));
      var _ = change(key, live -> live.revokedAt(now));
    }
    rows.setRevoked(id, key.life().revoked().orElse(now));
  }

  /** Changes a key in memory, as the ledger says already, and tells of it. */
  private ApiKey change(ApiKey key, UnaryOperator<ApiKey> change) {
    KeyEntry changed =
        byPrefix.compute(
            key.prefix(),
            (_, entry) -> {
              if (entry == null) {
                throw new IllegalStateException("a key is never taken out");
              }
              return entry.with(change.apply(entry.key()));
            });
    listeners.forEach(listener -> listener.accept(changed.key()));
    return changed.key();
  }

  private KeyEntry entry(String id) {
    return byPrefix.values().stream()
        .filter(candidate -> candidate.key().id().equals(id))
        .findFirst()
        .orElseThrow(
            () -> new Failure(new Problem.Missing(named(id) + "not known; list them", id)));
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private void requireRoom() {
    if (byPrefix.size() >= KEYS_MAX) {
      throw Failure.invalid("API keys: there are " + KEYS_MAX + " already; use fewer");
    }
  }

  private static void requireForm(String name, Scope scope, Instant now) {
    if (name.isBlank() || name.length() > NAME_CHARACTERS_MAX) {
      throw Failure.invalid(
          "API key: its name has not 1 to " + NAME_CHARACTERS_MAX + " characters; choose another");
    }
    if (scope.characters() > SCOPE_CHARACTERS_MAX) {
      throw Failure.invalid(
          "API key \"" + name + "\": its scope has too many names; give fewer or shorter ones");
    }
    if (scope.expires().isPresent() && !scope.expires().get().isAfter(now)) {
      throw Failure.invalid("API key \"" + name + "\": its end is past; give a later time");
    }
  }

  private static ObjectNode body(ApiKey key) {
    ObjectNode body = Json.object();
    body.put("id", key.id()).put("name", key.name()).put("prefix", key.prefix());
    body.put("principal", key.principal().id()).put("project", key.project().toString());
    return body.setAll(key.scope().json());
  }

  /** Never added to, only copied: to make one anew takes longer than to use it. */
  private static Mac emptyHash(KeyService keys) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(keys.derive("api-key-hash", HASH_KEY_BYTES), "HmacSHA256"));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
    }
  }

  private byte[] hash(KeyText text) {
    try {
      Mac mac = (Mac) emptyHash.clone();
      return mac.doFinal(text.format().getBytes(StandardCharsets.US_ASCII));
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("every JDK can copy HMAC-SHA-256", e);
    }
  }

  private static String named(String id) {
    return "API key " + Text.shortened(id, 40) + ": ";
  }
}
