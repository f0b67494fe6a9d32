package dev.moat.serve;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.moat.core.Digest;
import dev.moat.core.Json;
import dev.moat.trust.ApiKey;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * The stage that gives an answer again where the same caller asks the same of the same release
 * under the same policy; off unless a route switches it on, and in memory only.
 *
 * <p>All of that is in the key, so that no answer can reach another tenant, or outlive the policy
 * or the release that it was made under: an entry that must not be found has another name. The
 * question is taken as the model would read it, after the guard and with the prompt of the release,
 * but for how the caller wants the answer sent. An answer given again passes the output guard like
 * a new one. Where values have names, nothing is kept: the answer is theirs who know the values.
 */
final class AnswerCache implements Stage {
  /** The header that says whether an answer was given again. */
  static final String HEADER = "x-moat-cache";

  /** The cache of one model, and the settings it was made by. */
  private record Slot(RoutePolicy.Caching caching, Cache<Digest, CachedAnswer> answers) {}

  private final WorkPool pool;
  private final Map<String, Slot> slots = new ConcurrentHashMap<>();

  AnswerCache(WorkPool pool) {
    this.pool = pool;
  }

  @Override
  public void enter(Exchange exchange) {
    Served served = exchange.served();
    RoutePolicy.Caching caching = served.policy().caching();
    if (!caching.on()
        || exchange.input().findings().blocked()
        || exchange.pseudonyms().filter(Pseudonyms::used).isPresent()
        || !isWanted(exchange, caching)) {
      exchange.proceed();
      return;
    }
    ApiKey key = exchange.key();
    ModelCall call = exchange.call();
    pool.compute(
        exchange.request().body().length,
        exchange.http(),
        () -> name(key, served, call),
        name -> {
          exchange.cacheUse(look(slot(served.name(), caching).answers(), name));
          exchange.proceed();
        });
  }

  /** The name of the answer to this question: whatever may change the answer is in it. */
  static Digest name(ApiKey key, Served served, ModelCall call) {
    ObjectNode question = (ObjectNode) Json.parse(call.forwarded(served.name()), "question");
    question.remove("stream");
    question.remove("stream_options");
    return new Digest.Hasher()
        .field(key.tenant())
        .field(served.policy().named().digest().hex())
        .field(served.release().hex())
        .field(call.endpoint().path())
        .field(new String(Json.canonical(question), StandardCharsets.UTF_8))
        .digest();
  }

  private static CacheUse look(Cache<Digest, CachedAnswer> answers, Digest name) {
    CachedAnswer found = answers.getIfPresent(name);
    return found == null
        ? new CacheUse.Miss(answer -> answers.put(name, answer))
        : new CacheUse.Hit(found);
  }

  private Slot slot(String model, RoutePolicy.Caching caching) {
    Slot slot = slots.get(model);
    if (slot == null || !slot.caching().equals(caching)) {
      slot = new Slot(caching, cache(caching));
      slots.put(model, slot);
    }
    return slot;
  }

  /** One bound serves for both: an entry weighs at least its part of all the bytes. */
  private Cache<Digest, CachedAnswer> cache(RoutePolicy.Caching caching) {
    long least = Math.ceilDiv(caching.bytesMax(), caching.entriesMax());
    return Caffeine.newBuilder()
        .maximumWeight(caching.bytesMax())
        .weigher(
            (Digest _, CachedAnswer answer) ->
                Math.toIntExact(Math.min(Integer.MAX_VALUE, Math.max(least, answer.bytes()))))
        .expireAfterWrite(caching.life())
        .executor(Runnable::run)
        .build();
  }

  private static boolean isWanted(Exchange exchange, RoutePolicy.Caching caching) {
    Sampling sampling = exchange.call().sampling();
    boolean determined = sampling.seed().isPresent() || (sampling.temperature().orElse(1) == 0);
    return (determined || caching.sampled())
        && exchange.http().request().headers().all("cache-control").stream()
            .noneMatch(value -> value.toLowerCase(Locale.ROOT).contains("no-store"));
  }
}
