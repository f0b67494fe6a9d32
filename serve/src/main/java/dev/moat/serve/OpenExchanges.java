package dev.moat.serve;

import dev.moat.trust.ApiKey;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * The exchanges under way and the keys that they go by, so that a key that ends takes them with it.
 *
 * <p>What is guaranteed: once a key is revoked, no exchange of it goes on; each is told so on its
 * own event loop at once, its backend is cancelled, the caller gets {@code invalid_api_key}, as a
 * status or inside the stream, and the exchange is settled as any that fails. The same holds at the
 * latest {@link #PATIENCE} after a key has expired or made room for another. What was handed to the
 * connection before that is not taken back, and an answer that the model had finished is completed.
 *
 * <p>A key can be revoked between the moment it is found good and the moment its exchange is noted
 * here, where {@link #ending} would not see it. So endings are counted, and an exchange whose count
 * has moved is asked for its key again. A part of a stream costs nothing here.
 */
final class OpenExchanges implements AutoCloseable {
  /** How long a key that has expired may go on. */
  static final Duration PATIENCE = Duration.ofMillis(250);

  private static final Logger LOG = System.getLogger(OpenExchanges.class.getName());

  private final InstantSource clock;
  private final Map<Exchange, ApiKey> open = new ConcurrentHashMap<>();
  private final AtomicLong endings = new AtomicLong();
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("gateway-keys").factory());

  OpenExchanges(InstantSource clock) {
    this.clock = clock;
    long millis = PATIENCE.toMillis();
    var _ = watch.scheduleWithFixedDelay(this::sweep, millis, millis, TimeUnit.MILLISECONDS);
  }

  /** Notes the exchange under the key that {@code check} finds good; fails as that does. */
  ApiKey enter(Exchange exchange, Supplier<ApiKey> check) {
    long before = endings.get();
    ApiKey key = check.get();
    open.put(exchange, key);
    if (endings.get() == before) {
      return key;
    }
    ApiKey now = check.get();
    open.put(exchange, now);
    return now;
  }

  /** Forgets the exchange, which is over. */
  void leave(Exchange exchange) {
    open.remove(exchange);
  }

  /** Takes note that the key has got an end; cuts its exchanges if that is now. */
  void ending(ApiKey key) {
    endings.incrementAndGet();
    open.replaceAll((_, held) -> held.id().equals(key.id()) ? key : held);
    cutEnded();
  }

  @Override
  public void close() {
    watch.shutdownNow();
  }

  private void sweep() {
    try {
      cutEnded();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "keys that have expired are not looked for: " + e, e);
    }
  }

  private void cutEnded() {
    if (open.isEmpty()) {
      return;
    }
    Instant now = clock.instant();
    open.forEach(
        (exchange, key) -> {
          if (!key.isLive(now) && open.remove(exchange, key)) {
            exchange.http().execute(() -> exchange.refuse(Refusal.of(Authentication.ended())));
          }
        });
  }
}
