package dev.moat.serve;

/**
 * Counts what was used at a rate, for one thread at a time: a bucket that leaks (the token bucket
 * upside down). What is taken fills it, and a minute's worth runs out in a minute; what would make
 * it overflow does not fit yet. All is whole numbers, so that the time until something fits is
 * exact to the millisecond. The rate comes with each call, so that it may change at any time.
 */
final class RateMeter {
  private static final long MINUTE_MILLIS = 60_000;

  /** What is in it, in sixty-thousandths: in a millisecond as many run out as in a minute ones. */
  private long used;

  private long atMillis;

  /** How many of {@code perMinute} are free. */
  long free(long perMinute, long nowMillis) {
    leak(perMinute, nowMillis);
    return Math.max(0, Math.floorDiv(perMinute * MINUTE_MILLIS - used, MINUTE_MILLIS));
  }

  /** Milliseconds until {@code amount} fits; zero if it does now. It must not exceed the rate. */
  long millisUntil(long amount, long perMinute, long nowMillis) {
    leak(perMinute, nowMillis);
    long over = used + amount * MINUTE_MILLIS - perMinute * MINUTE_MILLIS;
    return over <= 0 ? 0 : Math.ceilDiv(over, perMinute);
  }

  /** Milliseconds until nothing is in it. */
  long millisUntilEmpty(long perMinute, long nowMillis) {
    leak(perMinute, nowMillis);
    return Math.ceilDiv(used, perMinute);
  }

  /** Adds what is used; less than nothing gives back. It may be more than fits: then it is owed. */
  void add(long amount, long perMinute, long nowMillis) {
    leak(perMinute, nowMillis);
    used = Math.max(0, used + amount * MINUTE_MILLIS);
  }

  /** A clock that was set back stops the leak for no longer than it takes to notice. */
  private void leak(long perMinute, long nowMillis) {
    long millis = Math.clamp(nowMillis - atMillis, 0, Math.ceilDiv(used, perMinute));
    used = Math.max(0, used - millis * perMinute);
    atMillis = nowMillis;
  }
}
